import { addTotals, type Counter, type CounterAddition, totalsOfVisit } from '../../domain/clicks/totals.ts';
import type { Visit } from '../../domain/clicks/visit.ts';
import { whileContended } from '../retry.ts';

export interface CountClicksPorts {
  loadTally(second: number): Promise<{ visitIds: ReadonlySet<string>; nextPosition: number }>;
  countVisits(
    second: number,
    position: number,
    visitIds: readonly string[],
    additions: readonly CounterAddition[],
  ): Promise<'counted' | 'position_taken'>;
  /** How many counters one step can take. */
  readonly mostCountersAtOnce: number;
}

/** A visit as the stream delivers it. `first`: the visitor's first in the hour. */
export interface ArrivedVisit {
  readonly visit: Visit;
  readonly first: boolean;
}

/**
 * Adds visits to every total that shows them, each exactly once, whatever the stream delivers again or cuts anew.
 *
 * For each second of visits there is a note of the ids that have been counted, extended in the same transaction as
 * the counters. The note's next position can be taken once, so of two deliveries at work on the same second one
 * loses, reads the note again, and leaves out what the other has counted.
 */
export async function countClicks(ports: CountClicksPorts, arrived: readonly ArrivedVisit[]): Promise<void> {
  for (const [second, visits] of groupBySecond(arrived)) {
    const done = await whileContended(() => countSecond(ports, second, visits), { attempts: 30 });
    if (done === undefined) throw new Error(`The visits of second ${second} are contended`);
  }
}

function groupBySecond(arrived: readonly ArrivedVisit[]): Map<number, ArrivedVisit[]> {
  const bySecond = new Map<number, ArrivedVisit[]>();
  for (const one of arrived) {
    const second = Math.floor(one.visit.at / 1000);
    const group = bySecond.get(second);
    if (group === undefined) bySecond.set(second, [one]);
    else group.push(one);
  }
  return bySecond;
}

/** Counts as many visits as one step can take; `again` while there are more, or if the position was taken. */
async function countSecond(
  ports: CountClicksPorts,
  second: number,
  visits: readonly ArrivedVisit[],
): Promise<'done' | 'again'> {
  for (;;) {
    const tally = await ports.loadTally(second);
    const { taken, additions, more } = fillStep(visits, tally.visitIds, ports.mostCountersAtOnce);
    if (taken.length === 0) return 'done';
    const result = await ports.countVisits(second, tally.nextPosition, taken, additions);
    if (result === 'position_taken') return 'again';
    if (!more) return 'done';
  }
}

/** Picks visits that have not been counted, until the step's counters are full. */
function fillStep(visits: readonly ArrivedVisit[], counted: ReadonlySet<string>, most: number) {
  const taken = new Set<string>();
  const additions = new Map<string, CounterAddition>();
  for (const { visit, first } of visits) {
    if (counted.has(visit.visitId) || taken.has(visit.visitId)) continue;
    const counters = countersOf(visit);
    const fresh = counters.filter((counter) => !additions.has(nameOf(counter))).length;
    if (additions.size + fresh > most)
      return { taken: [...taken], additions: [...additions.values()], more: true };
    taken.add(visit.visitId);
    for (const counter of counters) {
      const before = additions.get(nameOf(counter));
      const totals = totalsOfVisit(visit.kind, first);
      additions.set(nameOf(counter), { counter, add: before ? addTotals(before.add, totals) : totals });
    }
  }
  return { taken: [...taken], additions: [...additions.values()], more: false };
}

function countersOf(visit: Visit): Counter[] {
  const { code, programId, userId } = visit;
  return [
    { of: 'link', code },
    { of: 'participant', programId, userId },
    { of: 'program', programId },
  ];
}

function nameOf(counter: Counter): string {
  if (counter.of === 'link') return `link ${counter.code}`;
  if (counter.of === 'program') return `program ${counter.programId}`;
  return `participant ${counter.programId} ${counter.userId}`;
}
