import { type Refusal, refuse } from '../../contract/problems.ts';
import {
  type LateFindings,
  openedReview,
  type Review,
  reviewIdOf,
  settledBy,
} from '../../domain/fraud/review.ts';
import { refereeKeyOf } from '../../domain/ids.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { decideReview } from '../../domain/rewards/decide-review.ts';
import type { DecidePorts } from '../events/decide-on-account.ts';
import { findProgramFor } from '../events/load-terms.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import type { ReviewStore } from './review-store.ts';
import { settleReview } from './settle-review.ts';

export interface OpenReviewPorts extends DecidePorts, ReviewStore {}

/**
 * Puts a referral under review for what was found of it after its sign-up. Case, referral, all that it has earned,
 * balances and counts change in one step; of more rewards than that takes, the rest moves after it. A cause does so once, for ever, since its entry stands in the referee's
 * journal: a repeat changes nothing, also when a person has decided the case meanwhile. A case that is open gets the
 * findings as further evidence; milestones that go with the referral are taken back from the stream.
 *
 * @returns the case; undefined where there is nothing to hold, since the referral is rejected or there is none
 * @throws if a version of the program that the journal names is not there
 */
export async function openReview(
  ports: OpenReviewPorts,
  referee: { readonly programId: string; readonly refereeId: string },
  late: LateFindings,
): Promise<Review | Refusal | undefined> {
  const opened = await whileContended(() => attempt(ports, referee, late));
  return opened === undefined ? refuse('contended') : opened.review;
}

async function attempt(
  ports: OpenReviewPorts,
  { programId, refereeId }: { readonly programId: string; readonly refereeId: string },
  late: LateFindings,
): Promise<{ review: Review | Refusal | undefined } | 'again'> {
  const { referral, journal } = await ports.loadRefereeAccount(programId, refereeId);
  if (referral === undefined || referral.status === 'rejected') return { review: undefined };
  const reviewId = reviewIdOf(refereeKeyOf(referral.referralId));
  const [before, program] = await Promise.all([ports.findReview(reviewId), findProgramFor(ports, referral)]);
  const eventId = `referral.held#${late.cause}`;
  if (journal.some((entry) => entry.eventId === eventId)) return { review: before };
  if (program === undefined) throw new Error(`The program of ${referral.referralId} is not there`);
  const held = withReasons({ ...referral, reviewId }, late);
  const opened = openedReview(held, before, late, isoTime(ports.now()));
  const step = { eventId, type: 'referral.held' } as const;
  return settleReview(ports, { referral: held, journal, program }, step, {
    decide: (input) => decideReview({ ...input, state: 'open' }),
    store: async (outcome) => {
      const review = settledBy(opened, outcome.entry);
      const stored = await ports.storeReview({ review, before, ...outcome, referralBefore: referral });
      if (stored === 'too_large') return stored;
      return stored === 'stored' ? { review } : 'again';
    },
  });
}

function withReasons(referral: Referral, { findings }: LateFindings): Referral {
  const reasons = new Set([...(referral.reasons ?? []), ...findings.map(({ ruleId }) => ruleId)]);
  return { ...referral, reasons: [...reasons] };
}
