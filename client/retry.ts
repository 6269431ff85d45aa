import type { CallError } from './result.ts';

/** The longest that a call waits before it tries again; what asks for more is answered with its error at once. */
export const longestPauseMs = 60_000;
const firstPauseMs = 200;
const longestBackoffMs = 8_000;

/** Answers after which the same can succeed. */
const passingStatus: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Failures that leave open whether the service has acted. */
const withoutAnswer: ReadonlySet<string> = new Set(['network_error', 'timeout']);

/**
 * How long to wait before a call that failed is tried again: exponential backoff with full jitter, and no less than the
 * service asks for.
 *
 * @param isRepeatable whether a repeat acts once and is answered like the first; else it is only for what was not let in
 * @param tries how often it was tried; 1 after the first
 * @param random from 0 up to 1
 * @returns milliseconds, or undefined if it should not be tried again
 */
export function pauseBeforeRetry(
  isRepeatable: boolean,
  error: CallError,
  tries: number,
  random: number,
): number | undefined {
  const passes = isRepeatable
    ? passingStatus.has(error.status) || withoutAnswer.has(error.code)
    : error.status === 429;
  if (!passes && error.code !== 'idempotency_in_flight') return undefined;
  const backoff = random * Math.min(longestBackoffMs, firstPauseMs * 2 ** (tries - 1));
  const pause = Math.max(backoff, (error.retryAfter ?? 0) * 1000);
  return pause > longestPauseMs ? undefined : pause;
}
