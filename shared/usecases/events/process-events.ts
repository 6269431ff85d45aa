import type { Referral } from '../../domain/referrals/referral.ts';
import type { Explanation, ReportedEvent } from '../../domain/rewards/event.ts';
import { timeOf } from '../../domain/rewards/fact.ts';
import type { JournalEntry } from '../../domain/rewards/journal.ts';
import { whileContended } from '../retry.ts';
import { type DecidePorts, decideOnAccount, type RefereeAccount } from './decide-on-account.ts';

export interface StoredEvent {
  readonly event: ReportedEvent;
  readonly explanation?: readonly Explanation[];
}

export interface ProcessEventsPorts extends DecidePorts {
  findEvents(programId: string, eventIds: readonly string[]): Promise<readonly StoredEvent[]>;
  appendEntry(
    referee: { programId: string; refereeId: string; referral?: Referral | undefined },
    entry: JournalEntry,
  ): Promise<{ appended: boolean }>;
  explainEvent(programId: string, eventId: string, explanation: readonly Explanation[]): Promise<void>;
}

/** An event that could not be processed, and why. The others of the same call were. */
export interface FailedEvent {
  readonly eventId: string;
  readonly error: unknown;
}

/**
 * Does what accepted events of one user are to do, each once, however often and however late they are delivered.
 * They are taken in the order of their time.
 *
 * @returns those that are not stored, or found the referee's journal contended beyond reason: to be tried again
 */
export async function processEvents(
  ports: ProcessEventsPorts,
  programId: string,
  userId: string,
  eventIds: readonly string[],
): Promise<readonly FailedEvent[]> {
  const stored = await ports.findEvents(programId, eventIds);
  const found = new Set(stored.map(({ event }) => event.eventId));
  const failed: FailedEvent[] = eventIds
    .filter((eventId) => !found.has(eventId))
    .map((eventId) => ({ eventId, error: new Error(`Event ${programId}/${eventId} is not stored`) }));
  const open = stored.filter((one) => one.explanation === undefined).map((one) => one.event);
  return [...failed, ...(await processInTurn(ports, programId, userId, open))];
}

/** Works on events of one user one after the other: what one appended, the next one finds without reading again. */
export async function processInTurn(
  ports: ProcessEventsPorts,
  programId: string,
  userId: string,
  events: readonly ReportedEvent[],
): Promise<readonly FailedEvent[]> {
  const failed: FailedEvent[] = [];
  let account: RefereeAccount | undefined;
  for (const event of inTurn(events)) {
    try {
      const done = await whileContended(async () => {
        account ??= await ports.loadRefereeAccount(programId, userId);
        const after = await processOne(ports, event, account);
        account = after === 'again' ? undefined : after;
        return after === 'again' ? 'again' : 'done';
      });
      if (done === undefined)
        throw new Error(`The journal for event ${programId}/${event.eventId} is contended`);
    } catch (error) {
      account = undefined;
      failed.push({ eventId: event.eventId, error });
    }
  }
  return failed;
}

function inTurn(events: readonly ReportedEvent[]): readonly ReportedEvent[] {
  const place = (event: ReportedEvent) =>
    `${timeOf(event)} ${String(event.batchPosition ?? 0).padStart(3, '0')}`;
  return [...events].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** @returns the account after the event */
async function processOne(
  ports: ProcessEventsPorts,
  event: ReportedEvent,
  account: RefereeAccount,
): Promise<RefereeAccount | 'again'> {
  const { programId, eventId, userId } = event;
  const decision = await decideOnAccount(ports, event, account);
  if (decision.do === 'stop') return account;
  if (decision.do === 'nothing') {
    // The counters were read after the journal: what has used them up may have been this very event, worked on twice.
    const isShort = decision.explanation.some(({ reason }) => reason === 'cap_reached');
    if (isShort && (await hasMoved(ports, programId, userId, account))) return 'again';
    await ports.explainEvent(programId, eventId, decision.explanation);
    return account;
  }
  const { referral, journal } = account;
  const { entry } = decision;
  const { appended } = await ports.appendEntry({ programId, refereeId: userId, referral }, entry);
  return appended ? { referral, journal: [...journal, entry] } : 'again';
}

async function hasMoved(
  ports: ProcessEventsPorts,
  programId: string,
  userId: string,
  { journal }: RefereeAccount,
): Promise<boolean> {
  return (await ports.loadRefereeAccount(programId, userId)).journal.length > journal.length;
}
