import type { Attribution } from './attribute.ts';

export type ReferralStatus = 'pending' | 'completed' | 'rejected' | 'in_review';

/** The edge from referrer to referee. */
export interface Referral {
  readonly referralId: string;
  readonly programId: string;
  readonly referrerId: string;
  readonly refereeId: string;
  readonly code: string;
  readonly clickId?: string;
  /** Who invited whom above the referee, as it stood at the sign-up: the referrer first, at most ten. */
  readonly upline: readonly string[];
  readonly status: ReferralStatus;
  readonly programVersion: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly completedAt?: string;
  /** Which fraud rules spoke against it. */
  readonly reasons?: readonly string[];
  /** The case in which a person decides of it; it stays when that is decided. */
  readonly reviewId?: string;
  /** The API key by which it was assigned by hand. */
  readonly assignedBy?: string;
  /** Why it was assigned by hand. An operator's own words: they are shown, and never sent on. */
  readonly reason?: string;
  /** Why it is this referrer's; absent where it was assigned by hand. Shown, and never sent on. */
  readonly attribution?: Attribution;
}

/** Completed referrals and the others of a participant. */
export interface ReferralProgress {
  readonly pending: number;
  readonly completed: number;
  readonly rejected: number;
  readonly inReview: number;
}

export const noProgress: ReferralProgress = { pending: 0, completed: 0, rejected: 0, inReview: 0 };

/** The column of the progress that counts a status. */
export function progressColumn(status: ReferralStatus): keyof ReferralProgress {
  return status === 'in_review' ? 'inReview' : status;
}
