import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../domain/audit.ts';
import type { Cause, DeadLetter, KeptLetter } from '../domain/dead-letters/dead-letter.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import { auditPuts } from './audit-items.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys, listKeys } from './keys.ts';
import { searchList } from './lists.ts';
import { transact } from './transact.ts';
import { writeIf } from './write-if.ts';

type Stored = Record<string, unknown>;

const day = 86_400;
/** An open letter is kept for longer than anybody should need, and one that was sent again for as long as questions come. */
const kept = { noted: 30 * day, open: 400 * day, redriven: 30 * day };

/** Which letters are asked for. */
export interface DeadLetterFilter {
  readonly status: DeadLetter['status'];
  readonly queue?: string | undefined;
  readonly programId?: string | undefined;
}

const expiry = (at: string, seconds: number): number => Math.floor(Date.parse(at) / 1_000) + seconds;

/** A letter as it is shown: without its message. */
export function toDeadLetter(stored: Stored): DeadLetter {
  const {
    deadLetterId,
    queue,
    status,
    cause,
    about,
    firstTriedAt,
    lastTriedAt,
    tries,
    recordedAt,
    redrivenAt,
  } = stored as unknown as DeadLetter;
  return {
    deadLetterId,
    queue,
    status,
    cause,
    about,
    firstTriedAt,
    ...(lastTriedAt !== undefined && { lastTriedAt }),
    tries,
    recordedAt,
    ...(redrivenAt !== undefined && { redrivenAt }),
  };
}

function toKeptLetter(stored: Stored): KeptLetter {
  const { body, groupId } = stored as unknown as KeptLetter;
  return { ...toDeadLetter(stored), body, ...(groupId !== undefined && { groupId }) };
}

/**
 * Dead letters. An item begins with what the last try of its message notes, and is a letter once the message has
 * arrived among the dead ones: `recordedAt` says so.
 */
export function deadLetterItems(table: Table) {
  /** Changes what is not a letter yet. @param stays names of values that give way to those that are there */
  const note = async (messageId: string, values: Stored, stays: readonly string[] = []): Promise<void> => {
    const names = Object.keys(values);
    const sets = names.map((name) =>
      stays.includes(name) ? `#${name} = if_not_exists(#${name}, :${name})` : `#${name} = :${name}`,
    );
    await writeIf(
      table,
      new UpdateCommand({
        TableName: table.name,
        Key: keys.deadLetter(messageId),
        UpdateExpression: `SET ${sets.join(', ')}`,
        ConditionExpression: 'attribute_not_exists(recordedAt)',
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, values[name]])),
      }),
    );
  };

  return {
    /** Notes that a message is tried for the last time. */
    noteLastTry: (
      messageId: string,
      last: Pick<DeadLetter, 'firstTriedAt' | 'tries'> & { readonly lastTriedAt: string },
    ): Promise<void> =>
      note(messageId, { type: 'deadLetter', ...last, expiresAt: expiry(last.lastTriedAt, kept.noted) }),

    /** Notes why the last try failed. */
    noteCause: (messageId: string, cause: Cause): Promise<void> => note(messageId, { cause }),

    /** Keeps a letter once; what its last try noted goes before what is given. */
    keepDeadLetter: (letter: KeptLetter): Promise<void> =>
      note(
        letter.deadLetterId,
        {
          type: 'deadLetter',
          ...letter,
          ...listKeys.deadLetters('open', letter.recordedAt, letter.deadLetterId),
          expiresAt: expiry(letter.recordedAt, kept.open),
        },
        ['firstTriedAt', 'tries', 'cause'],
      ),

    async findDeadLetter(deadLetterId: string): Promise<KeptLetter | undefined> {
      const item = await getItem(table, keys.deadLetter(deadLetterId));
      return item?.['recordedAt'] === undefined ? undefined : toKeptLetter(item);
    },

    /** Letters, newest first. */
    listDeadLetters: (filter: DeadLetterFilter, page: PageRequest): Promise<Page<DeadLetter> | undefined> =>
      list(table, filter, page, toDeadLetter),

    /** Open letters with their messages, newest first. */
    listOpenLetters: (queue: string | undefined, page: PageRequest): Promise<Page<KeptLetter> | undefined> =>
      list(table, { status: 'open', queue }, page, toKeptLetter),

    /** Marks a letter as sent again, if it is open. */
    async markRedriven(deadLetterId: string, at: string, audit?: AuditEntry): Promise<'marked' | 'not_open'> {
      const { listPk, listSk } = listKeys.deadLetters('redriven', at, deadLetterId);
      const result = await transact(table, [
        {
          Update: {
            TableName: table.name,
            Key: keys.deadLetter(deadLetterId),
            UpdateExpression:
              'SET #status = :redriven, redrivenAt = :at, listPk = :listPk, listSk = :listSk, expiresAt = :expiresAt',
            ConditionExpression: '#status = :open',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: {
              ':redriven': 'redriven',
              ':open': 'open',
              ':at': at,
              ':listPk': listPk,
              ':listSk': listSk,
              ':expiresAt': expiry(at, kept.redriven),
            },
          },
        },
        ...auditPuts(table, audit),
      ]);
      if (result.done || result.failed[0]) return result.done ? 'marked' : 'not_open';
      throw new Error('The dead letter is being changed by somebody else');
    },
  };
}

function list<Item>(
  table: Table,
  { status, queue, programId }: DeadLetterFilter,
  page: PageRequest,
  toItem: (stored: Stored) => Item,
): Promise<Page<Item> | undefined> {
  const { listPk } = listKeys.deadLetters(status, '', '');
  const wanted = [
    ...(queue === undefined ? [] : [['#queue', ':queue', queue] as const]),
    ...(programId === undefined ? [] : [['about.programId', ':programId', programId] as const]),
  ];
  const filter = {
    ...(wanted.length > 0 && {
      FilterExpression: wanted.map(([path, name]) => `${path} = ${name}`).join(' AND '),
    }),
    ...(queue !== undefined && { ExpressionAttributeNames: { '#queue': 'queue' } }),
    ExpressionAttributeValues: Object.fromEntries(wanted.map(([, name, value]) => [name, value])),
  };
  return searchList(table, listPk, page, toItem, { first: '0', last: '~' }, filter);
}
