import { isRejecting, type ReviewState } from '../fraud/review.ts';
import type { Program } from '../programs/program.ts';
import type { Referral, ReferralStatus } from '../referrals/referral.ts';
import { type Case, type Decision, entryOf, progressOf, settle, withdrawAll } from './decide-event.ts';
import { factOf } from './fact.ts';
import { foldJournal, type JournalEntry } from './journal.ts';
import { isQualified } from './qualification.ts';

/** A case whose event is the decision on its review. */
export interface ReviewCase extends Case {
  readonly referral: Referral;
  readonly program: Program;
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
 * meanwhile is in the journal: where the referral counts it is settled, everywhere else what was given is taken back. So
 * an approval that is undone, and made again, ends where it was.
 */
export function decideReview(input: ReviewCase): ReviewOutcome | Extract<Decision, { do: 'read' }> {
  const { event, terms, program, now } = input;
  const journal = foldJournal(input.journal);
  const isComplete = journal.isCompleted || isQualified(program.qualification, journal.facts);
  const referral = withStatus(input.referral, statusIn(input.state, isComplete), now);
  const fact = factOf(event, terms, new Set());
  const given = { ...input, referral, state: journal, fact };
  const pays = referral.status === 'completed';
  const facts = [...journal.facts, fact];
  const settled = pays ? settle(given, facts) : withdrawAll(given);
  if ('do' in settled) return settled;
  const progress = progressOf(given, facts, pays, settled.postings);
  const entry = entryOf(journal, fact, now, {
    postings: settled.postings,
    explanation: [{ outcome: 'adjusted', reason: `referral_${referral.status}` }],
    ...(settled.denied.length > 0 && { denied: settled.denied }),
    ...(settled.counters.length > 0 && { counters: settled.counters }),
    ...(progress.length > 0 && { progress }),
  });
  return { referral, entry };
}

function statusIn(state: ReviewState, isComplete: boolean): ReferralStatus {
  if (state === 'open') return 'in_review';
  if (isRejecting(state)) return 'rejected';
  return isComplete ? 'completed' : 'pending';
}

function withStatus({ completedAt, ...referral }: Referral, status: ReferralStatus, now: string): Referral {
  return { ...referral, status, ...(status === 'completed' && { completedAt: completedAt ?? now }) };
}
