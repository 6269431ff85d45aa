import type { Program } from '../../domain/programs/program.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { decideEvent } from '../../domain/rewards/decide-event.ts';
import type { Explanation, ReportedEvent } from '../../domain/rewards/event.ts';
import type { JournalEntry } from '../../domain/rewards/journal.ts';
import { whileContended } from '../retry.ts';
import { isoTime, type System } from '../system.ts';

export interface ProcessEventPorts extends System {
  findEvent(
    programId: string,
    eventId: string,
  ): Promise<{ event: ReportedEvent; explanation?: readonly Explanation[] } | undefined>;
  loadRefereeAccount(
    programId: string,
    refereeId: string,
  ): Promise<{ referral: Referral | undefined; journal: readonly JournalEntry[] }>;
  findProgramVersion(programId: string, version: number): Promise<Program | undefined>;
  appendEntry(programId: string, refereeId: string, entry: JournalEntry): Promise<{ appended: boolean }>;
  explainEvent(programId: string, eventId: string, explanation: readonly Explanation[]): Promise<void>;
}

export type ProcessedEvent = 'appended' | 'recorded_before' | 'nothing';

/**
 * Does what an accepted event is to do, once, however often and however late it is delivered.
 * Throws if the event is not stored, or if its referee's journal is contended beyond reason: the queue tries again.
 */
export async function processEvent(
  ports: ProcessEventPorts,
  message: { readonly programId: string; readonly eventId: string },
): Promise<ProcessedEvent> {
  const { programId, eventId } = message;
  const stored = await ports.findEvent(programId, eventId);
  if (stored === undefined) throw new Error(`Event ${programId}/${eventId} is not stored`);
  if (stored.explanation !== undefined) return 'recorded_before';
  const result = await whileContended(() => attempt(ports, stored.event));
  if (result === undefined) throw new Error(`The journal for event ${programId}/${eventId} is contended`);
  return result;
}

async function attempt(ports: ProcessEventPorts, event: ReportedEvent): Promise<ProcessedEvent | 'again'> {
  const { programId, eventId, userId } = event;
  const { referral, journal } = await ports.loadRefereeAccount(programId, userId);
  const program = referral && (await ports.findProgramVersion(programId, referral.programVersion));
  // What is explained is explained for ever, so a version that cannot be read yet must not pass for no referral.
  if (referral && !program)
    throw new Error(`Version ${referral.programVersion} of ${programId} is not there`);
  const decision = decideEvent({ event, referral, program, journal, now: isoTime(ports.now()) });
  if (decision.do === 'stop') return 'recorded_before';
  if (decision.do === 'nothing') {
    await ports.explainEvent(programId, eventId, decision.explanation);
    return 'nothing';
  }
  const { appended } = await ports.appendEntry(programId, userId, decision.entry);
  return appended ? 'appended' : 'again';
}
