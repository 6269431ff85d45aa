import { type Review, reviewIdOf, settledBy } from '../../domain/fraud/review.ts';
import { refereeKeyOf } from '../../domain/ids.ts';
import { settleFurther } from '../../domain/rewards/decide-review.ts';
import { foldJournal, type JournalEntry } from '../../domain/rewards/journal.ts';
import type { DecidePorts } from '../events/decide-on-account.ts';
import { findProgramFor } from '../events/load-terms.ts';
import { whileContended } from '../retry.ts';
import type { ReviewStore } from './review-store.ts';
import { settleReview } from './settle-review.ts';

export interface ContinueSettlementPorts extends DecidePorts, ReviewStore {}

/**
 * Moves the next rewards of a decision, or an event, that were too many for one step. Each is moved once, since the entry that does
 * takes the journal's next position, and asks for the step after it. A case tells how far it is. Where there is nothing
 * to settle, nothing happens.
 *
 * @throws what stood in the way, for the queue to try again
 */
export async function continueSettlement(
  ports: ContinueSettlementPorts,
  programId: string,
  refereeId: string,
): Promise<void> {
  const done = await whileContended(() => attempt(ports, programId, refereeId));
  if (done === undefined) throw new Error('The journal of a referral that is settled is contended');
}

async function attempt(
  ports: ContinueSettlementPorts,
  programId: string,
  refereeId: string,
): Promise<'done' | 'again'> {
  const { referral, journal } = await ports.loadRefereeAccount(programId, refereeId);
  if (referral === undefined) return 'done';
  if (!foldJournal(journal).isSettling) return 'done';
  const before = await ports.findReview(reviewIdOf(refereeKeyOf(referral.referralId)));
  const program = await findProgramFor(ports, referral);
  if (program === undefined) throw new Error(`The program of ${referral.referralId} is not there`);
  const eventId = `referral.settled#${journal.length + 1}`;
  const stored = await settleReview(
    ports,
    { referral, journal, program },
    { eventId, type: 'referral.settled' },
    {
      decide: settleFurther,
      store: async (entry) =>
        ports.storeReview({ ...stepOf(before, entry), entry, referral, referralBefore: referral }),
    },
  );
  return stored === 'stored' ? 'done' : 'again';
}

/** What a step changes of the case that it is of, if it is of one. */
function stepOf(before: Review | undefined, entry: JournalEntry) {
  if (before?.settling === undefined) return { review: undefined, before: undefined };
  return { review: settledBy(before, entry, before.settling.moved), before };
}
