import type { Program } from '../../domain/programs/program.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import type { Counter } from '../../domain/rewards/counter.ts';
import { type Decision, decideEvent } from '../../domain/rewards/decide-event.ts';
import type { ReportedEvent } from '../../domain/rewards/event.ts';
import type { JournalEntry } from '../../domain/rewards/journal.ts';
import { isoTime, type System } from '../system.ts';
import { findProgramFor, type LoadTermsPorts, loadTerms } from './load-terms.ts';

export interface RefereeAccount {
  readonly referral: Referral | undefined;
  readonly journal: readonly JournalEntry[];
}

export interface DecidePorts extends System, LoadTermsPorts {
  loadRefereeAccount(programId: string, refereeId: string): Promise<RefereeAccount>;
  readCounters(programId: string, counters: readonly Counter[]): Promise<ReadonlyMap<string, number>>;
}

export type Decided = Exclude<Decision, { do: 'read' }>;

/**
 * Decides what an event does to an account as it was loaded, and writes nothing.
 *
 * @throws if a version of the program that the account names is not there
 */
export async function decideOnAccount(
  ports: DecidePorts,
  event: ReportedEvent,
  { referral, journal }: RefereeAccount,
): Promise<Decided> {
  const program = referral && (await findProgramFor(ports, referral));
  // What is explained is explained for ever, so a version that cannot be read yet must not pass for no referral.
  if (referral && !program) throw missing(event.programId, referral.programVersion);
  const terms =
    referral && program ? await loadTerms(ports, event, referral, program) : { programVersion: 0 };
  const programs = await loadPrograms(ports, event.programId, program, journal);
  const used = new Map<string, number>();
  for (;;) {
    const now = isoTime(ports.now());
    const decision = decideEvent({ event, referral, terms, programs, journal, used, now });
    if (decision.do !== 'read') return decision;
    const counters = await ports.readCounters(event.programId, decision.counters);
    for (const [name, amount] of counters) used.set(name, amount);
  }
}

/** The versions that facts of the journal began with, and the one that counts now. */
async function loadPrograms(
  ports: DecidePorts,
  programId: string,
  current: Program | undefined,
  journal: readonly JournalEntry[],
): Promise<ReadonlyMap<number, Program>> {
  const programs = new Map<number, Program>();
  if (current) programs.set(current.version, current);
  const named = new Set(journal.map((entry) => entry.fact.terms.programVersion));
  for (const version of named) {
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
