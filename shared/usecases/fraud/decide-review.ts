import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import { type BanState, banned, unbanned } from '../../domain/fraud/ban.ts';
import {
  isRejecting,
  nextState,
  type Review,
  type ReviewDecision,
  type ReviewState,
} from '../../domain/fraud/review.ts';
import type { Participant } from '../../domain/participant.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import type { ReviewOutcome } from '../../domain/rewards/decide-review.ts';
import { describeChange } from '../audit/note-change.ts';
import type { DecidePorts } from '../events/decide-on-account.ts';
import { findProgramFor } from '../events/load-terms.ts';
import { type GrantMilestonesPorts, grantMilestones } from '../milestones/grant-milestones.ts';
import { type FindChainPorts, findChain } from '../referrals/find-chain.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import type { ReviewStore } from './review-store.ts';
import { settleReview } from './settle-review.ts';

export interface DecideReviewPorts extends DecidePorts, GrantMilestonesPorts, FindChainPorts, ReviewStore {
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
}

/** Who decides what, by which request. */
export interface Deciding {
  readonly decision: ReviewDecision;
  readonly note: string;
  readonly keyId: string;
  readonly requestId: string;
}

/**
 * Decides a review. The case, its referral, what that has earned, all balances, a ban and the entry of the audit log are
 * one step. To decide the same again changes nothing, and is no error; another decision has to be undone first. The
 * entry in the referee's journal is what holds it against events that are worked on at the same moment: they see either
 * all of it or nothing, and try again if they have read before it.
 */
export async function decideReview(
  ports: DecideReviewPorts,
  reviewId: string,
  deciding: Deciding,
): Promise<Review | Refusal> {
  const review = await whileContended(() => attempt(ports, reviewId, deciding));
  if (review === undefined) return refuse('contended');
  if (!isRefusal(review)) {
    // The decision stands whatever happens here: the queue grants what could not be granted now.
    await grantMilestones(ports, review.programId, review.referrerId).catch(() => undefined);
  }
  return review;
}

async function attempt(
  ports: DecideReviewPorts,
  reviewId: string,
  deciding: Deciding,
): Promise<Review | Refusal | 'again'> {
  const before = await ports.findReview(reviewId);
  if (before === undefined) return refuse('review_not_found');
  const state = nextState(before, deciding.decision);
  if (state === 'undo_first') return refuse('review_decided', { extra: { review: before } });
  if (state === before.state) return before;
  const { programId, referrerId, refereeId } = before;
  const [{ referral, journal }, referrer] = await Promise.all([
    ports.loadRefereeAccount(programId, refereeId),
    ports.findParticipant(programId, referrerId),
  ]);
  const program = referral && (await findProgramFor(ports, referral));
  if (referral === undefined || program === undefined || referrer === undefined) return 'again';
  const unchanged = isRejecting(state) ? [] : await standsAgain(ports, referral);
  if (isRefusal(unchanged)) return unchanged;
  const step = {
    eventId: `referral.reviewed#${before.decisions + 1}`,
    type: 'referral.reviewed',
    state,
  } as const;
  const outcome = await settleReview(ports, { referral, journal, program }, step);
  const review = describeDecision(before, state, deciding, isoTime(ports.now()));
  const stored = await ports.storeReview({
    review,
    before,
    ...outcome,
    referralBefore: referral,
    referrer: turnBan(before.state, state, referrer),
    unchanged,
    audit: describeAudit(ports, { before, review, outcome, referral, deciding }),
  });
  if (stored === 'too_large') return refuse('review_too_large');
  return stored === 'stored' ? review : 'again';
}

/** What has to be so for a referral that was rejected to stand again: as for a new one, that it closes no circle. */
async function standsAgain(
  ports: FindChainPorts,
  { programId, referrerId, refereeId, status }: Referral,
): Promise<Refusal | readonly { readonly userId: string; readonly stands: boolean }[]> {
  if (status !== 'rejected') return [];
  const chain = await findChain(ports, programId, referrerId, false);
  if (isRefusal(chain)) return chain;
  const closesCircle = referrerId === refereeId || chain.aboveReferrer.includes(refereeId);
  return closesCircle ? refuse('referral_cycle') : chain.unchanged;
}

function describeDecision(
  before: Review,
  state: ReviewState,
  { keyId, note }: Deciding,
  now: string,
): Review {
  return {
    ...before,
    state,
    decisions: before.decisions + 1,
    decidedAt: now,
    decidedBy: keyId,
    note,
  };
}

/** What becomes of the referrer, where the case bans them by now, or does so no more. */
function turnBan(
  was: ReviewState,
  is: ReviewState,
  before: Participant,
): { before: Participant; after: BanState } | undefined {
  if (is === 'banned') return { before, after: banned(before) };
  return was === 'banned' ? { before, after: unbanned(before) } : undefined;
}

const outcomes = { approve: 'approved', reject: 'rejected', ban: 'banned', undo: 'undone' } as const;

interface Noted {
  readonly before: Review;
  readonly review: Review;
  readonly outcome: ReviewOutcome;
  readonly referral: Referral;
  readonly deciding: Deciding;
}

function describeAudit(
  ports: DecideReviewPorts,
  { before, review, outcome, referral, deciding }: Noted,
): AuditEntry {
  return describeChange(ports, deciding, {
    programId: review.programId,
    action: `review.${outcomes[deciding.decision]}`,
    target: { type: 'review', id: review.reviewId, userId: review.refereeId },
    before: { state: before.state, referralStatus: referral.status },
    after: { state: review.state, referralStatus: outcome.referral.status },
    reason: deciding.note,
    at: review.decidedAt ?? review.createdAt,
  });
}
