import { isRefusal } from '../../contract/problems.ts';
import type { QuietCounts } from '../../domain/fraud/rules/refund-rate.ts';
import type { Identity } from '../../domain/participant.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { type EarlyEvent, referralFor, type Waiting } from '../../domain/rewards/early-event.ts';
import type { Explanation, ReportedEvent } from '../../domain/rewards/event.ts';
import { timeOf } from '../../domain/rewards/fact.ts';
import { foldJournal, type JournalEntry } from '../../domain/rewards/journal.ts';
import {
  flagEvent,
  type JudgedEvent,
  newReasons,
  rejectEvent,
} from '../../domain/rewards/judged-decision.ts';
import { asMuchAsFits } from '../fit-transaction.ts';
import { type JudgeEventPorts, judgeEvent } from '../fraud/judge-event.ts';
import { openReview } from '../fraud/open-review.ts';
import type { ReviewStore } from '../fraud/review-store.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import {
  type Decided,
  type DecidePorts,
  decideOnAccount,
  type FoldedAccount,
  type RefereeAccount,
} from './decide-on-account.ts';

export interface StoredEvent {
  readonly event: ReportedEvent;
  /** Who sent it, as far as it tells. */
  readonly identity?: Identity;
  readonly explanation?: readonly Explanation[];
}

export interface ProcessEventsPorts extends DecidePorts, JudgeEventPorts, ReviewStore {
  findEvents(programId: string, eventIds: readonly string[]): Promise<readonly StoredEvent[]>;
  appendEntry(
    referee: {
      programId: string;
      refereeId: string;
      referral?: Referral | undefined;
      /** What the counts of its referrer must be. */
      quiet?: QuietCounts | undefined;
    },
    entry: JournalEntry,
  ): Promise<{ appended: boolean; tooLarge?: true }>;
  /** @returns whether it did: not where others wait than were read, or the sign-up has come */
  keepWaiting(
    user: { readonly programId: string; readonly userId: string },
    read: readonly EarlyEvent[],
    early: readonly EarlyEvent[],
  ): Promise<{ kept: boolean }>;
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
  const open = stored.filter((one) => one.explanation === undefined);
  return [...failed, ...(await processInTurn(ports, programId, userId, open))];
}

