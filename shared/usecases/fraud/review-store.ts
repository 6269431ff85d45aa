import type { AuditEntry } from '../../domain/audit.ts';
import type { BanState } from '../../domain/fraud/ban.ts';
import type { Review } from '../../domain/fraud/review.ts';
import type { Link } from '../../domain/links/link.ts';
import type { Participant } from '../../domain/participant.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import type { Edge } from '../../domain/referrals/upline.ts';
import type { JournalEntry } from '../../domain/rewards/journal.ts';

/** Where cases are kept. */
export interface ReviewStore {
  findReview(reviewId: string): Promise<Review | undefined>;
  /** Keeps a case with all that changes with it in one step, if all is still as it was read. */
  storeReview(change: {
    /** undefined: the referral is none. */
    review: Review | undefined;
    /** undefined: there was none. */
    before: Review | undefined;
    referral: Referral;
    /** The same where it does not change. */
    referralBefore: Referral;
    entry: JournalEntry;
    /** The referrer as read and as they are to stand, where that changes. */
    referrer?: { before: Participant; after: BanState } | undefined;
    unchanged?: readonly Edge[] | undefined;
    /** The first link of a referrer who has none. */
    firstLink?: Link | undefined;
    audit?: AuditEntry | undefined;
  }): Promise<'stored' | 'changed_meanwhile' | 'too_large'>;
}
