import type { FraudVerdict } from '../../domain/fraud/judge-sign-up.ts';
import { originOf, type Review, reviewIdOf } from '../../domain/fraud/review.ts';
import { participantKey, referralIdOf } from '../../domain/ids.ts';
import type { Identity, Participant } from '../../domain/participant.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import type { Validation } from '../hooks/validate-referral.ts';

/** What a new referral is made of. */
export interface ReferralParts
  extends Pick<
    Referral,
    | 'referrerId'
    | 'refereeId'
    | 'code'
    | 'clickId'
    | 'upline'
    | 'attribution'
    | 'assignedBy'
    | 'reason'
    | 'createdAt'
  > {
  /** Whether it counts, by our rules, the customer's own logic, or an operator's word. */
  readonly validation: Validation;
}

/**
 * A new referral: rejected or in review where that was decided; else complete at once, or pending where the program
 * requires events first.
 *
 * @param now ISO 8601: when it is stored, and complete if it is
 */
export function describeReferral(program: Program, parts: ReferralParts, now: string): Referral {
  const { validation, ...given } = parts;
  const refereeKey = participantKey(program.programId, parts.refereeId);
  return {
    referralId: referralIdOf(refereeKey),
    programId: program.programId,
    ...given,
    ...(parts.createdAt !== now && { recordedAt: now }),
    programVersion: program.version,
    ...outcomeOf(program, validation, now),
    ...(validation.reasons.length > 0 && { reviewId: reviewIdOf(refereeKey) }),
  };
}

function outcomeOf(
  program: Program,
  { decision, reasons }: Validation,
  now: string,
): Pick<Referral, 'status' | 'reasons' | 'completedAt'> {
  if (decision === 'reject') return { status: 'rejected', reasons };
  if (decision === 'hold') return { status: 'in_review', reasons };
  const flags = reasons.length > 0 && { reasons };
  if (program.qualification.length > 0) return { status: 'pending', ...flags };
  return { status: 'completed', completedAt: now, ...flags };
}

/** The participant that the referee of a referral becomes. */
export function newReferee(
  programId: string,
  userId: string,
  identity: Identity,
  createdAt: string,
): Participant {
  return {
    programId,
    userId,
    status: 'active',
    links: 0,
    createdAt,
    ...identity,
  };
}

/** The case of a referral that something speaks against; undefined for all others. */
export function describeReview(referral: Referral, { score, findings }: FraudVerdict): Review | undefined {
  const { reviewId, programId, referralId, referrerId, refereeId, reasons = [], createdAt } = referral;
  if (reviewId === undefined) return undefined;
  const origin = originOf(referral.status, 'flagged');
  return {
    reviewId,
    programId,
    referralId,
    referrerId,
    refereeId,
    state: origin,
    origin,
    reasons,
    score,
    findings,
    decisions: 0,
    createdAt,
  };
}
