import { isDue } from '../money/balance.ts';
import type { RewardKind } from '../programs/program.ts';

export type RewardStatus =
  | 'pending'
  | 'available'
  | 'claimed'
  | 'paid'
  | 'reversed'
  | 'rejected'
  | 'in_review';

/** What somebody earned, as it stands now. */
export interface Reward {
  readonly rewardId: string;
  readonly programId: string;
  readonly userId: string;
  readonly kind: RewardKind;
  readonly status: RewardStatus;
  /** Minor units, or points. */
  readonly amount?: number;
  readonly currency?: string;
  readonly name?: string;
  /** Steps above the referee; absent for the referee's own. */
  readonly level?: number;
  readonly referralId?: string;
  readonly eventId?: string;
  readonly orderId?: string;
  readonly ruleId?: string;
  readonly milestoneId?: string;
  readonly programVersion?: number;
  /** The code of a coupon, once it is handed out. */
  readonly couponCode?: string;
  readonly pool?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly availableAt?: string;
  readonly claimedAt?: string;
}

/** How a reward is kept: what time adds to it is not written. */
export type StoredRewardStatus = 'made' | 'claimed' | 'reversed';

/**
 * The status of a reward at a time (ISO 8601).
 *
 * @param awaitsCode whether it is a coupon whose code has not been handed out
 */
export function rewardStatusAt(
  stored: StoredRewardStatus,
  bucket: string,
  now: string,
  awaitsCode = false,
): RewardStatus {
  if (stored !== 'made') return stored;
  return isDue(bucket, now) && !awaitsCode ? 'available' : 'pending';
}

/** When what lies in a bucket can be spent; undefined for what needs no date or has none. */
export function availableAtOf(bucket: string): string | undefined {
  return /^\d/.test(bucket) ? `${bucket}T00:00:00.000Z` : undefined;
}
