import { describe, expect, it } from 'vitest';
import type { CallError } from '../../client/result.ts';
import { longestPauseMs, pauseBeforeRetry } from '../../client/retry.ts';

const error = (more: Partial<CallError>): CallError => ({
  code: 'unexpected_answer',
  status: 0,
  title: '',
  ...more,
});
const busy = error({ status: 503 });

describe('the pause before the next try', () => {
  it('grows twofold up to 8 s, and is anything below', () => {
    const longest = [1, 2, 3, 6, 7, 20].map((tries) => pauseBeforeRetry(true, busy, tries, 1));
    expect(longest).toEqual([200, 400, 800, 6400, 8000, 8000]);
    expect(pauseBeforeRetry(true, busy, 3, 0)).toBe(0);
    expect(pauseBeforeRetry(true, busy, 3, 0.5)).toBe(400);
  });

  it('is never shorter than what the service asks for, nor longer than a minute', () => {
    for (const retryAfter of [0, 1, 59, 60, 61, 300]) {
      for (const tries of [1, 5, 20]) {
        const pause = pauseBeforeRetry(true, error({ status: 429, retryAfter }), tries, 0.99);
        expect(pause === undefined).toBe(retryAfter * 1000 > longestPauseMs);
        expect(pause ?? longestPauseMs).toBeGreaterThanOrEqual(Math.min(retryAfter * 1000, longestPauseMs));
        expect(pause ?? 0).toBeLessThanOrEqual(longestPauseMs);
      }
    }
  });

  it.each([
    [true, error({ code: 'network_error' }), true],
    [true, error({ code: 'timeout' }), true],
    [true, error({ code: 'aborted' }), false],
    [true, error({ status: 502 }), true],
    [true, error({ status: 500, code: 'internal_error' }), false],
    [true, error({ status: 409, code: 'payout_not_sendable' }), false],
    [false, error({ status: 429 }), true],
    [false, busy, false],
    [false, error({ code: 'timeout' }), false],
  ])('is there for what can succeed later: repeatable %s, %o: %s', (isRepeatable, failed, isThere) => {
    expect(pauseBeforeRetry(isRepeatable, failed, 1, 1) !== undefined).toBe(isThere);
  });
});
