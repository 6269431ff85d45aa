import type { Observation } from './rule.ts';
import type { Signals } from './signals.ts';

/**
 * Counts sign-ups within a sliding window that ends with this one, which counts as well.
 *
 * @param earlier the others, oldest first
 * @returns what there is to say if they are `limit` or more
 */
export function observeVelocity(
  what: string,
  { now }: Pick<Signals, 'now'>,
  earlier: readonly { readonly at: number }[],
  { limit, seconds }: { readonly limit?: number; readonly seconds?: number },
): Observation | undefined {
  if (limit === undefined || seconds === undefined) return undefined;
  const signUps = 1 + earlier.filter(({ at }) => at > now - seconds * 1000).length;
  if (signUps < limit) return undefined;
  return { reason: `Many sign-ups ${what} in a short time`, evidence: { signUps, seconds } };
}
