import { participantKey, referralIdOf } from '../../domain/ids.ts';
import type { Participant } from '../../domain/participant.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import type { Validation } from '../hooks/validate-referral.ts';

/** What a new referral is made of. */
export interface ReferralParts
  extends Pick<
    Referral,
    'referrerId' | 'refereeId' | 'code' | 'clickId' | 'upline' | 'assignedBy' | 'reason' | 'createdAt'
  > {
  /** Whether it counts, by our rules, the customer's own logic, or an operator's word. */
  readonly validation: Validation;
}

/**
 * A new referral: rejected or in review where that was decided; else complete at once, or pending where the program
 * requires events first.
 *
 * @param now ISO 8601: when it is complete, if it is
 */
export function describeReferral(program: Program, parts: ReferralParts, now: string): Referral {
  const { validation, ...given } = parts;
  return {
    referralId: referralIdOf(participantKey(program.programId, parts.refereeId)),
    programId: program.programId,
    ...given,
    programVersion: program.version,
    ...outcomeOf(program, validation, now),
  };
}

function outcomeOf(
  program: Program,
  { decision, reasons }: Validation,
  now: string,
): Pick<Referral, 'status' | 'reasons' | 'completedAt'> {
  if (decision === 'reject') return { status: 'rejected', reasons };
  if (decision === 'hold') return { status: 'in_review', reasons };
  return program.qualification.length > 0 ? { status: 'pending' } : { status: 'completed', completedAt: now };
}

/** The participant that the referee of a referral becomes. */
export function newReferee(
  programId: string,
  userId: string,
  emailHash: string | undefined,
  createdAt: string,
): Participant {
  return {
    programId,
    userId,
    status: 'active',
    links: 0,
    createdAt,
    ...(emailHash !== undefined && { emailHash }),
  };
}
