import type { Metric, Tier } from '../programs/program.ts';
import { hasReached, measureWithin, type Progress } from './measure.ts';

/** The tier that a participant stands in: the last of the list that they have reached. */
export function tierOf(tiers: readonly Tier[], progress: Progress): Tier | undefined {
  return tiers.findLast((tier) => hasReached(progress, tier.threshold));
}

/** How far a participant is with the tier after theirs. */
export interface NextTier {
  readonly tierId: string;
  readonly name: string;
  readonly metric: Metric;
  readonly currency?: string;
  /** A number, or minor units where the metric is revenue. */
  readonly progress: number;
  readonly target: number;
}

/** The tier after the one that a participant stands in; undefined at the top. */
export function nextTier(tiers: readonly Tier[], progress: Progress): NextTier | undefined {
  const reached = tiers.findLastIndex((tier) => hasReached(progress, tier.threshold));
  const next = tiers[reached + 1];
  if (next === undefined) return undefined;
  const { metric, value, currency } = next.threshold;
  return {
    tierId: next.tierId,
    name: next.name,
    metric,
    ...(currency !== undefined && { currency }),
    progress: measureWithin(progress, next.threshold),
    target: value,
  };
}
