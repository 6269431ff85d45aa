import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import { type AuditEntry, auditIdOf } from '../../domain/audit.ts';
import { nextState, type Review, type ReviewDecision, type ReviewState } from '../../domain/fraud/review.ts';
import type { Participant } from '../../domain/participant.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { decideReview as decideOutcome, type ReviewOutcome } from '../../domain/rewards/decide-review.ts';
import type { ReportedEvent } from '../../domain/rewards/event.ts';
import type { JournalEntry } from '../../domain/rewards/journal.ts';
import { type DecidePorts, loadPrograms, type RefereeAccount } from '../events/decide-on-account.ts';
import { findProgramFor } from '../events/load-terms.ts';
import { type GrantMilestonesPorts, grantMilestones } from '../milestones/grant-milestones.ts';
import { type FindChainPorts, findChain } from '../referrals/find-chain.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';

export interface DecideReviewPorts extends DecidePorts, GrantMilestonesPorts, FindChainPorts {
  findReview(reviewId: string): Promise<Review | undefined>;
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  storeDecision(decided: {
    review: Review;
    before: Review;
    referral: Referral;
    referralBefore: Referral;
    entry: JournalEntry;
    referrerStatus?: Participant['status'] | undefined;
    unchanged: readonly { userId: string; stands: boolean }[];
    audit: AuditEntry;
  }): Promise<'stored' | 'changed_meanwhile' | 'too_large'>;
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
  const state = nextState(before.state, deciding.decision);
  if (state === 'undo_first') return refuse('review_decided', { extra: { review: before } });
  if (state === before.state) return before;
  const { programId, referrerId, refereeId } = before;
  const [account, referrer] = await Promise.all([
    ports.loadRefereeAccount(programId, refereeId),
    ports.findParticipant(programId, referrerId),
  ]);
  const program = account.referral && (await findProgramFor(ports, account.referral));
  if (account.referral === undefined || program === undefined || referrer === undefined) return 'again';
  const unchanged = await standsAgain(ports, account.referral);
  if (isRefusal(unchanged)) return unchanged;
  const outcome = await settleReview(ports, { ...account, program, before, state });
  const review = describeDecision(before, state, deciding, referrer, isoTime(ports.now()));
  const stored = await ports.storeDecision({
    review,
    before,
    ...outcome,
    referralBefore: account.referral,
    referrerStatus: statusAfter(review, before),
    unchanged,
    audit: describeAudit(ports, { before, review, outcome, account, deciding }),
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
  return chain.aboveReferrer.includes(refereeId) ? refuse('referral_cycle') : chain.unchanged;
}

async function settleReview(
  ports: DecideReviewPorts,
  {
    referral,
    journal,
    program,
    before,
    state,
  }: RefereeAccount & { program: Program; before: Review; state: ReviewState },
): Promise<ReviewOutcome> {
  if (referral === undefined) throw new Error(`The referral of ${before.reviewId} is not there`);
  const now = isoTime(ports.now());
  const { programId, refereeId } = before;
  const event: ReportedEvent = {
    programId,
    // No event that is reported can have this id.
    eventId: `referral.reviewed#${before.decisions + 1}`,
    type: 'referral.reviewed',
    userId: refereeId,
    acceptedAt: now,
  };
  const programs = await loadPrograms(ports, programId, program, journal);
  const terms = { programVersion: program.version };
  const used = new Map<string, number>();
  for (;;) {
    const given = { event, referral, program, terms, programs, journal, used, now, state };
    const outcome = decideOutcome(given);
    if (!('do' in outcome)) return outcome;
    for (const [name, amount] of await ports.readCounters(programId, outcome.counters))
      used.set(name, amount);
  }
}

function describeDecision(
  { referrerWas: _, ...before }: Review,
  state: ReviewState,
  { keyId, note }: Deciding,
  referrer: Participant,
  now: string,
): Review {
  return {
    ...before,
    state,
    decisions: before.decisions + 1,
    decidedAt: now,
    decidedBy: keyId,
    note,
    ...(state === 'banned' && { referrerWas: referrer.status }),
  };
}

/** A ban deactivates the referrer; when it is undone, they stand as they stood. */
function statusAfter(review: Review, before: Review): Participant['status'] | undefined {
  return review.state === 'banned' ? 'inactive' : before.referrerWas;
}

interface Noted {
  readonly before: Review;
  readonly review: Review;
  readonly outcome: ReviewOutcome;
  readonly account: RefereeAccount;
  readonly deciding: Deciding;
}

function describeAudit(
  ports: DecideReviewPorts,
  { before, review, outcome, account, deciding }: Noted,
): AuditEntry {
  return {
    auditId: auditIdOf(ports.ulid(ports.now())),
    programId: review.programId,
    actor: { type: 'api_key', id: deciding.keyId },
    action: `review.${review.state === 'open' ? 'undone' : review.state}`,
    target: { type: 'review', id: review.reviewId, userId: review.refereeId },
    before: { state: before.state, referralStatus: account.referral?.status },
    after: { state: review.state, referralStatus: outcome.referral.status },
    reason: deciding.note,
    requestId: deciding.requestId,
    at: review.decidedAt ?? review.createdAt,
  };
}
