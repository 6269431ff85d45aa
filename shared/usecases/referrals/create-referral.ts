import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import type { KeptSignals } from '../../domain/fraud/kept-signals.ts';
import type { Review } from '../../domain/fraud/review.ts';
import { type Identity, mayInvite, type Participant } from '../../domain/participant.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import type { Edge } from '../../domain/referrals/upline.ts';
import type { PersonInput } from '../fraud/identify.ts';
import { type Footprint, type JudgeNewReferralPorts, judgeNewReferral } from '../fraud/judge-new-referral.ts';
import { type ValidateReferralPorts, validateReferral } from '../hooks/validate-referral.ts';
import { type GrantMilestonesPorts, grantMilestones } from '../milestones/grant-milestones.ts';
import { whileContended } from '../retry.ts';
import { type Hasher, isoTime, type System } from '../system.ts';
import {
  type AttributedSignUp,
  type AttributionPorts,
  attributeSignUp,
  type SignUpTraces,
} from './attribute-sign-up.ts';
import { describeReferral, describeReview, newReferee } from './describe-referral.ts';
import { findChain } from './find-chain.ts';

export interface CreateReferralPorts
  extends System,
    Hasher,
    AttributionPorts,
    GrantMilestonesPorts,
    Pick<JudgeNewReferralPorts, 'readEarlier' | 'isBotAgent' | 'isDisposableDomain' | 'registrableDomain'> {
  /** Asks the program's own validation. @default - our rules decide */
  readonly hooks?: ValidateReferralPorts;
  findProgram(programId: string): Promise<Program | undefined>;
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  findReferralOf(programId: string, refereeId: string): Promise<Referral | undefined>;
  storeReferral(input: {
    referral: Referral;
    createReferee: Participant | undefined;
    refereeIdentity: Identity;
    footprint: Footprint;
    seen: KeptSignals;
    review: Review | undefined;
    unchanged: readonly Edge[];
  }): Promise<'stored' | 'referral_exists' | 'changed_meanwhile'>;
}

export interface SignUp extends SignUpTraces, PersonInput {
  readonly newUserId: string;
  /** Whether the browser saw the page to which the click led, where that is told. */
  readonly landed?: boolean | undefined;
}

/**
 * Credits a new user to the participant whose click, code or coupon brought them, and keeps why. The referral, the
 * referee and the referrer's count are one step; a user who has a referral keeps it. The program's own validation is
 * asked before that step, once: who tries again, here or by another request, gets the answer that was kept.
 */
export async function createReferral(
  ports: CreateReferralPorts,
  signUp: SignUp,
): Promise<Referral | Refusal> {
  const attributed = await attributeSignUp(ports, signUp);
  if (isRefusal(attributed)) return attributed;
  const result = await whileContended(() => attempt(ports, signUp, attributed));
  if (result === undefined) return refuse('contended');
  if (!isRefusal(result) && result.status === 'completed') {
    // The referral stands whatever happens here: the queue grants what could not be granted now.
    await grantMilestones(ports, result.programId, result.referrerId).catch(() => undefined);
  }
  return result;
}

async function attempt(
  ports: CreateReferralPorts,
  signUp: SignUp,
  { link, program, clickId, attribution, at }: AttributedSignUp,
): Promise<Referral | Refusal | 'again'> {
  const { programId } = program;
  const { newUserId } = signUp;
  const [referrer, referee, standing] = await Promise.all([
    ports.findParticipant(programId, link.userId),
    ports.findParticipant(programId, newUserId),
    ports.findReferralOf(programId, newUserId),
  ]);
  if (standing !== undefined) {
    const isOwn = ports.isRepeat === true && standing.createdAt === isoTime(at);
    return isOwn ? standing : refuse('referral_exists', { extra: { referral: standing } });
  }
  if (referrer === undefined || !mayInvite(referrer)) return refuse('inviting_not_allowed');
  const chain = await findChain(ports, programId, referrer.userId, referee === undefined);
  if (isRefusal(chain)) return chain;
  const { verdict, identity, footprint, seen } = await judgeNewReferral(ports, {
    program,
    referrer,
    refereeId: newUserId,
    referee,
    person: signUp,
    code: link.code,
    clickId,
    landed: signUp.landed,
    uplineIds: chain.aboveReferrer,
    at,
  });
  const users = { referrerId: link.userId, refereeId: newUserId };
  const trace = { code: link.code, ...(clickId !== undefined && { clickId }) };
  const validation = await validateReferral(ports.hooks, program, { ...users, ...trace, verdict });
  const createdAt = isoTime(at);
  const parts = { ...users, ...trace, upline: chain.upline, attribution, validation, createdAt };
  const referral = describeReferral(program, parts, createdAt);
  const stored = await ports.storeReferral({
    referral,
    createReferee: referee === undefined ? newReferee(programId, newUserId, identity, createdAt) : undefined,
    refereeIdentity: referee === undefined ? {} : newsOf(referee, identity),
    footprint,
    seen,
    review: describeReview(referral, verdict),
    // What was rejected is no edge, and closes nothing.
    unchanged: validation.decision === 'reject' ? [] : chain.unchanged,
  });
  return stored === 'stored' ? referral : 'again';
}

/** What a sign-up tells of somebody that was not known. */
function newsOf(known: Identity, told: Identity): Identity {
  const names = new Set(Object.keys(known));
  return Object.fromEntries(Object.entries(told).filter(([name]) => !names.has(name)));
}
