import type { EndpointHealth } from './endpoint.ts';

/** So many failures in a row, and an endpoint is tried by one delivery at a time: the others wait. */
const failuresThatPause = 5;

/** An endpoint that has answered nothing but failures for so long is disabled. */
const failingMs = 5 * 24 * 3_600_000;

/** What a delivery may do: try; try if nobody else does, as the probe of this moment; or wait until then. */
export type Turn =
  | { readonly turn: 'try' }
  | { readonly turn: 'probe'; readonly dueAt: number }
  | { readonly turn: 'wait'; readonly until: number };

/**
 * Whether an endpoint is tried now. One that keeps failing is left alone but for a probe now and then, so that waiting
 * for it takes no worker from others.
 *
 * @param now milliseconds since 1970
 */
export function turnOf({ failures, probeAt = 0 }: EndpointHealth, now: number): Turn {
  if (failures < failuresThatPause) return { turn: 'try' };
  if (now < probeAt) return { turn: 'wait', until: probeAt };
  return { turn: 'probe', dueAt: probeAt };
}

/** Whether an endpoint has failed for so long, and often enough to say so, that it is to be disabled. */
export function isGivenUp({ failures, failingSince }: EndpointHealth, now: number): boolean {
  if (failingSince === undefined || failures < failuresThatPause) return false;
  return now - Date.parse(failingSince) >= failingMs;
}
