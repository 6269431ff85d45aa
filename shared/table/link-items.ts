import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../domain/audit.ts';
import type { ClickTotals } from '../domain/clicks/totals.ts';
import { participantKey } from '../domain/ids.ts';
import type { AppDestinations, Link, LinkChange } from '../domain/links/link.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { Participant } from '../domain/participant.ts';
import { asRead } from './as-read.ts';
import { auditPuts } from './audit-items.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys, listKeys } from './keys.ts';
import { readList } from './lists.ts';
import { totalsOf } from './overview-items.ts';
import { participantPut, programMark } from './participant-items.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

function toLink(item: Stored): Link {
  return {
    code: item['code'] as string,
    programId: item['programId'] as string,
    userId: item['userId'] as string,
    destination: item['destination'] as string,
    status: item['status'] as Link['status'],
    ...(item[endsAt] !== undefined && { expiresAt: item[endsAt] as string }),
    ...(item['clickCap'] !== undefined && { clickCap: item['clickCap'] as number }),
    ...(item['apps'] !== undefined && { apps: item['apps'] as AppDestinations }),
    createdAt: item['createdAt'] as string,
  };
}

/** An expired link stays, so its end must not stand where the table looks for what to delete. */
const endsAt = 'endsAt';

function toStored({ expiresAt, ...rest }: Partial<Link>): Stored {
  return { ...rest, [endsAt]: expiresAt };
}

/** Whose link is made: somebody created with it, or somebody who is there. */
export type LinkOwner =
  | {
      readonly create: Participant;
      /** Whether the program is marked as in use with it. */
      readonly marksProgram: boolean;
    }
  | { readonly existing: true };

/**
 * The parts of a transaction that make a link: the link, if its code is free, and its participant, who is created or
 * must be there, may invite and have fewer links than the limit. Their first link's code is kept with them.
 */
export function linkParts(table: Table, link: Link, owner: LinkOwner, linkLimit: number): TransactItem[] {
  const key = participantKey(link.programId, link.userId);
  const put = {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.link(link.code),
        ...listKeys.links(key, link.createdAt, link.code),
        type: 'link',
        ...toStored(link),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
  if ('create' in owner) {
    const made = participantPut(table, { ...owner.create, links: 1, code: link.code });
    return [put, made, ...(owner.marksProgram ? [programMark(table, link.programId)] : [])];
  }
  const count = {
    Update: {
      TableName: table.name,
      Key: keys.participant(key),
      UpdateExpression: 'SET links = links + :one, #code = if_not_exists(#code, :code)',
      ConditionExpression:
        'attribute_exists(pk) AND links < :limit AND #status = :active AND (attribute_not_exists(#policy) OR #policy.mayInvite = :yes)',
      ExpressionAttributeNames: { '#code': 'code', '#status': 'status', '#policy': 'policy' },
      ExpressionAttributeValues: {
        ':one': 1,
        ':limit': linkLimit,
        ':code': link.code,
        ':active': 'active',
        ':yes': true,
      },
    },
  };
  return [put, count];
}

/** The update that a change is, if what it changes is still as it was read. */
function changing(read: Link, { expiresAt, ...rest }: LinkChange) {
  const given = Object.entries({ ...rest, [endsAt]: expiresAt }).filter(([, value]) => value !== undefined);
  const sets = given.filter(([, value]) => value !== null);
  const removed = given.filter(([, value]) => value === null);
  const clauses = [
    ...(sets.length > 0 ? [`SET ${sets.map(([name]) => `#${name} = :${name}`).join(', ')}`] : []),
    ...(removed.length > 0 ? [`REMOVE ${removed.map(([name]) => `#${name}`).join(', ')}`] : []),
  ];
  const names = given.map(([name]) => name);
  const { condition, values: readValues } = asRead(toStored(read), names);
  const values = { ...readValues, ...Object.fromEntries(sets.map(([name, value]) => [`:${name}`, value])) };
  return {
    UpdateExpression: clauses.join(' '),
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

/** The write by which visits take places below a link's cap, as far as there are any. */
export function clickUse(table: Table, code: string, clicks: 0 | 1, cap: number): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: keys.linkUse(code),
      UpdateExpression: 'ADD used :clicks',
      ConditionExpression: 'attribute_not_exists(used) OR used < :cap',
      ExpressionAttributeValues: { ':clicks': clicks, ':cap': cap },
    },
  };
}

/** Links, each under its code. */
export function linkItems(table: Table) {
  return {
    /** @param consistent for whoever is about to change it */
    async findLink(code: string, consistent = false): Promise<Link | undefined> {
      const item = await getItem(table, keys.link(code), consistent);
      return item && toLink(item);
    },

    /**
     * Makes a link and counts it at its participant, who is created with it if `participant` says so.
     * A code that belongs to somebody stays theirs; the program's limit holds under races.
     */
    async createLink(
      link: Link,
      participant: LinkOwner,
      linkLimit: number,
    ): Promise<'created' | 'code_taken' | 'limit_or_participant_changed' | 'conflict'> {
      const result = await transact(table, linkParts(table, link, participant, linkLimit));
      if (result.done) return 'created';
      if (result.failed[0]) return 'code_taken';
      return result.failed[1] ? 'limit_or_participant_changed' : 'conflict';
    },

    /** Changes a link, null taking a setting away, if what it changes is still as it was read. */
    async changeLink(read: Link, change: LinkChange, note?: AuditEntry): Promise<'changed' | 'again'> {
      const update = { TableName: table.name, Key: keys.link(read.code), ...changing(read, change) };
      const result = await transact(table, [{ Update: update }, ...auditPuts(table, note)]);
      return result.done ? 'changed' : 'again';
    },

    /**
     * Adds to the visits that a link has used up of its cap, if that holds one more; says whether it does. With 0 it
     * only asks. One conditional write of 1 WRU, also where the cap is used up.
     */
    async useClicks(code: string, clicks: 0 | 1, cap: number): Promise<boolean | 'again'> {
      const result = await transact(table, [clickUse(table, code, clicks, cap)]);
      if (result.done) return true;
      return result.conflict ? 'again' : false;
    },

    /** How many visits a link has used up while it had a cap. */
    async findClicksUsed(code: string): Promise<number> {
      const item = await getItem(table, keys.linkUse(code));
      return (item?.['used'] as number | undefined) ?? 0;
    },

    listLinks: (programId: string, userId: string, page: PageRequest): Promise<Page<Link> | undefined> =>
      readList(table, listKeys.links(participantKey(programId, userId), '', '').listPk, page, toLink),

    /** A link with its click totals. */
    async findLinkWithClicks(code: string): Promise<{ link: Link; clicks: ClickTotals } | undefined> {
      const { Items = [] } = await table.documents.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': keys.link(code).pk },
          ConsistentRead: true,
        }),
      );
      const link = Items.find((item) => item['sk'] === keys.link(code).sk);
      const clicks = Items.find((item) => item['sk'] === keys.linkClicks(code).sk);
      return link && { link: toLink(link), clicks: totalsOf(clicks) };
    },
  };
}
