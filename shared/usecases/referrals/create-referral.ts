import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import { participantKey, referralIdOf } from '../../domain/ids.ts';
import type { Link } from '../../domain/links/link.ts';
import type { Participant } from '../../domain/participant.ts';
import type { Program } from '../../domain/programs/program.ts';
import { judgeReferral } from '../../domain/referrals/judge-referral.ts';
import { normaliseEmail } from '../../domain/referrals/normalise-email.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { type GrantMilestonesPorts, grantMilestones } from '../milestones/grant-milestones.ts';
import { whileContended } from '../retry.ts';
import { type Hasher, isoTime, type System } from '../system.ts';
import {
  type Attribution,
  type AttributionPorts,
  attributeSignUp,
  type SignUpTrace,
} from './attribute-sign-up.ts';

export interface CreateReferralPorts extends System, Hasher, AttributionPorts, GrantMilestonesPorts {
  findProgram(programId: string): Promise<Program | undefined>;
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  findReferralOf(programId: string, refereeId: string): Promise<Referral | undefined>;
  storeReferral(input: {
    referral: Referral;
    createReferee: Participant | undefined;
    rootId: string | undefined;
  }): Promise<'stored' | 'referral_exists' | 'changed_meanwhile'>;
}

export interface SignUp extends SignUpTrace {
  readonly newUserId: string;
  readonly programId?: string | undefined;
  readonly email?: string | undefined;
}

/**
 * Credits a new user to the participant whose click or code brought them. The referral, the referee and the
 * referrer's count are one step; a user who has a referral keeps it.
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
  const [referrer, referee, standing] = await Promise.all([
    ports.findParticipant(programId, link.userId),
    ports.findParticipant(programId, signUp.newUserId),
    ports.findReferralOf(programId, signUp.newUserId),
  ]);
  if (standing !== undefined) return refuse('referral_exists', { extra: { referral: standing } });
  if (referrer?.status !== 'active') return refuse('inviting_not_allowed');
  const upline = await findUpline(ports, programId, referrer.userId, referee !== undefined);
  const emailHash = signUp.email && ports.lasting('email', normaliseEmail(signUp.email));
  const reasons = judgeReferral({
    referrerId: referrer.userId,
    refereeId: signUp.newUserId,
    referrerEmail: referrer.emailHash,
    refereeEmail: emailHash ?? referee?.emailHash,
    uplineIds: upline.slice(1),
  });
  const referral = describeReferral(ports, signUp, { link, program, clickId }, reasons);
  const stored = await ports.storeReferral({
    referral,
    createReferee: referee === undefined ? newReferee(referral, emailHash) : undefined,
    rootId: referee === undefined || reasons.length > 0 ? undefined : upline.at(-1),
  });
  return stored === 'stored' ? referral : 'again';
}

/**
 * The referrer, who invited them, who invited that one, and so on to the top. Somebody who was not a participant
 * until now can have invited nobody, so for them the walk is spared: no cycle can close.
 */
async function findUpline(
  ports: CreateReferralPorts,
  programId: string,
  referrerId: string,
  walk: boolean,
): Promise<readonly string[]> {
  const upline = [referrerId];
  let above = walk ? await ports.findReferralOf(programId, referrerId) : undefined;
  while (above !== undefined && above.status !== 'rejected') {
    upline.push(above.referrerId);
    above = await ports.findReferralOf(programId, above.referrerId);
  }
  return upline;
}

function newReferee(referral: Referral, emailHash: string | undefined): Participant {
  const { programId, refereeId, createdAt } = referral;
  return {
    programId,
    userId: refereeId,
    status: 'active',
    links: 0,
    createdAt,
    ...(emailHash && { emailHash }),
  };
}

function describeReferral(
  ports: System,
  signUp: SignUp,
  { link, program, clickId }: { link: Link; program: Program; clickId?: string | undefined },
  reasons: readonly string[],
): Referral {
  const now = isoTime(ports.now());
  return {
    referralId: referralIdOf(participantKey(program.programId, signUp.newUserId)),
    programId: program.programId,
    referrerId: link.userId,
    refereeId: signUp.newUserId,
    code: link.code,
    ...(clickId !== undefined && { clickId }),
    programVersion: program.version,
    createdAt: now,
    ...(reasons.length > 0 ? { status: 'rejected', reasons } : { status: 'completed', completedAt: now }),
  };
}
