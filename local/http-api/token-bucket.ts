/** Takes one token; false if there is none left. */
export type TakeToken = () => boolean;

/**
 * API Gateway's throttle: `burst` requests at once, refilled by `ratePerSecond`.
 * @param clock milliseconds
 */
export function createTokenBucket(ratePerSecond: number, burst: number, clock: () => number): TakeToken {
  let tokens = burst;
  let filledAt = clock();
  return () => {
    const now = clock();
    tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) / 1_000) * ratePerSecond);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
