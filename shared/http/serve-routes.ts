import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isRefusal, type Refusal, refuse } from '../contract/problems.ts';
import { type Route, routeKey } from '../contract/route.ts';
import { type Caller, reachOf } from '../domain/access/reach.ts';
import { describeError, log } from '../runtime/log.ts';
import { system } from '../runtime/system.ts';
import type { System } from '../usecases/system.ts';
import { asGet } from './as-get.ts';
import { aboutSelf, admit, type Confine, refuseForeign, shownTo } from './caller.ts';
import { answerUnderKey, idempotencyKeyOf } from './idempotency.ts';
import { jsonAnswer, problemAnswer } from './problem.ts';
import { type Given, type Input, readInput } from './read-input.ts';
import { safeAnswer } from './safe-answer.ts';
import { TextAnswer, textAnswer } from './text-answer.ts';
import {
  beyond,
  type Counting,
  counting,
  guessesTooOften,
  takeCall,
  takeGuess,
  withStandings,
} from './within-limits.ts';

/** A route with what it does: an answer's body, or a refusal. */
export interface Operation {
  readonly route: Route;
  readonly run: (input: Input) => Promise<object>;
  /** How it keeps restricted callers to what is theirs, where the request alone does not say. */
  readonly confine: Confine<Given> | undefined;
}

/** Joins a route to what it does, with the types of its schemas. */
export function operation<const R extends Route>(
  route: R,
  run: (input: Input<R>) => Promise<object>,
  confine?: Confine<Given<R>>,
): Operation {
  return { route, run: run as Operation['run'], confine: confine as Operation['confine'] };
}

type Answer = APIGatewayProxyStructuredResultV2;

/**
 * Makes the handler of a function that serves these routes: it counts and validates, calls, and puts every outcome into
 * an answer.
 */
export function serveRoutes(operations: readonly Operation[], count: Counting = counting) {
  const byKey = new Map(operations.map((one) => [routeKey(one.route), one]));
  return middy<APIGatewayProxyEventV2, Answer>()
    .use({
      onError: (request) => {
        const { requestId } = request.event.requestContext;
        const refusal = refusalOf(request.error);
        log('error', 'request failed', {
          requestId,
          routeKey: request.event.routeKey,
          ...describeError(request.error),
        });
        request.response = safeAnswer(problemAnswer(refusal, requestId));
      },
    })
    .handler(async (event) => {
      const found = byKey.get(asGet(event.routeKey));
      if (found !== undefined) return safeAnswer(await serveWithinLimits(found, event, count));
      return safeAnswer(problemAnswer(refuse('not_found'), event.requestContext.requestId));
    });
}

async function serveWithinLimits(
  found: Operation,
  event: APIGatewayProxyEventV2,
  count: Counting,
): Promise<Answer> {
  const caller = admit(found.route, event);
  const standings = await takeCall(count, found.route, event, caller);
  const exceeded = standings.find(({ isWithin }) => !isWithin) ?? guessesTooOften(count, found.route, caller);
  const outcome = exceeded === undefined ? await serveCaller(found, event, count, caller) : beyond(exceeded);
  const answer = isAnswer(outcome) ? outcome : problemAnswer(outcome, event.requestContext.requestId);
  return withStandings(answer, standings);
}

async function serveCaller(
  found: Operation,
  event: APIGatewayProxyEventV2,
  count: Counting,
  caller: Caller | Refusal | undefined,
): Promise<Answer | Refusal> {
  if (caller === undefined) return serve(found, event, caller);
  if (isRefusal(caller)) return caller;
  const outcome = await serve(found, event, caller);
  const guess = isAnswer(outcome) ? undefined : await takeGuess(count, caller, outcome);
  return guess === undefined ? outcome : beyond(guess);
}

const isAnswer = (outcome: Answer | Refusal): outcome is Answer => !('refused' in outcome);

async function serve(
  { route, run, confine }: Operation,
  event: APIGatewayProxyEventV2,
  caller: Caller | undefined,
): Promise<Answer | Refusal> {
  const reach = reachOf(caller);
  const input = readInput(route, aboutSelf(route, reach, event));
  if (isRefusal(input)) return input;
  const foreign = await refuseForeign(route, reach, input, confine);
  if (foreign !== undefined) return foreign;
  const key = idempotencyKeyOf(route, event);
  if (typeof key === 'object') return key;
  const keyId = caller?.caller === 'server' ? caller.keyId : undefined;
  const act = async (by: System): Promise<Answer> =>
    answerOf(
      route,
      input.requestId,
      shownTo(route, reach, await run({ ...input, ...askedBy(route, keyId, input), reach, system: by })),
    );
  if (key === undefined || caller === undefined) return act(system);
  return answerUnderKey({ route, event, caller, key }, act);
}

function askedBy(route: Route, keyId: string | undefined, { requestId }: Given): Partial<Input> {
  if (keyId === undefined) return {};
  return { keyId, ...(route.audited && { operator: { keyId, requestId } }) };
}

function answerOf({ success: { status } }: Route, requestId: string, outcome: object): Answer {
  if (isRefusal(outcome)) return problemAnswer(outcome, requestId);
  return outcome instanceof TextAnswer ? textAnswer(status, outcome) : jsonAnswer(status, outcome);
}

const passing =
  /Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|Timeout|ServiceUnavailable|InternalServerError|ECONN|EPIPE|TransactionConflict|TransactionInProgress/;

function refusalOf(error: unknown): Refusal {
  const name = error instanceof Error ? `${error.name} ${'code' in error ? String(error.code) : ''}` : '';
  return refuse(passing.test(name) ? 'unavailable' : 'internal_error');
}
