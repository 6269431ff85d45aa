import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isRefusal, type Refusal, refuse } from '../contract/problems.ts';
import { type Route, routeKey } from '../contract/route.ts';
import { describeError, log } from '../runtime/log.ts';
import { keyIdOf, refuseStranger } from './caller.ts';
import { jsonAnswer, problemAnswer } from './problem.ts';
import { type Input, readInput } from './read-input.ts';
import { TextAnswer, textAnswer } from './text-answer.ts';

/** A route with what it does: an answer's body, or a refusal. */
export interface Operation {
  readonly route: Route;
  readonly run: (input: Input) => Promise<object>;
}

/** Joins a route to what it does, with the types of its schemas. */
export function operation<const R extends Route>(
  route: R,
  run: (input: Input<R>) => Promise<object>,
): Operation {
  return { route, run: run as Operation['run'] };
}

type Answer = APIGatewayProxyStructuredResultV2;

/** Makes the handler of a function that serves these routes. Validates, calls, and puts every outcome into an answer. */
export function serveRoutes(operations: readonly Operation[]) {
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
        request.response = problemAnswer(refusal, requestId);
      },
    })
    .handler(async (event) => {
      const found = byKey.get(event.routeKey);
      const outcome = found === undefined ? refuse('not_found') : await serve(found, event);
      const { requestId } = event.requestContext;
      if (isRefusal(outcome)) return problemAnswer(outcome, requestId);
      const status = found?.route.success.status ?? 200;
      return outcome instanceof TextAnswer ? textAnswer(status, outcome) : jsonAnswer(status, outcome);
    });
}

async function serve({ route, run }: Operation, event: APIGatewayProxyEventV2): Promise<object> {
  const stranger = refuseStranger(route, event);
  if (stranger !== undefined) return stranger;
  const input = readInput(route, event);
  if (isRefusal(input)) return input;
  const keyId = keyIdOf(event);
  return run({
    ...input,
    ...(keyId !== undefined && { keyId }),
    ...(keyId !== undefined && route.audited && { operator: { keyId, requestId: input.requestId } }),
  });
}

const passing =
  /Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|Timeout|ServiceUnavailable|InternalServerError|ECONN|EPIPE|TransactionConflict|TransactionInProgress/;

function refusalOf(error: unknown): Refusal {
  const name = error instanceof Error ? `${error.name} ${'code' in error ? String(error.code) : ''}` : '';
  return refuse(passing.test(name) ? 'unavailable' : 'internal_error');
}
