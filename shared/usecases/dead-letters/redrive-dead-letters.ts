import { type AuditEntry, wholeDeployment } from '../../domain/audit.ts';
import {
  type Cause,
  causeOf,
  type KeptLetter,
  streamPointerOf,
} from '../../domain/dead-letters/dead-letter.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { isoTime } from '../system.ts';
import type { Redrive, Redrives } from './failure-queue.ts';
import { redriveRecords, type StreamPorts } from './redrive-records.ts';

export interface RedrivePorts extends NoteChangePorts, StreamPorts {
  findDeadLetter(deadLetterId: string): Promise<KeptLetter | undefined>;
  listOpenLetters(queue: string | undefined, page: PageRequest): Promise<Page<KeptLetter> | undefined>;
  /** Puts a message on a queue. */
  send(queueUrl: string, message: Pick<KeptLetter, 'body' | 'groupId'>): Promise<void>;
  /** Marks a letter as sent again, if it is open. */
  markRedriven(deadLetterId: string, at: string, note?: AuditEntry): Promise<'marked' | 'not_open'>;
}

/** Which letters to send again: these, or a page of those that are open. */
export type Wanted = { readonly ids: readonly string[] } | { readonly queue?: string | undefined };

/** What became of one letter. */
export interface Redriven {
  readonly deadLetterId: string;
  readonly outcome:
    | 'redriven'
    | 'already_redriven'
    | 'not_found'
    | 'queue_gone'
    | 'records_expired'
    | 'failed';
  /** Why it failed again. */
  readonly cause?: Cause;
}

export interface RedriveResult {
  readonly results: readonly Redriven[];
  readonly nextCursor?: string;
}

/** Letters that are worked on side by side. */
const atOnce = 10;

/**
 * Sends dead letters again, each at least once: it is sent, and then marked with its entry of the audit log. Whoever
 * dies in between leaves it open, so that it is sent once more; whatever reads our queues and stream takes that.
 *
 * @returns undefined if the cursor is none of this list
 */
export async function redriveDeadLetters(
  ports: RedrivePorts,
  redrives: Redrives,
  wanted: Wanted,
  page: PageRequest,
): Promise<RedriveResult | undefined> {
  if ('ids' in wanted) return { results: await inTurns(wanted.ids, (id) => redriveId(ports, redrives, id)) };
  const found = await ports.listOpenLetters(wanted.queue, page);
  if (found === undefined) return undefined;
  const { items, nextCursor } = found;
  const results = await inTurns(items, (letter) => redrive(ports, redrives, letter));
  return { results, ...(nextCursor !== undefined && { nextCursor }) };
}

async function inTurns<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<Redriven>,
): Promise<Redriven[]> {
  const results: Redriven[] = [];
  for (let at = 0; at < items.length; at += atOnce) {
    results.push(...(await Promise.all(items.slice(at, at + atOnce).map(work))));
  }
  return results;
}

async function redriveId(ports: RedrivePorts, redrives: Redrives, deadLetterId: string): Promise<Redriven> {
  const letter = await ports.findDeadLetter(deadLetterId);
  return letter === undefined ? { deadLetterId, outcome: 'not_found' } : redrive(ports, redrives, letter);
}

async function redrive(ports: RedrivePorts, redrives: Redrives, letter: KeptLetter): Promise<Redriven> {
  const { deadLetterId, status } = letter;
  if (status === 'redriven') return { deadLetterId, outcome: 'already_redriven' };
  const way = Object.hasOwn(redrives, letter.queue) ? redrives[letter.queue] : undefined;
  if (way === undefined) return { deadLetterId, outcome: 'queue_gone' };
  try {
    if ((await workAgain(ports, way, letter)) === 'expired') {
      return { deadLetterId, outcome: 'records_expired' };
    }
    const marked = await ports.markRedriven(deadLetterId, isoTime(ports.now()), describe(ports, letter));
    return { deadLetterId, outcome: marked === 'marked' ? 'redriven' : 'already_redriven' };
  } catch (error) {
    return { deadLetterId, outcome: 'failed', cause: causeOf(error) };
  }
}

async function workAgain(ports: RedrivePorts, way: Redrive, letter: KeptLetter): Promise<'done' | 'expired'> {
  if ('queueUrl' in way) await ports.send(way.queueUrl, letter);
  else if (way.streamArn === undefined) await ports.callLater(way.functionArn, letter.body);
  else return redriveRecords(ports, way.functionArn, way.streamArn, streamPointerOf(letter.body));
  return 'done';
}

function describe(ports: RedrivePorts, { deadLetterId, queue, about }: KeptLetter): AuditEntry | undefined {
  const { programId, userId } = about;
  return noteChange(ports, {
    programId: typeof programId === 'string' ? programId : wholeDeployment,
    action: 'dead_letter.redriven',
    target: {
      type: 'dead_letter',
      id: deadLetterId,
      ...(typeof userId === 'string' && { userId }),
    },
    before: { status: 'open', queue },
    after: { status: 'redriven', queue },
  });
}
