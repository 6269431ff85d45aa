import { isDue } from '../money/balance.ts';
import type { RewardKind } from '../programs/program.ts';

/** What has to be known of a reward to claim it, as it was read. */
export interface Claimable {
  readonly rewardId: string;
  readonly programId: string;
  readonly userId: string;
  readonly kind: RewardKind;
  readonly status: 'made' | 'claimed' | 'reversed';
  /** Minor units or points; absent for what is not counted. */
  readonly amount?: number;
  readonly currency?: string;
  /** Where the sum lies: `available`, `waiting`, or the UTC day on which it becomes available. */
  readonly bucket: string;
  /** `by_claim`: what it is worth is given when it is claimed; `before`: it has been given. */
  readonly given: 'by_claim' | 'before';
  readonly couponCode?: string;
  /** Set where it has been claimed: by which attempt. */
  readonly claimId?: string;
}

/** What a claim does with a balance, or why there is none. */
export type ClaimVerdict =
  | { readonly moves: 'nothing' | 'to_balance' | 'from_balance' }
  | { readonly refused: 'already_claimed' }
  | { readonly refused: 'not_claimable'; readonly detail: string };

/** Whether a reward can be claimed at a time (ISO 8601). */
export function judgeClaim(reward: Claimable, now: string): ClaimVerdict {
  if (reward.status === 'claimed') return { refused: 'already_claimed' };
  if (reward.status === 'reversed') return unclaimable('The reward was taken back');
  if (reward.given === 'by_claim' && reward.amount !== undefined) return { moves: 'to_balance' };
  if (reward.kind === 'cash') {
    return unclaimable('Money goes to the balance by itself and is taken by a payout');
  }
  if (!isDue(reward.bucket, now)) return unclaimable(heldBecause(reward.bucket));
  if (reward.kind === 'coupon' && reward.couponCode === undefined) {
    return unclaimable('The coupon pool was empty; the reward waits for a code');
  }
  return { moves: reward.kind === 'credit' || reward.kind === 'points' ? 'from_balance' : 'nothing' };
}

function heldBecause(bucket: string): string {
  return bucket === 'waiting'
    ? 'The reward waits for an event or a decision'
    : `The reward is held until ${bucket}`;
}

function unclaimable(detail: string): ClaimVerdict {
  return { refused: 'not_claimable', detail };
}
