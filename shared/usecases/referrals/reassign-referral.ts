import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import type { AuditEntry, Operator } from '../../domain/audit.ts';
import { type Review, reassignedReview, reviewIdOf } from '../../domain/fraud/review.ts';
import { refereeKeyOf } from '../../domain/ids.ts';
import { canonicalCode } from '../../domain/links/code.ts';
import { isInUse, type Link } from '../../domain/links/link.ts';
import { mayInvite, type Participant } from '../../domain/participant.ts';
import type { Program } from '../../domain/programs/program.ts';
import { reassigned } from '../../domain/referrals/reassign.ts';
import { mostTenures, type Referral, type Tenure } from '../../domain/referrals/referral.ts';
import { decideReview } from '../../domain/rewards/decide-review.ts';
import { describeChange } from '../audit/note-change.ts';
import type { DecidePorts } from '../events/decide-on-account.ts';
import { findProgramFor } from '../events/load-terms.ts';
import type { ReviewStore } from '../fraud/review-store.ts';
import { settleReview } from '../fraud/settle-review.ts';
import { type DescribeLinkPorts, describeLink } from '../links/create-link.ts';
import { type GrantMilestonesPorts, grantMilestones } from '../milestones/grant-milestones.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import { type Chain, type FindChainPorts, findChain } from './find-chain.ts';
import { refuseCircle } from './refuse-circle.ts';

export interface ReassignReferralPorts
  extends DecidePorts,
    GrantMilestonesPorts,
    DescribeLinkPorts,
    FindChainPorts,
    ReviewStore {
  findReferral(referralId: string): Promise<Referral | undefined>;
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  findLink(code: string): Promise<Link | undefined>;
}

export interface Reassigning {
  /** Whose the referral is to be. */
  readonly userId: string;
  readonly reason: string;
  /** A code of theirs; their first unless given. */
  readonly code?: string | undefined;
  readonly earned: Tenure['earned'];
}

/**
 * Gives a referral to another participant, by an operator's word. What happens from then on earns them; what it has
 * earned so far stays or is taken back. Referral, counts of both, rewards, balances, the case if there was one, and the
 * entry of the audit log are one step; of more rewards than that takes back, the rest follows it. Where the referral is
 * theirs already nothing changes. What would put somebody above themselves is refused.
 */
export async function reassignReferral(
  ports: ReassignReferralPorts,
  referralId: string,
  wanted: Reassigning,
  operator: Operator,
): Promise<Referral | Refusal> {
  const before = await ports.findReferral(referralId);
  if (before === undefined) return refuse('referral_not_found');
  const done = await whileContended(() => attempt(ports, before, wanted, operator));
  if (done === undefined) return refuse('contended');
  if (isRefusal(done)) return done;
  for (const userId of [done.referrerId, done.from]) {
    // It is theirs whatever happens here: the queue grants and takes back what could not be done now.
    await grantMilestones(ports, before.programId, userId).catch(() => undefined);
  }
  return (await ports.findReferral(referralId)) ?? refuse('referral_not_found');
}

interface Moved {
  readonly referrerId: string;
  readonly from: string;
}

async function attempt(
  ports: ReassignReferralPorts,
  { programId, refereeId, referralId }: Referral,
  wanted: Reassigning,
  operator: Operator,
): Promise<Moved | Refusal | 'again'> {
  const [{ referral, journal }, review, referrer] = await Promise.all([
    ports.loadRefereeAccount(programId, refereeId),
    ports.findReview(reviewIdOf(refereeKeyOf(referralId))),
    ports.findParticipant(programId, wanted.userId),
  ]);
  if (referral === undefined) return 'again';
  const from = referral.referrerId;
  if (from === wanted.userId) return { referrerId: from, from };
  const to = await findReferrer(ports, referral, referrer, wanted, review);
  if (isRefusal(to)) return to;
  const program = await findProgramFor(ports, referral);
  if (program === undefined) return 'again';
  const at = isoTime(ports.now());
  const { reason, earned } = wanted;
  const given = { referrerId: wanted.userId, code: to.code, upline: to.chain.upline };
  const moved = reassigned(referral, { ...given, assignedBy: operator.keyId, reason, earned, at });
  const eventId = `referral.reassigned#${moved.earlier?.length}`;
  const step = { eventId, type: 'referral.reassigned' } as const;
  return settleReview(ports, { referral: moved, journal, program }, step, {
    decide: (input) => decideReview({ ...input, state: 'approved' }),
    store: async (outcome) => {
      const result = await ports.storeReview({
        review: review && reassignedReview(review, { note: reason, keyId: operator.keyId, at }),
        before: review,
        ...outcome,
        referralBefore: referral,
        unchanged: to.chain.unchanged,
        firstLink: to.firstLink,
        audit: describeAudit(ports, referral, outcome.referral, operator),
      });
      if (result === 'too_large') return result;
      return result === 'stored' ? { referrerId: wanted.userId, from } : 'again';
    },
  });
}

/** Where the referral would come to hang. */
interface Place {
  readonly chain: Chain;
  readonly code: string;
  /** Of somebody who has none. */
  readonly firstLink?: Link;
}

async function findReferrer(
  ports: ReassignReferralPorts,
  { programId, refereeId, earlier = [] }: Referral,
  referrer: Participant | undefined,
  { userId, code }: Reassigning,
  review: Review | undefined,
): Promise<Place | Refusal> {
  if (review?.state === 'banned') return refuse('review_decided', { extra: { review } });
  if (earlier.length >= mostTenures) return refuse('reassigned_too_often');
  const program = await ports.findProgram(programId);
  if (program === undefined) return refuse('program_not_found');
  if (referrer === undefined) return refuse('participant_not_found', { detail: `userId: ${userId}` });
  if (!mayInvite(referrer)) return refuse('inviting_not_allowed');
  const chain = await findChain(ports, programId, userId, false);
  if (isRefusal(chain)) return chain;
  const circle = refuseCircle(userId, refereeId, chain);
  if (circle !== undefined) return circle;
  const credited = await findCode(ports, program, referrer, code);
  return isRefusal(credited) ? credited : { chain, ...credited };
}

async function findCode(
  ports: ReassignReferralPorts,
  program: Program,
  { userId, code: first }: Participant,
  wanted: string | undefined,
): Promise<Pick<Place, 'code' | 'firstLink'> | Refusal> {
  if (wanted === undefined) {
    if (first !== undefined) return { code: first };
    const firstLink = await describeLink(ports, program, userId);
    return { code: firstLink.code, firstLink };
  }
  const link = await ports.findLink(canonicalCode(wanted));
  const isTheirs = link?.programId === program.programId && link.userId === userId;
  if (link === undefined || !isTheirs) return refuse('code_not_found');
  return isInUse(link, ports.now()) ? { code: link.code } : refuse('code_inactive');
}

function describeAudit(
  ports: ReassignReferralPorts,
  before: Referral,
  after: Referral,
  operator: Operator,
): AuditEntry {
  const { programId, referralId, refereeId, reason } = after;
  const told = ({ referrerId, code, status }: Referral) => ({ referrerId, code, status });
  return describeChange(ports, operator, {
    programId,
    action: 'referral.reassigned',
    target: { type: 'referral', id: referralId, userId: refereeId },
    before: told(before),
    after: { ...told(after), earned: after.earlier?.at(-1)?.earned },
    ...(reason !== undefined && { reason }),
  });
}
