import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isRefusal, type Refusal, refuse } from '../contract/problems.ts';
import {
  costlyOperations,
  type RateLimitName,
  readRateLimits,
  signUpOperations,
} from '../contract/rate-limits.ts';
import type { Route } from '../contract/route.ts';
import type { Caller } from '../domain/access/reach.ts';
import { networkOf } from '../domain/clicks/network.ts';
import { participantKey } from '../domain/ids.ts';
import { requireEnvironment } from '../runtime/environment.ts';
import { describeError, log } from '../runtime/log.ts';
import { loadHasher } from '../runtime/secrets.ts';
import { system } from '../runtime/system.ts';
import { openTable } from '../table/client.ts';
import { rateItems } from '../table/rate-items.ts';
import {
  type Limit,
  type Standing,
  spendTokens,
  type TokenSpender,
} from '../usecases/requests/spend-tokens.ts';
import { addressOf } from './address.ts';

type Answer = APIGatewayProxyStructuredResultV2;

const limits = readRateLimits(process.env['RATE_LIMITS']);

/**
 * A limit by its name. Where the table does not say how much was taken, requests pass: a table in trouble is no reason
 * to refuse who is known. Codes that are guessed at are refused then, or whoever brings the table into trouble could go
 * through them all.
 */
export function limitOf(name: RateLimitName): Limit {
  const isOfGuesses = name === 'unknownCodes' || name === 'visitorGuesses';
  return { name, ...limits[name], unknown: isOfGuesses ? 'is_refused' : 'passes' };
}

/** By what callers are counted. */
export interface Counting extends TokenSpender {
  /** An address as limits know it: hashed, so that those of two days can't be told to be one; a /64 of IPv6. */
  addressSubject(event: APIGatewayProxyEventV2): Promise<string>;
}

let counters: ReturnType<typeof rateItems> | undefined;

/** What this function has taken of its callers' limits. */
export const counting: Counting = {
  ...spendTokens({
    now: system.now,
    takeTokens: async (...asked) => {
      counters ??= rateItems(openTable(requireEnvironment('TABLE_NAME')));
      return counters.takeTokens(...asked);
    },
    countUnknown: ({ name }, error) =>
      log('warn', 'limit not known', { limit: name, ...describeError(error) }),
  }),
  addressSubject: async (event) =>
    (await loadHasher()).ofDay(system.now(), 'rate-limit', networkOf(addressOf(event))),
};

/**
 * Takes a call from the limits of its caller, who is a stranger where the route refuses them as such.
 *
 * @returns how they stand with each limit; nothing where anybody may call as often as they like
 */
export async function takeCall(
  count: Counting,
  route: Route,
  event: APIGatewayProxyEventV2,
  caller: Caller | Refusal | undefined,
): Promise<readonly Standing[]> {
  if (caller === undefined) return [];
  if (isRefusal(caller)) {
    // Whose key or token is good and may not do this has said who they are, and is no stranger.
    const isStranger = caller.refused !== 'insufficient_scope';
    return isStranger ? [await count.spend(limitOf('strangers'), await count.addressSubject(event))] : [];
  }
  const standings: Standing[] = [];
  for (const name of limitsOn(route, caller)) {
    const standing = await count.spend(limitOf(name), subjectOf(caller));
    standings.push(standing);
    if (!standing.isWithin) break;
  }
  return standings;
}

function limitsOn({ operationId }: Route, { caller }: Caller): RateLimitName[] {
  return [
    caller === 'server' ? 'key' : 'participant',
    ...(costlyOperations.includes(operationId) ? (['costly'] as const) : []),
    ...(signUpOperations.includes(operationId) ? (['signUps'] as const) : []),
  ];
}

function subjectOf(caller: Caller): string {
  return caller.caller === 'server' ? caller.keyId : participantKey(caller.programId, caller.userId);
}

/**
 * Whether a participant has asked for unknown codes too often: whoever goes on to guess is refused before anything is
 * looked up. Of that no call is made.
 */
export function guessesTooOften(
  count: Counting,
  { path }: Route,
  caller: Caller | Refusal | undefined,
): Standing | undefined {
  if (!path.includes('{code}') || caller === undefined || isRefusal(caller)) return undefined;
  if (caller.caller !== 'participant') return undefined;
  const standing = count.look(limitOf('unknownCodes'), subjectOf(caller));
  return standing.isWithin ? undefined : standing;
}

/** Counts an unknown code that a participant has asked for; says so where it was one too many. */
export async function takeGuess(
  count: Counting,
  caller: Caller,
  refusal: Refusal,
): Promise<Standing | undefined> {
  if (caller.caller !== 'participant' || refusal.refused !== 'code_not_found') return undefined;
  const standing = await count.spend(limitOf('unknownCodes'), subjectOf(caller));
  return standing.isWithin ? undefined : standing;
}

/** The refusal of a caller who is beyond a limit. */
export function beyond({ limit, resetSeconds }: Standing): Refusal {
  return refuse('rate_limited', {
    detail: `${limit.name}: ${limit.most} in ${limit.windowSeconds} seconds`,
    retryAfter: resetSeconds,
  });
}

/** An answer that tells how its caller stands with limits (draft-ietf-httpapi-ratelimit-headers-10). */
export function withStandings(answer: Answer, standings: readonly Standing[]): Answer {
  if (standings.length === 0) return answer;
  const policies = standings.map(({ limit }) => `"${limit.name}";q=${limit.most};w=${limit.windowSeconds}`);
  const left = standings.map(
    ({ limit, left, resetSeconds }) => `"${limit.name}";r=${left};t=${resetSeconds}`,
  );
  return {
    ...answer,
    headers: { ...answer.headers, 'ratelimit-policy': policies.join(', '), ratelimit: left.join(', ') },
  };
}
