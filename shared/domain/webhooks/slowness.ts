import type { EndpointHealth } from './endpoint.ts';

/** A receiver that takes longer for an answer is slow: in milliseconds. */
export const slowAfterMs = 2_000;

/** For so long after a slow answer an endpoint counts as slow. */
const keptMs = 10 * 60_000;

/**
 * Whether an endpoint has been slow of late: what it is told goes by a line of its own, so that waiting for its answers
 * takes no worker from others.
 *
 * @param now milliseconds since 1970
 */
export function isSlow({ slowUntil = 0 }: EndpointHealth, now: number): boolean {
  return now < slowUntil;
}

/**
 * Until when an endpoint counts as slow that is slow at this moment, in milliseconds since 1970; undefined while what
 * is known of it says so for long enough, since it would be written with each of its answers.
 */
export function slowUntilOf({ slowUntil = 0 }: EndpointHealth, now: number): number | undefined {
  return slowUntil - now > keptMs / 2 ? undefined : now + keptMs;
}
