import { refereeKeyOf } from '../ids.ts';
import type { Referral, ReferralStatus } from '../referrals/referral.ts';
import type { JournalEntry } from '../rewards/journal.ts';
import type { FraudFinding } from './judge-sign-up.ts';

/** What a person decides of a referral. `ban`: rejects it, and deactivates its referrer. */
export type ReviewDecision = 'approve' | 'reject' | 'ban' | 'undo';

/**
 * What became of a referral without a person: it is held, and waits for one; it counts; it is rejected. `manual`: it
 * counts, and nothing but a person's word has made it a case.
 */
export type ReviewOrigin = 'open' | 'flagged' | 'auto_rejected' | 'manual';

/** `reassigned`: the referral was given to another referrer, of whom the case says nothing. */
export type ReviewState = ReviewOrigin | 'approved' | 'rejected' | 'banned' | 'reassigned';

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
  /** The case by which its referrer was banned, where it was rejected with that. */
  readonly followsBan?: string;
  /** Set while the rewards of a decision are moved in stages: how many have been, and how many are left. */
  readonly settling?: { readonly moved: number; readonly left: number };
}

/**
 * A case as an entry of the journal leaves it that has moved rewards for it.
 *
 * @param moved how many entries before it have moved for the same decision
 */
export function settledBy(
  { settling: _, ...review }: Review,
  { postings, left = 0 }: Pick<JournalEntry, 'postings' | 'left'>,
  moved = 0,
): Review {
  return left === 0 ? review : { ...review, settling: { moved: moved + postings.length, left } };
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
  const known = before && ofThisReferrer(before);
  return {
    reviewId: reviewIdOf(refereeKeyOf(referralId)),
    programId,
    referralId,
    referrerId,
    refereeId,
    decisions: 0,
    createdAt: now,
    ...known,
    state: 'open',
    origin: 'open',
    reasons,
    score: findings.reduce((sum, { score }) => sum + score, known?.score ?? 0),
    findings: latest([...(known?.findings ?? []), ...late]),
  };
}

/** What a case carries on into its next state: of one that spoke of another referrer how often it was decided. */
function ofThisReferrer(before: Review): Partial<Review> {
  return before.state === 'reassigned' ? { decisions: before.decisions } : before;
}

/** A case whose referral is given to another referrer: nothing is left to decide of it. */
export function reassignedReview(
  { settling: _, ...before }: Review,
  { note, keyId, at }: { readonly note: string; readonly keyId: string; readonly at: string },
): Review {
  const decisions = before.decisions + 1;
  return { ...before, state: 'reassigned', decisions, decidedAt: at, decidedBy: keyId, note };
}

function latest(findings: readonly ReviewFinding[]): readonly ReviewFinding[] {
  const ofSignUp = findings.filter(({ cause }) => cause === undefined);
  const late = findings.filter(({ cause }) => cause !== undefined);
  return [...ofSignUp, ...late.slice(-keptFindings)];
}

/** What a referral of this status is as a case, before anybody decides. */
export function originOf<Counting extends 'flagged' | 'manual'>(
  status: ReferralStatus,
  counting: Counting,
): 'open' | 'auto_rejected' | Counting {
  if (status === 'in_review') return 'open';
  return status === 'rejected' ? 'auto_rejected' : counting;
}

/**
 * The case that a person makes of a referral by deciding it, where it is none: nothing speaks against it but their word.
 *
 * @param before the case of another referrer, if there was one
 * @param now ISO 8601
 */
export function caseByHand(referral: Referral, before: Review | undefined, now: string): Review {
  const { programId, referralId, referrerId, refereeId, status } = referral;
  const origin = originOf(status, 'manual');
  return {
    reviewId: reviewIdOf(refereeKeyOf(referralId)),
    ...{ programId, referralId, referrerId, refereeId },
    ...{
      state: origin,
      origin,
      reasons: [],
      score: 0,
      findings: [],
      decisions: before?.decisions ?? 0,
      createdAt: now,
    },
  };
}

const outcomes = { approve: 'approved', reject: 'rejected', ban: 'banned' } as const;

/** What a decision makes of a review: its next state, the same if it was decided so, or `undo_first`. */
export function nextState(
  { state, origin }: Pick<Review, 'state' | 'origin'>,
  decision: ReviewDecision,
): ReviewState | 'undo_first' {
  if (state === 'reassigned') return 'undo_first';
  if (decision === 'undo') return origin;
  const next = outcomes[decision];
  return next === state || state === origin ? next : 'undo_first';
}

/** Whether the referral of a case in this state is rejected. */
export function isRejecting(state: ReviewState): boolean {
  return state === 'rejected' || state === 'banned' || state === 'auto_rejected';
}
