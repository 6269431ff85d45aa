import {
  addTotals,
  type Counter,
  type CounterAddition,
  type DayAddition,
  dayOf,
  noClicks,
  totalsOfVisit,
} from './totals.ts';
import { type Visit, visitWindow } from './visit.ts';

/** A visit as the stream delivers it. `first`: the visitor's first in the hour. */
export interface ArrivedVisit {
  readonly visit: Visit;
  readonly first: boolean;
}

/** The counters that show a visit. */
export function countersOf({ code, programId, userId }: Visit): readonly Counter[] {
  return [
    { of: 'link', code },
    { of: 'participant', programId, userId },
    { of: 'program', programId },
  ];
}

/** A counter's name, by which additions to it are brought together. */
export function nameOfCounter(counter: Counter): string {
  if (counter.of === 'link') return `link ${counter.code}`;
  if (counter.of === 'program') return `program ${counter.programId}`;
  return `participant ${counter.programId} ${counter.userId}`;
}

/** What visits add to the totals of all time that show them, one addition a counter. */
export function additionsOf(arrived: readonly ArrivedVisit[]): CounterAddition[] {
  const additions = new Map<string, CounterAddition>();
  for (const { visit, first } of arrived) {
    const totals = totalsOfVisit(visit.kind, first);
    for (const counter of countersOf(visit)) {
      const name = nameOfCounter(counter);
      additions.set(name, { counter, add: addTotals(additions.get(name)?.add ?? noClicks, totals) });
    }
  }
  return [...additions.values()];
}

/** What visits add to the totals of days that show them, one addition a counter and day. */
export function dayAdditionsOf(arrived: readonly ArrivedVisit[]): DayAddition[] {
  const additions = new Map<string, DayAddition & { readonly hours: Map<number, CounterAddition['add']> }>();
  for (const { visit, first } of arrived) {
    const [day, hour] = [dayOf(visit.at), visitWindow(visit.at) % 24];
    const totals = totalsOfVisit(visit.kind, first);
    for (const counter of countersOf(visit)) {
      const name = `${nameOfCounter(counter)} ${day}`;
      const { hours } = additions.get(name) ?? { hours: new Map() };
      hours.set(hour, addTotals(hours.get(hour) ?? noClicks, totals));
      additions.set(name, { counter, day, hours });
    }
  }
  return [...additions.values()];
}
