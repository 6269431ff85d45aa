import { isRefusal, type Refusal, refuse, refuseField } from '../../contract/problems.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import type { Link } from '../../domain/links/link.ts';
import { mayInvite, type Participant } from '../../domain/participant.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import type { Edge } from '../../domain/referrals/upline.ts';
import { describeChange } from '../audit/note-change.ts';
import { type DescribeLinkPorts, describeLink } from '../links/create-link.ts';
import { type GrantMilestonesPorts, grantMilestones } from '../milestones/grant-milestones.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import { describeReferral, newReferee } from './describe-referral.ts';
import { findChain } from './find-chain.ts';
import { refuseCircle } from './refuse-circle.ts';

export interface AssignReferralPorts extends DescribeLinkPorts, GrantMilestonesPorts {
  findProgram(programId: string): Promise<Program | undefined>;
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  findReferralOf(programId: string, refereeId: string): Promise<Referral | undefined>;
  storeReferral(input: {
    referral: Referral;
    createReferee: Participant | undefined;
    unchanged: readonly Edge[];
    firstLink: Link | undefined;
    audit: AuditEntry;
  }): Promise<'stored' | 'referral_exists' | 'changed_meanwhile'>;
}

export interface Assignment {
  readonly programId: string;
  readonly referrerId: string;
  readonly newUserId: string;
  readonly reason: string;
  /** ISO 8601, not in the future: when the new user was brought. Now unless given. */
  readonly createdAt?: string | undefined;
}

/** Who assigns, by which request. */
export interface Assigner {
  readonly keyId: string;
  readonly requestId: string;
}

/**
 * Credits a user to a participant by hand, without a click or code: also somebody who has long been a customer. The
 * referral and the note in the audit log are one step. What speaks against it is refused, not kept as rejected; an
 * e-mail address is not held against an operator's word, and the program's own validation is not asked.
 */
export async function assignReferral(
  ports: AssignReferralPorts,
  assignment: Assignment,
  by: Assigner,
): Promise<Referral | Refusal> {
  const { programId, createdAt } = assignment;
  if (createdAt !== undefined && !isPast(createdAt, ports.now())) {
    return refuseField('createdAt', 'must lie between 1970 and now');
  }
  const program = await ports.findProgram(programId);
  if (program === undefined) return refuse('program_not_found');
  const result = await whileContended(() => attempt(ports, assignment, by, program));
  if (result === undefined) return refuse('contended');
  if (!isRefusal(result) && result.status === 'completed') {
    // The referral stands whatever happens here: the queue grants what could not be granted now.
    await grantMilestones(ports, programId, result.referrerId).catch(() => undefined);
  }
  return result;
}

function isPast(time: string, now: number): boolean {
  const at = Date.parse(time);
  return at >= 0 && at <= now;
}

async function attempt(
  ports: AssignReferralPorts,
  assignment: Assignment,
  by: Assigner,
  program: Program,
): Promise<Referral | Refusal | 'again'> {
  const { programId, referrerId, newUserId } = assignment;
  const [referrer, referee, standing] = await Promise.all([
    ports.findParticipant(programId, referrerId),
    ports.findParticipant(programId, newUserId),
    ports.findReferralOf(programId, newUserId),
  ]);
  if (referrer === undefined) {
    return refuse('participant_not_found', { detail: `referrerId: ${referrerId}` });
  }
  const now = isoTime(ports.now());
  const createdAt = assignment.createdAt === undefined ? now : new Date(assignment.createdAt).toISOString();
  if (standing !== undefined) {
    const isOwn = ports.isRepeat && standing.assignedBy === by.keyId && standing.createdAt === createdAt;
    return isOwn ? standing : refuse('referral_exists', { extra: { referral: standing } });
  }
  if (!mayInvite(referrer)) return refuse('inviting_not_allowed');
  const chain = await findChain(ports, programId, referrerId, referee === undefined);
  if (isRefusal(chain)) return chain;
  const refusal = refuseCircle(referrerId, newUserId, chain);
  if (refusal !== undefined) return refusal;
  const firstLink = referrer.code === undefined ? await describeLink(ports, program, referrerId) : undefined;
  const parts = {
    referrerId,
    refereeId: newUserId,
    code: firstLink?.code ?? referrer.code ?? '',
    upline: chain.upline,
    assignedBy: by.keyId,
    reason: assignment.reason,
    validation: { decision: 'accept', reasons: [] } as const,
    createdAt,
  };
  const referral = describeReferral(program, parts, now);
  const stored = await ports.storeReferral({
    referral,
    createReferee: referee === undefined ? newReferee(programId, newUserId, {}, now) : undefined,
    unchanged: chain.unchanged,
    firstLink,
    audit: describeAudit(ports, referral, by, now),
  });
  return stored === 'stored' ? referral : 'again';
}

function describeAudit(
  ports: AssignReferralPorts,
  { reason, ...referral }: Referral,
  operator: Assigner,
  at: string,
): AuditEntry {
  return describeChange(ports, operator, {
    programId: referral.programId,
    action: 'referral.assigned',
    target: { type: 'referral', id: referral.referralId, userId: referral.refereeId },
    before: null,
    after: { referral },
    ...(reason !== undefined && { reason }),
    at,
  });
}
