import type { ProposedReward } from '../../domain/hooks/hook.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import type { Counter } from '../../domain/rewards/counter.ts';
import { type Case, type Decision, decideEvent } from '../../domain/rewards/decide-event.ts';
import { type EarlyEvent, referralFor } from '../../domain/rewards/early-event.ts';
import { changesOrder, type ReportedEvent } from '../../domain/rewards/event.ts';
import { factOf, type Terms } from '../../domain/rewards/fact.ts';
import {
  changeOf,
  type JournalEntry,
  type JournalState,
  type Posting,
} from '../../domain/rewards/journal.ts';
import { tenureOf } from '../../domain/rewards/tenures.ts';
import { type CalculateRewardsPorts, calculateRewards } from '../hooks/calculate-rewards.ts';
import { isoTime, type System } from '../system.ts';
import { addCalculation, findProgramFor, type LoadTermsPorts, loadTerms } from './load-terms.ts';

export interface RefereeAccount {
  readonly referral: Referral | undefined;
  /** Events that wait for it. */
  readonly early: readonly EarlyEvent[];
  readonly journal: readonly JournalEntry[];
}

/** The same, with its journal added up. */
export interface FoldedAccount extends Omit<RefereeAccount, 'journal'> {
  readonly journal: JournalState;
}

export interface DecidePorts extends System, LoadTermsPorts {
  /** For programs whose rewards the customer's own logic calculates. Absent: nobody is asked, the rules hold. */
  readonly hooks?: Omit<CalculateRewardsPorts, 'proposeRewards'>;
  loadRefereeAccount(programId: string, refereeId: string): Promise<RefereeAccount>;
  readCounters(programId: string, counters: readonly Counter[]): Promise<ReadonlyMap<string, number>>;
}

export type Decided = Exclude<Decision, { do: 'read' }>;

/**
 * Decides what an event does to an account as it was loaded, and writes nothing.
 *
 * @param most how many rewards its entry moves at the most; all unless given
 * @throws if a version of the program that the account names is not there
 */
export async function decideOnAccount(
  ports: DecidePorts,
  event: ReportedEvent,
  { referral: standing, early, journal }: FoldedAccount,
  most?: number,
): Promise<Decided> {
  const referral = referralFor(event, standing);
  const program = referral && (await findProgramFor(ports, referral));
  // What is explained is explained for ever, so a version that cannot be read yet must not pass for no referral.
  if (referral && !program) throw missing(event.programId, referral.programVersion);
  const programs = await loadPrograms(ports, event.programId, program, journal);
  const decide = (terms: Terms) =>
    decideBy(ports, { event, referral, early, programs, journal, most }, terms);
  if (referral === undefined || program === undefined) return decide({ programVersion: 0 });
  const fact = factOf(event, { programVersion: program.version }, new Set());
  const { referral: then } = tenureOf(referral, journal.facts, fact);
  const terms = await loadTerms(ports, event, then, program);
  if (journal.eventIds.has(event.eventId) || !isCalculated(event, program)) return decide(terms);
  return decide(await calculate(ports, { event, referral: then, program }, terms, () => decide(terms)));
}

type Given = Omit<Case, 'terms' | 'used' | 'now'>;

/** Decides, and reads the counters that the decision asks for. */
async function decideBy(ports: DecidePorts, given: Given, terms: Terms): Promise<Decided> {
  const used = new Map<string, number>();
  for (;;) {
    const decision = decideEvent({ ...given, terms, used, now: isoTime(ports.now()) });
    if (decision.do !== 'read') return decision;
    const counters = await ports.readCounters(given.event.programId, decision.counters);
    for (const [name, amount] of counters) used.set(name, amount);
  }
}

/** The customer's own logic is asked about orders, and about events that the program has rules for. */
function isCalculated({ type }: ReportedEvent, program: Program): boolean {
  return type === 'order.paid' || (!changesOrder(type) && program.rules.some((rule) => rule.event === type));
}

interface Calculated {
  readonly event: ReportedEvent;
  readonly referral: Referral;
  readonly program: Program;
}

/** The terms of an event with what the customer's own logic adds to them. */
async function calculate(
  ports: DecidePorts,
  { event, referral, program }: Calculated,
  terms: Terms,
  decideByRules: () => Promise<Decided>,
): Promise<Terms> {
  const { hooks } = ports;
  if (hooks === undefined) return terms;
  const proposeRewards = async () => proposalsOf(await decideByRules());
  const calculation = await calculateRewards({ ...hooks, proposeRewards }, program, referral, event);
  if (calculation.use === 'calculation') {
    return addCalculation(ports, { event, referral, program }, terms, calculation.rewards);
  }
  return calculation.use === 'rules_on_hold' ? { ...terms, onHold: true } : terms;
}

/** What the event would add to the rewards of its order. */
function proposalsOf(decision: Decided): readonly ProposedReward[] {
  if (decision.do !== 'append') return [];
  const { fact, postings } = decision.entry;
  return postings
    .filter(({ subject }) => subject === fact.subject)
    .map((posting) => ({ posting, amount: addedBy(posting) }))
    .filter(({ posting, amount }) => posting.adjusts === undefined || amount > 0)
    .map(({ posting: { ruleId, beneficiaryId, level, kind, currency }, amount }) => ({
      ruleId,
      beneficiaryId,
      ...(level !== undefined && { level }),
      kind,
      amount,
      ...(currency !== undefined && { currency }),
    }));
}

function addedBy(posting: Posting): number {
  return posting.adjusts === undefined ? posting.rewardAmount : changeOf(posting);
}

/** The versions that facts of the journal began with, and the one that counts now. */
export async function loadPrograms(
  ports: Pick<DecidePorts, 'findProgramVersion'>,
  programId: string,
  current: Program | undefined,
  { programVersions }: JournalState,
): Promise<ReadonlyMap<number, Program>> {
  const programs = new Map<number, Program>();
  if (current) programs.set(current.version, current);
  for (const version of programVersions) {
    if (version === 0 || programs.has(version)) continue;
    const found = await ports.findProgramVersion(programId, version);
    if (found === undefined) throw missing(programId, version);
    programs.set(version, found);
  }
  return programs;
}

function missing(programId: string, version: number): Error {
  return new Error(`Version ${version} of ${programId} is not there`);
}
