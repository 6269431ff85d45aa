import type { Program } from '../../domain/programs/program.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import type { Decision } from '../../domain/rewards/decide-event.ts';
import type { SettlementCase } from '../../domain/rewards/decide-review.ts';
import { foldJournal, type JournalEntry } from '../../domain/rewards/journal.ts';
import { type DecidePorts, loadPrograms } from '../events/decide-on-account.ts';
import { asMuchAsFits } from '../fit-transaction.ts';
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
  readonly type: 'referral.reviewed' | 'referral.held' | 'referral.settled' | 'referral.reassigned';
}

/** The step that a decision of a case is. @param decisions how often the case is decided with it, undoing included */
export function decisionStep(decisions: number): ReviewStep {
  return { eventId: `referral.reviewed#${decisions}`, type: 'referral.reviewed' };
}

/** What a step does, and how it is stored. */
export interface Settling<Outcome extends object, Result> {
  decide(input: SettlementCase): Outcome | Extract<Decision, { do: 'read' }>;
  /** @returns `too_large` where one transaction does not take all that it changes */
  store(outcome: Outcome): Promise<Result | 'too_large'>;
}

/**
 * Works out what a step does to a referral's rewards, and stores it with as many of them as one transaction takes.
 *
 * @throws if a version of the program that the journal names is not there
 */
export async function settleReview<Outcome extends object, Result>(
  ports: DecidePorts,
  account: ReviewedAccount,
  step: ReviewStep,
  { decide, store }: Settling<Outcome, Result>,
): Promise<Result> {
  const given = await caseOf(ports, account, step);
  return asMuchAsFits(async (most) => store(await decideBy(ports, { ...given, most }, decide)));
}

/**
 * Works out all that a step would do to a referral's rewards, and stores nothing.
 *
 * @throws if a version of the program that the journal names is not there
 */
export async function workOutSettlement<Outcome extends object>(
  ports: DecidePorts,
  account: ReviewedAccount,
  step: ReviewStep,
  decide: Settling<Outcome, never>['decide'],
): Promise<Outcome> {
  return decideBy(ports, await caseOf(ports, account, step), decide);
}

async function caseOf(
  ports: DecidePorts,
  { referral, program, ...account }: ReviewedAccount,
  { eventId, type }: ReviewStep,
): Promise<Omit<SettlementCase, 'used'>> {
  const { programId, refereeId } = referral;
  const now = isoTime(ports.now());
  const event = { programId, eventId, type, userId: refereeId, acceptedAt: now };
  const journal = foldJournal(account.journal);
  const programs = await loadPrograms(ports, programId, program, journal);
  return { event, referral, program, terms: { programVersion: program.version }, programs, journal, now };
}

/** Decides, and reads the counters that the decision asks for. */
async function decideBy<Outcome extends object>(
  ports: DecidePorts,
  given: Omit<SettlementCase, 'used'>,
  decide: Settling<Outcome, never>['decide'],
): Promise<Outcome> {
  const used = new Map<string, number>();
  for (;;) {
    const outcome = decide({ ...given, used });
    if (!('do' in outcome)) return outcome;
    const counters = await ports.readCounters(given.referral.programId, outcome.counters);
    for (const [name, amount] of counters) used.set(name, amount);
  }
}
