import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import { mayInvite, type Participant } from '../../domain/participant.ts';
import type { Program } from '../../domain/programs/program.ts';
import { judgeReferral } from '../../domain/referrals/judge-referral.ts';
import { normaliseEmail } from '../../domain/referrals/normalise-email.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { type ValidateReferralPorts, validateReferral } from '../hooks/validate-referral.ts';
import { type GrantMilestonesPorts, grantMilestones } from '../milestones/grant-milestones.ts';
import { whileContended } from '../retry.ts';
import { type Hasher, isoTime, type System } from '../system.ts';
import {
  type Attribution,
  type AttributionPorts,
  attributeSignUp,
  type SignUpTrace,
} from './attribute-sign-up.ts';
import { describeReferral, newReferee } from './describe-referral.ts';
import { findChain } from './find-chain.ts';

export interface CreateReferralPorts extends System, Hasher, AttributionPorts, GrantMilestonesPorts {
  /** Asks the program's own validation. @default - our rules decide */
  readonly hooks?: ValidateReferralPorts;
  findProgram(programId: string): Promise<Program | undefined>;
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  findReferralOf(programId: string, refereeId: string): Promise<Referral | undefined>;
  storeReferral(input: {
    referral: Referral;
    createReferee: Participant | undefined;
    refereeEmail: string | undefined;
    unchanged: readonly { userId: string; stands: boolean }[];
  }): Promise<'stored' | 'referral_exists' | 'changed_meanwhile'>;
}

export interface SignUp extends SignUpTrace {
  readonly newUserId: string;
  readonly programId?: string | undefined;
  readonly email?: string | undefined;
}

/**
 * Credits a new user to the participant whose click or code brought them. The referral, the referee and the
 * referrer's count are one step; a user who has a referral keeps it. The program's own validation is asked before that
 * step, once: who tries again, here or by another request, gets the answer that was kept.
 */
export async function createReferral(
  ports: CreateReferralPorts,
  signUp: SignUp,
): Promise<Referral | Refusal> {
  const attribution = await attributeSignUp(ports, signUp);
  if (isRefusal(attribution)) return attribution;
  const result = await whileContended(() => attempt(ports, signUp, attribution));
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
  { link, program, clickId }: Attribution,
): Promise<Referral | Refusal | 'again'> {
  const { programId } = program;
  const { newUserId } = signUp;
  const [referrer, referee, standing] = await Promise.all([
    ports.findParticipant(programId, link.userId),
    ports.findParticipant(programId, newUserId),
    ports.findReferralOf(programId, newUserId),
  ]);
  if (standing !== undefined) return refuse('referral_exists', { extra: { referral: standing } });
  if (referrer === undefined || !mayInvite(referrer)) return refuse('inviting_not_allowed');
  const chain = await findChain(ports, programId, referrer.userId, referee === undefined);
  if (isRefusal(chain)) return chain;
  const emailHash =
    signUp.email === undefined ? undefined : ports.lasting('email', normaliseEmail(signUp.email));
  const found = judgeReferral({
    referrerId: referrer.userId,
    refereeId: newUserId,
    referrerEmail: referrer.emailHash,
    refereeEmail: emailHash ?? referee?.emailHash,
    uplineIds: chain.aboveReferrer,
  });
  const users = { referrerId: link.userId, refereeId: newUserId };
  const trace = { code: link.code, ...(clickId !== undefined && { clickId }) };
  const validation = await validateReferral(ports.hooks, program, { ...users, ...trace, reasons: found });
  const createdAt = isoTime(ports.now());
  const parts = { ...users, ...trace, upline: chain.upline, validation, createdAt };
  const referral = describeReferral(program, parts, createdAt);
  const stored = await ports.storeReferral({
    referral,
    createReferee: referee === undefined ? newReferee(programId, newUserId, emailHash, createdAt) : undefined,
    refereeEmail: referee !== undefined && referee.emailHash === undefined ? emailHash : undefined,
    // What was rejected is no edge, and closes nothing.
    unchanged: validation.decision === 'reject' ? [] : chain.unchanged,
  });
  return stored === 'stored' ? referral : 'again';
}
