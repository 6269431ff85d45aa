import {
  type ClickTotals,
  type Counter,
  type CounterAddition,
  type DayAddition,
  type TotalName,
  totalNames,
} from '../domain/clicks/totals.ts';
import { participantKey } from '../domain/ids.ts';
import { clickDayKey, hourAttribute } from './click-day-items.ts';
import type { Table } from './client.ts';
import { type Key, keys } from './keys.ts';
import { queryPages } from './query-pages.ts';
import { type TransactItem, transact } from './transact.ts';

/** Which visits of one second have been counted, and the next free place for another note of them. */
export interface Tally {
  holds(visitId: string): boolean;
  readonly nextPosition: number;
}

/** Visits of one second that are counted in a step, and where that is noted. */
export interface TallyNote {
  readonly second: number;
  readonly position: number;
  readonly visitIds: readonly string[];
}

/** Thirty days: longer than the stream keeps a record, and than a failed batch can wait to be sent again. */
const keptSeconds = 30 * 86_400;

/**
 * A note names a visit by the last 18 of its ULID's 26 characters: 10 bits of the millisecond and all of the chance. Two
 * visits of a second that share these share the millisecond too, and so are one.
 */
const nameLength = 18;

/** Notes of which visits the counters hold, so that a batch delivered again, or cut anew, counts once. */
export function tallyItems(table: Table) {
  return {
    /** What a transaction takes. */
    mostItemsAtOnce: 100,

    /** @param second of the visits, since 1970 */
    async loadTally(second: number): Promise<Tally> {
      const names = new Set<string>();
      let positions = 0;
      const notes = queryPages(table, {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': keys.tally(second, 0).pk },
        ConsistentRead: true,
      });
      for await (const items of notes) {
        positions += items.length;
        for (const item of items) {
          for (const name of namesIn(item['visits'] as string)) names.add(name);
        }
      }
      return { holds: (visitId) => names.has(nameOf(visitId)), nextPosition: positions + 1 };
    },

    /** Adds to the counters and notes the visits, in one step, unless somebody took one of the positions meanwhile. */
    async countVisits(
      notes: readonly TallyNote[],
      additions: readonly CounterAddition[],
      days: readonly DayAddition[],
    ): Promise<'counted' | 'position_taken'> {
      const result = await transact(table, [
        ...notes.map((note) => notePut(table, note)),
        ...additions.map(({ counter, add }) =>
          counterUpdate(
            table,
            counterKey(counter),
            amountsOf(add, (name) => name),
          ),
        ),
        ...days.map(({ counter, day, hours }) =>
          counterUpdate(
            table,
            clickDayKey(counter, day),
            [...hours].flatMap(([hour, add]) => amountsOf(add, (name) => hourAttribute(name, hour))),
          ),
        ),
      ]);
      return result.done ? 'counted' : 'position_taken';
    },
  };
}

const nameOf = (visitId: string): string => visitId.slice(-nameLength);

function namesIn(visits: string): string[] {
  return visits.match(new RegExp(`.{${nameLength}}`, 'g')) ?? [];
}

function notePut(table: Table, { second, position, visitIds }: TallyNote): TransactItem {
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.tally(second, position),
        type: 'tally',
        visits: visitIds.map(nameOf).join(''),
        expiresAt: second + keptSeconds,
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

function counterKey(counter: Counter): Key {
  if (counter.of === 'link') return keys.linkClicks(counter.code);
  if (counter.of === 'program') return keys.programClicks(counter.programId);
  return keys.participantClicks(participantKey(counter.programId, counter.userId));
}

type Amount = readonly [attribute: string, amount: number];

const amountsOf = (totals: ClickTotals, attributeOf: (name: TotalName) => string): Amount[] =>
  totalNames.filter((name) => totals[name] > 0).map((name) => [attributeOf(name), totals[name]]);

/** Adds to attributes of an item, which is made if there is none. */
function counterUpdate(table: Table, key: Key, amounts: readonly Amount[]): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: { ...key },
      UpdateExpression: `SET #type = :type ADD ${amounts.map(([name]) => `${name} :${name}`).join(', ')}`,
      ExpressionAttributeNames: { '#type': 'type' },
      ExpressionAttributeValues: {
        ':type': 'clicks',
        ...Object.fromEntries(amounts.map(([name, amount]) => [`:${name}`, amount])),
      },
    },
  };
}
