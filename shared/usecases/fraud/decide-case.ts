import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import { type BanState, banned, isBanned, unbanned } from '../../domain/fraud/ban.ts';
import {
  isRejecting,
  nextState,
  type Review,
  type ReviewDecision,
  type ReviewState,
  settledBy,
} from '../../domain/fraud/review.ts';
import type { Participant } from '../../domain/participant.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import type { Edge } from '../../domain/referrals/upline.ts';
import { type ReviewOutcome, decideReview as settle } from '../../domain/rewards/decide-review.ts';
import { describeChange } from '../audit/note-change.ts';
import type { DecidePorts } from '../events/decide-on-account.ts';
import { findProgramFor } from '../events/load-terms.ts';
import { type GrantMilestonesPorts, grantMilestones } from '../milestones/grant-milestones.ts';
import { type FindChainPorts, findChain } from '../referrals/find-chain.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import type { ReviewStore } from './review-store.ts';
import { decisionStep, settleReview } from './settle-review.ts';

export interface DecideCasePorts extends DecidePorts, GrantMilestonesPorts, FindChainPorts, ReviewStore {
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
}

/** Who decides what, by which request. */
export interface Deciding {
  readonly decision: ReviewDecision;
  readonly note?: string | undefined;
  readonly keyId: string;
  readonly requestId: string;
  /**
   * The case whose ban, or the end of it, this follows from: it rejects as long as the referrer is banned, and undoes as
   * long as they are not.
   */
  readonly followsBan?: string;
}

/** A case to decide. */
export interface FoundCase {
  /** As it stands; as it would be opened, where it is not kept yet. */
  readonly review: Review;
  /** As it is kept. */
  readonly stored: Review | undefined;
}

/**
 * Decides a case. The case, its referral, what that has earned, all balances, a ban and the entry of the audit log are
 * one step; of more rewards than that takes, the rest moves after it (`settling`). To decide the same again changes
 * nothing, and is no error; another decision has to be undone first. The entry in the referee's journal is what holds it
 * against events that are worked on at the same moment: they see either all of it or nothing, and try again if they
 * have read before it.
 *
 * @param find the case as it is now; undefined where there is nothing to decide
 */
export async function decideCase(
  ports: DecideCasePorts,
  deciding: Deciding,
  find: () => Promise<FoundCase | Refusal | undefined>,
): Promise<Review | Refusal | undefined> {
  const done = await whileContended(async () => {
    const found = await find();
    if (found === undefined || isRefusal(found)) return { result: found };
    const result = await attempt(ports, found, deciding);
    return result === 'again' ? 'again' : { result };
  });
  if (done === undefined) return refuse('contended');
  const { result } = done;
  if (result !== undefined && !isRefusal(result)) {
    // The decision stands whatever happens here: the queue grants what could not be granted now.
    await grantMilestones(ports, result.programId, result.referrerId).catch(() => undefined);
  }
  return result;
}

async function attempt(
  ports: DecideCasePorts,
  { review: before, stored }: FoundCase,
  deciding: Deciding,
): Promise<Review | Refusal | 'again'> {
  const state = nextState(before, deciding.decision);
  if (state === 'undo_first') return refuse('review_decided', { extra: { review: before } });
  if (state === before.state) return before;
  const { reviewId, programId, referrerId, refereeId } = before;
  const [{ referral, journal }, referrer] = await Promise.all([
    ports.loadRefereeAccount(programId, refereeId),
    ports.findParticipant(programId, referrerId),
  ]);
  const program = referral && (await findProgramFor(ports, referral));
  if (referral === undefined || program === undefined || referrer === undefined) return 'again';
  const { followsBan } = deciding;
  if (followsBan !== undefined && isBanned(referrer) !== isRejecting(state)) return before;
  const unchanged = isRejecting(state) ? [] : await standsAgain(ports, referral);
  if (isRefusal(unchanged)) return unchanged;
  const decided = describeDecision(before, state, deciding, isoTime(ports.now()));
  const step = decisionStep(decided.decisions);
  return settleReview(ports, { referral: { ...referral, reviewId }, journal, program }, step, {
    decide: (input) => settle({ ...input, state }),
    store: async (outcome) => {
      const review = settledBy(decided, outcome.entry);
      const result = await ports.storeReview({
        review,
        before: stored,
        ...outcome,
        referralBefore: referral,
        referrer: turnBan(before.state, state, referrer, followsBan !== undefined),
        unchanged,
        audit: describeAudit(ports, { before, review, outcome, referral, deciding }),
      });
      if (result === 'too_large') return result;
      return result === 'stored' ? review : 'again';
    },
  });
}

/** What has to be so for a referral that was rejected to stand again: as for a new one, that it closes no circle. */
export async function standsAgain(
  ports: FindChainPorts,
  { programId, referrerId, refereeId, status }: Referral,
): Promise<Refusal | readonly Edge[]> {
  if (status !== 'rejected') return [];
  const chain = await findChain(ports, programId, referrerId, false);
  if (isRefusal(chain)) return chain;
  const closesCircle = referrerId === refereeId || chain.aboveReferrer.includes(refereeId);
  return closesCircle ? refuse('referral_cycle') : chain.unchanged;
}

function describeDecision(
  { note: _, followsBan: __, ...before }: Review,
  state: ReviewState,
  { keyId, note, followsBan }: Deciding,
  now: string,
): Review {
  return {
    ...before,
    state,
    decisions: before.decisions + 1,
    decidedAt: now,
    decidedBy: keyId,
    ...(note !== undefined && { note }),
    ...(followsBan !== undefined && isRejecting(state) && { followsBan }),
  };
}

/**
 * What becomes of the referrer, where the case bans them by now, or does so no more.
 *
 * @param mustStay whether they must stand as they were read, though nothing becomes of them
 */
function turnBan(
  was: ReviewState,
  is: ReviewState,
  before: Participant,
  mustStay: boolean,
): { before: Participant; after: BanState } | undefined {
  if (is === 'banned') return { before, after: banned(before) };
  if (was === 'banned') return { before, after: unbanned(before) };
  return mustStay ? { before, after: before } : undefined;
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
  ports: DecideCasePorts,
  { before, review, outcome, referral, deciding }: Noted,
): AuditEntry {
  return describeChange(ports, deciding, {
    programId: review.programId,
    action: `review.${outcomes[deciding.decision]}`,
    target: {
      type: 'review',
      id: review.reviewId,
      userId: review.refereeId,
      referrerId: review.referrerId,
    },
    before: { state: before.state, referralStatus: referral.status },
    after: { state: review.state, referralStatus: outcome.referral.status },
    ...(deciding.note !== undefined && { reason: deciding.note }),
    at: review.decidedAt ?? review.createdAt,
  });
}
