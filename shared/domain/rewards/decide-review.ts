import { isRejecting, type ReviewState } from '../fraud/review.ts';
import type { Program } from '../programs/program.ts';
import type { Referral, ReferralStatus } from '../referrals/referral.ts';
import { type Case, type Decision, entryOf, progressOf, settle } from './decide-event.ts';
import { type Fact, factOf } from './fact.ts';
import type { JournalEntry } from './journal.ts';
import { isQualified } from './qualification.ts';

/** A referral whose rewards are brought in line with what has been decided of it. */
export interface SettlementCase extends Case {
  readonly referral: Referral;
  readonly program: Program;
}

/** A case whose event is the decision on its review. */
export interface ReviewCase extends SettlementCase {
  /** What becomes of the review. */
  readonly state: ReviewState;
}

/** What a decision on a review does: the referral as it is then, and the entry that brings the rewards in line with it. */
export interface ReviewOutcome {
  readonly referral: Referral;
  readonly entry: JournalEntry;
}

/**
 * Decides what a new state of a review does to its referral and to money. All that has happened to the referee
 * meanwhile is in the journal: where the referral counts it is settled, everywhere else what was given since it was last reassigned is taken back. So
 * an approval that is undone, and made again, ends where it was.
 */
export function decideReview(input: ReviewCase): ReviewOutcome | Extract<Decision, { do: 'read' }> {
  const { event, terms, program, journal, now } = input;
  const isComplete = journal.isCompleted || isQualified(program.qualification, journal.facts);
  const referral = withStatus(input.referral, statusIn(input.state, isComplete), now);
  const fact = factOf(event, terms, new Set());
  const entry = settlementEntry({ ...input, referral }, fact, [...journal.facts, fact]);
  return 'do' in entry ? entry : { referral, entry };
}

/**
 * Posts of what a decision, or an event, has left to be moved as much as one entry may. It is told by the journal and the referral
 * alone, so it holds for whatever has been decided last, and whatever came meanwhile.
 */
export function settleFurther(input: SettlementCase): JournalEntry | Extract<Decision, { do: 'read' }> {
  const { event, terms, journal } = input;
  const entry = settlementEntry(input, factOf(event, terms, new Set()), journal.facts);
  return 'do' in entry ? entry : { ...entry, isMarker: true };
}

function settlementEntry(
  input: SettlementCase,
  fact: Fact,
  facts: readonly Fact[],
): JournalEntry | Extract<Decision, { do: 'read' }> {
  const { referral, journal, most, now } = input;
  const given = { ...input, fact, share: { postings: most } };
  const pays = referral.status === 'completed';
  const settled = settle(given, facts, pays);
  if ('do' in settled) return settled;
  const { postings, denied, counters, left } = settled;
  const progress = progressOf(given, facts, pays, postings);
  return entryOf(journal, fact, now, {
    postings,
    explanation: [{ outcome: 'adjusted', reason: `referral_${referral.status}` }],
    ...(denied.length > 0 && { denied }),
    ...(counters.length > 0 && { counters }),
    ...(progress.length > 0 && { progress }),
    ...((left > 0 || journal.isSettling) && { left }),
  });
}

function statusIn(state: ReviewState, isComplete: boolean): ReferralStatus {
  if (state === 'open') return 'in_review';
  if (isRejecting(state)) return 'rejected';
  return isComplete ? 'completed' : 'pending';
}

function withStatus({ completedAt, ...referral }: Referral, status: ReferralStatus, now: string): Referral {
  return { ...referral, status, ...(status === 'completed' && { completedAt: completedAt ?? now }) };
}
