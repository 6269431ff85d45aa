import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beginningOf } from '../domain/clicks/origin.ts';
import { type KeptVisit, type Visit, visitExpiry } from '../domain/clicks/visit.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys } from './keys.ts';
import { clickUse } from './link-items.ts';
import { queryFirst } from './query-pages.ts';
import { type TransactItem, transact } from './transact.ts';
import { writeUnlessStanding } from './write-if.ts';

type Stored = Record<string, unknown>;

/** So many visits of a click are counted: a crowd behind one address with one kind of browser is one visitor. */
const mostVisitsCounted = 1_000;

/** Reads a visit out of its stored item, or out of a record of the table's stream. */
export function toVisit(item: Stored): Visit {
  return item['visit'] as Visit;
}

/** A kilobyte is written for one unit, and one byte more for two. */
const mostBytes = 1024;

/**
 * A visit that fits into a kilobyte with its keys, for the beginning of its user agent. JSON is never shorter than what
 * DynamoDB counts. Codes, ids and campaigns that are long at once can make a visit larger without any user agent.
 */
function fitted(item: Stored & { readonly visit: Visit }): Stored {
  const { userAgent } = item.visit;
  const over = Buffer.byteLength(JSON.stringify(item)) - mostBytes;
  if (userAgent === undefined || over <= 0) return item;
  return {
    ...item,
    visit: { ...item.visit, userAgent: beginningOf(userAgent, Math.max(0, userAgent.length - over)) },
  };
}

/** Clicks: the first visit of a visitor on a link within the hour, with its repeats beside it. */
export function clickItems(table: Table) {
  const put = (visit: Visit, first: boolean) => ({
    TableName: table.name,
    Item: fitted({
      ...(first ? keys.click(visit.clickId) : keys.repeatVisit(visit.clickId, visit.visitId)),
      type: 'visit',
      first,
      visit,
      expiresAt: visitExpiry(visit),
    }),
  });
  const sameAgain = (visit: Visit) => ({
    ConditionExpression: 'attribute_not_exists(pk) OR visit.visitId = :visit',
    ExpressionAttributeValues: { ':visit': visit.visitId },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  });
  const putOnce = (visit: Visit, first: boolean): TransactItem => ({
    Put: {
      ...put(visit, first),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  });

  return {
    /**
     * Keeps a visit. One write for a first visit, and for a repeat that is known to be one; else two.
     * Writing the same visit again changes nothing.
     */
    async storeVisit(visit: Visit, knownRepeat: boolean): Promise<KeptVisit> {
      const asFirst = new PutCommand({ ...put(visit, true), ...sameAgain(visit) });
      const standing = knownRepeat ? undefined : await writeUnlessStanding(table, asFirst);
      if (!knownRepeat && standing === undefined) return { first: true };
      await table.documents.send(new PutCommand(put(visit, false)));
      return { first: false, standing: standing && toVisit(standing) };
    },

    /**
     * Keeps a visit of a link together with its place below the link's cap, if there is one left; says whether there
     * was. A visit that is there already has its place, and takes no other. 4 WRU, twice that for a repeat.
     */
    async storeCappedVisit(visit: Visit, cap: number): Promise<boolean | 'again'> {
      const place = clickUse(table, visit.code, 1, cap);
      for (const first of [true, false]) {
        const result = await transact(table, [putOnce(visit, first), place]);
        if (result.done) return true;
        if (result.failed[0] !== true) return result.failed[1] === true ? false : 'again';
        const [standing] = result.standing ?? [];
        if (standing !== undefined && toVisit(standing).visitId === visit.visitId) return true;
      }
      return 'again';
    },

    /** A click's first visit, however many repeats it has: 1 RRU. */
    async findClick(clickId: string): Promise<{ readonly visit: Visit } | undefined> {
      const item = await getItem(table, keys.click(clickId));
      return item && { visit: toVisit(item) };
    },

    /** How many visits a click stands for, 1,000 at the most: 1 RRU for each 4 KB of them, some 250 at the most. */
    async countVisitsOf(clickId: string): Promise<number> {
      const { items } = await queryFirst(
        table,
        {
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': keys.click(clickId).pk },
          ProjectionExpression: 'pk',
          ConsistentRead: true,
        },
        mostVisitsCounted,
      );
      return items.length;
    },
  };
}
