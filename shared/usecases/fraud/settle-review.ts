import type { ReviewState } from '../../domain/fraud/review.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { decideReview, type ReviewOutcome } from '../../domain/rewards/decide-review.ts';
import type { JournalEntry } from '../../domain/rewards/journal.ts';
import { type DecidePorts, loadPrograms } from '../events/decide-on-account.ts';
import { isoTime } from '../system.ts';

/** A referral whose case changes its state. */
export interface ReviewedAccount {
  readonly referral: Referral;
  readonly journal: readonly JournalEntry[];
  readonly program: Program;
}

/** Why it does. */
export interface ReviewStep {
  /** Names the step in the journal, where it is taken once. No event that is reported can have it. */
  readonly eventId: string;
  readonly type: 'referral.reviewed' | 'referral.held';
  /** What becomes of the case. */
  readonly state: ReviewState;
}

/**
 * Works out what a new state of a case does to its referral and to money, and writes nothing.
 *
 * @throws if a version of the program that the journal names is not there
 */
export async function settleReview(
  ports: DecidePorts,
  { referral, journal, program }: ReviewedAccount,
  { eventId, type, state }: ReviewStep,
): Promise<ReviewOutcome> {
  const { programId, refereeId } = referral;
  const now = isoTime(ports.now());
  const event = { programId, eventId, type, userId: refereeId, acceptedAt: now };
  const programs = await loadPrograms(ports, programId, program, journal);
  const terms = { programVersion: program.version };
  const used = new Map<string, number>();
  for (;;) {
    const outcome = decideReview({ event, referral, program, terms, programs, journal, used, now, state });
    if (!('do' in outcome)) return outcome;
    for (const [name, amount] of await ports.readCounters(programId, outcome.counters))
      used.set(name, amount);
  }
}
