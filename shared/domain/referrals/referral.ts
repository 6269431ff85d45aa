import type { Attribution } from './attribute.ts';

export type ReferralStatus = 'pending' | 'completed' | 'rejected' | 'in_review';

/** Whose a referral is, and by what. */
export interface Credit {
  readonly referrerId: string;
  readonly code: string;
  readonly clickId?: string;
  /** Who invited whom above the referee, as it stood when it became theirs: the referrer first, at most ten. */
  readonly upline: readonly string[];
}

/** The time in which a referral was another's, before an operator gave it to somebody else. */
export interface Tenure extends Credit {
  /** ISO 8601: what happened from then on is the next one's. */
  readonly until: string;
  /** Whether they, and those above them, keep what they earned in it. */
  readonly earned: 'stays' | 'taken_back';
}

/** A referral is given to somebody else so often at the most: each time is kept with it. */
export const mostTenures = 20;

/** The edge from referrer to referee. */
export interface Referral extends Credit {
  readonly referralId: string;
  readonly programId: string;
  readonly refereeId: string;
  readonly status: ReferralStatus;
  readonly programVersion: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** When it was stored, where an operator dated it back. */
  readonly recordedAt?: string;
  readonly completedAt?: string;
  /** Which fraud rules spoke against it. */
  readonly reasons?: readonly string[];
  /** The case in which a person decides of it; it stays when that is decided. */
  readonly reviewId?: string;
  /** The API key by which it was assigned or reassigned by hand. */
  readonly assignedBy?: string;
  /** Whose it was before it was reassigned. */
  readonly reassignedFrom?: string;
  /** Whose it was when, oldest first, where it has been reassigned. Shown, and never sent on. */
  readonly earlier?: readonly Tenure[];
  /** Why it was assigned or reassigned by hand. An operator's own words: they are shown, and never sent on. */
  readonly reason?: string;
  /** Why it was its first referrer's; absent where it was assigned by hand. Shown, and never sent on. */
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
