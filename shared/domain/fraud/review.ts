import type { Participant } from '../participant.ts';
import type { FraudFinding } from './judge-sign-up.ts';

/** What a person decides of a held referral. `ban`: rejects it, and deactivates its referrer. */
export type ReviewDecision = 'approve' | 'reject' | 'ban' | 'undo';

export type ReviewState = 'open' | 'approved' | 'rejected' | 'banned';

/** A case that a person decides: a referral that was held, with what speaks against it. */
export interface Review {
  readonly reviewId: string;
  readonly programId: string;
  readonly referralId: string;
  readonly referrerId: string;
  readonly refereeId: string;
  readonly state: ReviewState;
  /** The rules that spoke against it, or what the customer's own validation said. */
  readonly reasons: readonly string[];
  readonly score: number;
  readonly findings: readonly FraudFinding[];
  /** How often it was decided, undoing included. */
  readonly decisions: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly decidedAt?: string;
  /** The API key by which it was decided. */
  readonly decidedBy?: string;
  /** Why, in the operator's own words. */
  readonly note?: string;
  /** Of a ban: how the referrer stood before. */
  readonly referrerWas?: Participant['status'];
}

const prefix = 'rev_';

/** A review is its referee's, as the referral is. */
export function reviewIdOf(refereeKey: string): string {
  return `${prefix}${refereeKey}`;
}

/** The referee's key within a review's id. */
export function refereeKeyOfReview(reviewId: string): string {
  return reviewId.slice(prefix.length);
}

const outcomes = { approve: 'approved', reject: 'rejected', ban: 'banned', undo: 'open' } as const;

/** What a decision makes of a review: its next state, the same if it was decided so, or `undo_first`. */
export function nextState(state: ReviewState, decision: ReviewDecision): ReviewState | 'undo_first' {
  const next = outcomes[decision];
  return next === state || next === 'open' || state === 'open' ? next : 'undo_first';
}
