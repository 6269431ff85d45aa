import type { Credit, Referral, Tenure } from './referral.ts';

/** To whom a referral is given, by whose word. */
export interface Reassignment extends Omit<Credit, 'clickId'> {
  readonly assignedBy: string;
  readonly reason: string;
  /** What becomes of what it has earned its referrer. */
  readonly earned: Tenure['earned'];
  /** ISO 8601. */
  readonly at: string;
}

/**
 * A referral as it is given to somebody else: what speaks against it spoke of another, and where it had not counted it
 * has earned nothing that could stay.
 */
export function reassigned(referral: Referral, { earned, at, ...given }: Reassignment): Referral {
  const { referrerId, code, clickId, upline, earlier = [], reasons: _, reviewId: __, ...rest } = referral;
  const tenure: Tenure = {
    ...{ referrerId, code, upline },
    ...(clickId !== undefined && { clickId }),
    until: at,
    earned: referral.status === 'completed' ? earned : 'taken_back',
  };
  return { ...rest, ...given, reassignedFrom: referrerId, earlier: [...earlier, tenure] };
}
