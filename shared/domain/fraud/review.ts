import { refereeKeyOf } from '../ids.ts';
import type { Referral } from '../referrals/referral.ts';
import type { FraudFinding } from './judge-sign-up.ts';

/** What a person decides of a referral. `ban`: rejects it, and deactivates its referrer. */
export type ReviewDecision = 'approve' | 'reject' | 'ban' | 'undo';

/** What became of a referral without a person: it is held, and waits for one; it counts; it is rejected. */
export type ReviewOrigin = 'open' | 'flagged' | 'auto_rejected';

export type ReviewState = ReviewOrigin | 'approved' | 'rejected' | 'banned';

/** What speaks against a referral. */
export interface ReviewFinding extends FraudFinding {
  /** What it was found of, where that came after the sign-up: the id of an event. */
  readonly cause?: string;
}

/** A case that a person can decide: a referral with what speaks against it. */
export interface Review {
  readonly reviewId: string;
  readonly programId: string;
  readonly referralId: string;
  readonly referrerId: string;
  readonly refereeId: string;
  readonly state: ReviewState;
  /** The state before a person decided, to which undoing returns. */
  readonly origin: ReviewOrigin;
  /** The rules that spoke against it, or what the customer's own validation said. */
  readonly reasons: readonly string[];
  readonly score: number;
  /** Those of the sign-up, and the {@link keptFindings} latest of what came later. */
  readonly findings: readonly ReviewFinding[];
  /** How often it was decided, undoing included. */
  readonly decisions: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly decidedAt?: string;
  /** The API key by which it was decided. */
  readonly decidedBy?: string;
  /** Why, in the operator's own words. */
  readonly note?: string;
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

/** Of findings that come after the sign-up so many are kept, the latest: a case stays within a few kilobytes. */
const keptFindings = 20;

/** What was found of a referral after its sign-up. */
export interface LateFindings {
  /** What they were found of: the id of an event. */
  readonly cause: string;
  readonly findings: readonly FraudFinding[];
}

/**
 * A case as late findings leave it: open, and with them.
 *
 * @param referral as it is held, with their rules among its reasons
 * @param before the case as it was; undefined if there was none
 * @param now ISO 8601
 */
export function openedReview(
  referral: Referral,
  before: Review | undefined,
  { cause, findings }: LateFindings,
  now: string,
): Review {
  const { programId, referralId, referrerId, refereeId, reasons = [] } = referral;
  const late = findings.map((finding) => ({ ...finding, cause }));
  return {
    reviewId: reviewIdOf(refereeKeyOf(referralId)),
    programId,
    referralId,
    referrerId,
    refereeId,
    decisions: 0,
    createdAt: now,
    ...before,
    state: 'open',
    origin: 'open',
    reasons,
    score: findings.reduce((sum, { score }) => sum + score, before?.score ?? 0),
    findings: latest([...(before?.findings ?? []), ...late]),
  };
}

function latest(findings: readonly ReviewFinding[]): readonly ReviewFinding[] {
  const ofSignUp = findings.filter(({ cause }) => cause === undefined);
  const late = findings.filter(({ cause }) => cause !== undefined);
  return [...ofSignUp, ...late.slice(-keptFindings)];
}

const outcomes = { approve: 'approved', reject: 'rejected', ban: 'banned' } as const;

/** What a decision makes of a review: its next state, the same if it was decided so, or `undo_first`. */
export function nextState(
  { state, origin }: Pick<Review, 'state' | 'origin'>,
  decision: ReviewDecision,
): ReviewState | 'undo_first' {
  if (decision === 'undo') return origin;
  const next = outcomes[decision];
  return next === state || state === origin ? next : 'undo_first';
}

/** Whether the referral of a case in this state is rejected. */
export function isRejecting(state: ReviewState): boolean {
  return state === 'rejected' || state === 'banned' || state === 'auto_rejected';
}
