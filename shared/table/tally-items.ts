import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Counter, CounterAddition } from '../domain/clicks/totals.ts';
import { participantKey } from '../domain/ids.ts';
import type { Table } from './client.ts';
import { type Key, keys } from './keys.ts';
import { type TransactItem, transact } from './transact.ts';

/** Visits of one second that have been counted, and the next free place for another note of them. */
export interface Tally {
  readonly visitIds: ReadonlySet<string>;
  readonly nextPosition: number;
}

const days = 86_400;
/** Longer than the stream keeps a record, and than a failed batch can wait to be sent again. */
const keptSeconds = 30 * days;

/** Notes of which visits the counters hold, so that a batch delivered again, or cut anew, counts once. */
export function tallyItems(table: Table) {
  return {
    /** A transaction takes 100 items, one of which is the note of what was counted. */
    mostCountersAtOnce: 99,

    /** @param second of the visits, since 1970 */
    async loadTally(second: number): Promise<Tally> {
      const visitIds = new Set<string>();
      let positions = 0;
      let start: Record<string, unknown> | undefined;
      do {
        const answer = await table.documents.send(
          new QueryCommand({
            TableName: table.name,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': keys.tally(second, 0).pk },
            ConsistentRead: true,
            ExclusiveStartKey: start,
          }),
        );
        for (const item of answer.Items ?? []) {
          positions++;
          for (const id of item['visitIds'] as string[]) visitIds.add(id);
        }
        start = answer.LastEvaluatedKey;
      } while (start !== undefined);
      return { visitIds, nextPosition: positions + 1 };
    },

    /** Adds to the counters and notes the visits, in one step, unless somebody took the position meanwhile. */
    async countVisits(
      second: number,
      position: number,
      visitIds: readonly string[],
      additions: readonly CounterAddition[],
    ): Promise<'counted' | 'position_taken'> {
      const note: TransactItem = {
        Put: {
          TableName: table.name,
          Item: { ...keys.tally(second, position), type: 'tally', visitIds, expiresAt: second + keptSeconds },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      };
      const result = await transact(table, [
        note,
        ...additions.map((addition) => counterUpdate(table, addition)),
      ]);
      return result.done ? 'counted' : 'position_taken';
    },
  };
}

function counterKey(counter: Counter): Key {
  if (counter.of === 'link') return keys.linkClicks(counter.code);
  if (counter.of === 'program') return keys.programClicks(counter.programId);
  return keys.participantClicks(participantKey(counter.programId, counter.userId));
}

function counterUpdate(table: Table, { counter, add }: CounterAddition): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: { ...counterKey(counter) },
      UpdateExpression: 'SET #type = :type ADD clicks :clicks, uniqueClicks :unique, botClicks :bots',
      ExpressionAttributeNames: { '#type': 'type' },
      ExpressionAttributeValues: {
        ':type': 'clicks',
        ':clicks': add.clicks,
        ':unique': add.uniqueClicks,
        ':bots': add.botClicks,
      },
    },
  };
}
