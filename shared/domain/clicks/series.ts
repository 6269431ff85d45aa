import { addTotals, type ClickDay, type ClickTotals, dayOf, noClicks } from './totals.ts';

export type Interval = 'day' | 'hour';

/** Days of a series, both ends included: `2026-11-21`. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

const day = 86_400_000;
const hour = 3_600_000;

/** Most days that a series shows: an item of a kilobyte each, and a point for each day or hour. */
export const mostDays: Readonly<Record<Interval, number>> = { day: 366, hour: 31 };
const usualDays: Readonly<Record<Interval, number>> = { day: 30, hour: 1 };

/** The days of a series of which perhaps not both ends were given. @param now milliseconds since 1970 */
export function rangeOf(given: Partial<DayRange>, interval: Interval, now: number): DayRange {
  const to = given.to ?? dayOf(now);
  return { from: given.from ?? dayOf(Date.parse(to) - (usualDays[interval] - 1) * day), to };
}

/** How many days a range has; none or less if it ends before it begins. */
export function lengthOf({ from, to }: DayRange): number {
  return (Date.parse(to) - Date.parse(from)) / day + 1;
}

/** A day or an hour of a series. `start`: ISO 8601. */
export interface Point extends ClickTotals {
  readonly start: string;
}

/** The points of a series, oldest first, with zeros where nothing happened, and their sum. */
export function seriesOf(
  clickDays: readonly ClickDay[],
  range: DayRange,
  interval: Interval,
): { readonly total: ClickTotals; readonly points: readonly Point[] } {
  const byDay = new Map(clickDays.map((one) => [one.day, one.hours]));
  const begin = Date.parse(range.from);
  const points = Array.from({ length: lengthOf(range) }, (_, index) => begin + index * day).flatMap((at) => {
    const hours = byDay.get(dayOf(at)) ?? new Map<number, ClickTotals>();
    if (interval === 'day') return [pointAt(at, sumOf(hours.values()))];
    return Array.from({ length: 24 }, (_, index) => pointAt(at + index * hour, hours.get(index) ?? noClicks));
  });
  return { total: sumOf(clickDays.flatMap(({ hours }) => [...hours.values()])), points };
}

function pointAt(at: number, totals: ClickTotals): Point {
  return { start: new Date(at).toISOString(), ...totals };
}

function sumOf(all: Iterable<ClickTotals>): ClickTotals {
  return [...all].reduce(addTotals, noClicks);
}
