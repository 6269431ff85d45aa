import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beginningOf } from '../domain/clicks/origin.ts';
import { type Visit, visitExpiry } from '../domain/clicks/visit.ts';
import type { Table } from './client.ts';
import { keys } from './keys.ts';

type Stored = Record<string, unknown>;

/** A click with the number of visits that it stands for. */
export interface StoredClick {
  readonly visit: Visit;
  readonly visits: number;
}

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
  const put = (visit: Visit, first: boolean) =>
    new PutCommand({
      TableName: table.name,
      Item: fitted({
        ...(first ? keys.click(visit.clickId) : keys.repeatVisit(visit.clickId, visit.visitId)),
        type: 'visit',
        first,
        visit,
        expiresAt: visitExpiry(visit),
      }),
      ...(first && {
        ConditionExpression: 'attribute_not_exists(pk) OR visit.visitId = :visit',
        ExpressionAttributeValues: { ':visit': visit.visitId },
      }),
    });

  return {
    /**
     * Keeps a visit. One write for a first visit, and for a repeat that is known to be one; else two.
     * Writing the same visit again changes nothing.
     */
    async storeVisit(visit: Visit, knownRepeat: boolean): Promise<'first' | 'repeat'> {
      if (!knownRepeat) {
        try {
          await table.documents.send(put(visit, true));
          return 'first';
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        }
      }
      await table.documents.send(put(visit, false));
      return 'repeat';
    },

    async findClick(clickId: string): Promise<StoredClick | undefined> {
      const { Items = [] } = await table.documents.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': keys.click(clickId).pk },
          ConsistentRead: true,
        }),
      );
      const first = Items.find((item) => item['first'] === true);
      return first && { visit: toVisit(first), visits: Items.length };
    },
  };
}