/** Works on events of one user one after the other: what one appended, the next one finds without reading again. */
export async function processInTurn(
  ports: ProcessEventsPorts,
  programId: string,
  userId: string,
  events: readonly StoredEvent[],
): Promise<readonly FailedEvent[]> {
  const failed: FailedEvent[] = [];
  let account: RefereeAccount | undefined;
  for (const stored of inTurn(events)) {
    const { event } = stored;
    try {
      const done = await whileContended(async () => {
        account ??= await ports.loadRefereeAccount(programId, userId);
        const after = await processOne(ports, stored, account);
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

function inTurn(events: readonly StoredEvent[]): readonly StoredEvent[] {
  const place = (event: ReportedEvent) =>
    `${timeOf(event)} ${String(event.batchPosition ?? 0).padStart(3, '0')}`;
  return [...events].sort((a, b) => (place(a.event) < place(b.event) ? -1 : 1));
}

/** @returns the account after the event */
async function processOne(
  ports: ProcessEventsPorts,
  stored: StoredEvent,
  account: RefereeAccount,
): Promise<RefereeAccount | 'again'> {
  const journal = foldJournal(account.journal);
  const judged = await judge(ports, stored, { ...account, journal });
  if (judged === 'again') return 'again';
  const { decide, quiet } = judged;
  return asMuchAsFits(async (most) => carryOut(ports, stored.event, account, await decide(most), quiet));
}

/** @returns the account after the event */
async function carryOut(
  ports: ProcessEventsPorts,
  event: ReportedEvent,
  account: RefereeAccount,
  decision: Decided,
  quiet: QuietCounts | undefined,
): Promise<RefereeAccount | 'again' | 'too_large'> {
  const { programId, eventId, userId } = event;
  const { referral } = account;
  if (decision.do === 'stop') return account;
  if (decision.do === 'wait') return wait(ports, event, account, decision);
  if (decision.do === 'nothing') {
    // The counters were read after the journal: what has used them up may have been this very event, worked on twice.
    const isShort = decision.explanation.some(({ reason }) => reason === 'cap_reached');
    if (isShort && (await hasMoved(ports, event, account.journal.length))) return 'again';
    await ports.explainEvent(programId, eventId, decision.explanation);
    return account;
  }
  const { entry } = decision;
  const referee = { programId, refereeId: userId, referral, quiet };
  const { appended, tooLarge } = await ports.appendEntry(referee, entry);
  if (tooLarge) return 'too_large';
  return appended
    ? {
        ...account,
        referral: referral && withReasons(referral, entry),
        journal: [...account.journal, entry],
      }
    : 'again';
}

/** Those that wait no longer are explained after that is so: a sign-up before it counts them. */
async function wait(
  ports: ProcessEventsPorts,
  user: ReportedEvent,
  account: RefereeAccount,
  { early, dropped, explanation }: Waiting & { readonly explanation: readonly Explanation[] },
): Promise<RefereeAccount | 'again'> {
  const { kept } = await ports.keepWaiting(user, account.early, early);
  if (!kept) return 'again';
  await Promise.all(dropped.map((eventId) => ports.explainEvent(user.programId, eventId, explanation)));
  return { ...account, early };
}

function withReasons(referral: Referral, { reasons }: JournalEntry): Referral {
  return reasons === undefined
    ? referral
    : { ...referral, reasons: [...(referral.reasons ?? []), ...reasons] };
}

/** An event that may be worked on. */
interface Judged {
  /** @param most how many rewards the event moves at the most; the others move after it */
  decide(most: number | undefined): Promise<Decided>;
  readonly quiet?: QuietCounts | undefined;
}

/** @returns what the event does as the fraud rules let it; `again` where they have put its referral under review */
async function judge(
  ports: ProcessEventsPorts,
  { event, identity }: StoredEvent,
  account: FoldedAccount,
): Promise<Judged | 'again'> {
  const { journal } = account;
  const referral = referralFor(event, account.referral);
  const decide = (most: number | undefined) => decideOnAccount(ports, event, account, most);
  if (referral === undefined || journal.eventIds.has(event.eventId)) return { decide };
  const { verdict, quiet } = await judgeEvent(ports, { event, identity, referral, journal });
  const judged: JudgedEvent = { event, referral, journal, verdict, now: isoTime(ports.now()) };
  if (verdict.action === 'reject') return { decide: async () => rejectEvent(judged) };
  if (verdict.action === 'hold' && (await holds(ports, judged))) return 'again';
  return { decide: async (most) => flagEvent(await decide(most), judged), quiet };
}

/**
 * Puts a referral under review for what was found of an event, before it pays. The case adds the rules to the reasons of
 * the referral, which are how a repeat knows that it is done: what they name holds no second time.
 *
 * @returns whether the account has to be read again: it was held, or the journal is not the one that was judged
 */
async function holds(ports: ProcessEventsPorts, judged: JudgedEvent): Promise<boolean> {
  const { event, referral, journal, verdict } = judged;
  if (newReasons(referral, verdict).length === 0) return false;
  if (await hasMoved(ports, event, journal.nextPosition - 1)) return true;
  const late = { cause: event.eventId, findings: verdict.findings };
  const opened = await openReview(ports, referral, late);
  if (opened !== undefined && isRefusal(opened)) {
    throw new Error(`The review for event ${event.programId}/${event.eventId} is contended`);
  }
  return true;
}

async function hasMoved(
  ports: ProcessEventsPorts,
  { programId, userId }: ReportedEvent,
  entries: number,
): Promise<boolean> {
  return (await ports.loadRefereeAccount(programId, userId)).journal.length > entries;
}
