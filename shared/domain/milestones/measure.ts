import type { Threshold } from '../programs/program.ts';
import { noProgress as noReferrals, type ReferralProgress } from '../referrals/referral.ts';

/** All that is counted of a participant towards milestones, tiers and what payouts require. */
export interface Progress extends ReferralProgress {
  /** Paid orders of those whom the participant referred, less those that were refunded whole. */
  readonly paidOrders: number;
  /** Minor units by ISO 4217 code: what those orders come to after refunds. */
  readonly revenue: Readonly<Record<string, number>>;
  /** Points earned by rules. Points that a milestone gives do not count, so that no milestone feeds another. */
  readonly points: number;
}

export const noProgress: Progress = { ...noReferrals, paidOrders: 0, revenue: {}, points: 0 };

/** First word of the names under which revenue is counted, one a currency. */
export const revenuePrefix = 'revenue:';

/** The name under which a metric is counted of a participant: `completed`, `revenue:USD`. */
export function measureName({ metric, currency }: Threshold): string {
  if (metric === 'completedReferrals') return 'completed';
  return metric === 'revenue' ? `${revenuePrefix}${currency}` : metric;
}

/** How far a participant is in what a threshold looks at; minor units of its currency where that is revenue. */
export function measure(progress: Progress, { metric, currency }: Threshold): number {
  if (metric === 'completedReferrals') return progress.completed;
  if (metric === 'revenue') return currency === undefined ? 0 : (progress.revenue[currency] ?? 0);
  return progress[metric];
}

/** Whether a participant has reached a threshold. */
export function hasReached(progress: Progress, threshold: Threshold): boolean {
  return measure(progress, threshold) >= threshold.value;
}

/** How far a participant is, between nothing and the whole of it. */
export function measureWithin(progress: Progress, threshold: Threshold): number {
  return Math.min(Math.max(0, measure(progress, threshold)), threshold.value);
}
