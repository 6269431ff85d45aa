import { type ClickDay, type Counter, type TotalName, totalsBy } from '../domain/clicks/totals.ts';
import { participantKey } from '../domain/ids.ts';
import type { Table } from './client.ts';
import { type Key, keys } from './keys.ts';
import { queryAll } from './query-pages.ts';

/** A letter for each total. All 24 hours of all totals fit into one kilobyte, and are written as cheaply as one. */
const letters: Readonly<Record<TotalName, string>> = {
  clicks: 'c',
  uniqueClicks: 'u',
  botClicks: 'b',
  scannerClicks: 's',
  prefetchClicks: 'p',
  headClicks: 'h',
};

/** The attribute of a day's item that holds a total of an hour: `c13`. */
export function hourAttribute(name: TotalName, hour: number): string {
  return `${letters[name]}${hour}`;
}

/** The key of a counter's totals of a UTC day. */
export function clickDayKey(counter: Counter, day: string): Key {
  if (counter.of === 'link') return keys.clickDay(`link#${counter.code}`, day);
  if (counter.of === 'program') return keys.clickDay(`program#${counter.programId}`, day);
  return keys.clickDay(`participant#${participantKey(counter.programId, counter.userId)}`, day);
}

/** Click totals of days: an item for each day with a visit. */
export function clickDayItems(table: Table) {
  return {
    /** @param from first day, `2026-11-01` @param to last day */
    async listClickDays(counter: Counter, from: string, to: string): Promise<readonly ClickDay[]> {
      const found = await queryAll(table, {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': clickDayKey(counter, from).pk, ':from': from, ':to': to },
        ConsistentRead: true,
      });
      return found.map(toClickDay);
    },
  };
}

function toClickDay(item: Record<string, unknown>): ClickDay {
  const totalsAt = (hour: number) => totalsBy((name) => Number(item[hourAttribute(name, hour)] ?? 0));
  const hours = Array.from({ length: 24 }, (_, hour) => [hour, totalsAt(hour)] as const);
  return {
    day: item['sk'] as string,
    hours: new Map(hours.filter(([, { clicks, botClicks }]) => clicks + botClicks > 0)),
  };
}
