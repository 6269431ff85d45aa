import {
  type ArrivedVisit,
  additionsOf,
  countersOf,
  dayAdditionsOf,
  nameOfCounter,
} from '../../domain/clicks/additions.ts';
import { type CounterAddition, type DayAddition, dayOf } from '../../domain/clicks/totals.ts';
import { whileContended } from '../retry.ts';

/** Which visits of a second have been counted, and where the next note of them belongs. */
interface Tally {
  holds(visitId: string): boolean;
  readonly nextPosition: number;
}

interface Note {
  readonly second: number;
  readonly position: number;
  readonly visitIds: readonly string[];
}

export interface CountClicksPorts {
  /** @param second of the visits, since 1970 */
  loadTally(second: number): Promise<Tally>;
  countVisits(
    notes: readonly Note[],
    additions: readonly CounterAddition[],
    days: readonly DayAddition[],
  ): Promise<'counted' | 'position_taken'>;
  /** How many notes and counters one step can take. */
  readonly mostItemsAtOnce: number;
}

/**
 * Adds visits to every total that shows them, each exactly once, whatever the stream delivers again or cuts anew.
 *
 * For each second of visits there is a note of the ids that have been counted, extended in the same transaction as the
 * counters. The note's next position can be taken once, so of two deliveries at work on the same second one loses, reads
 * the notes again, and leaves out what the other has counted. All seconds of a batch share a transaction, so that its
 * counters are written once.
 */
export async function countClicks(ports: CountClicksPorts, arrived: readonly ArrivedVisit[]): Promise<void> {
  const done = await whileContended(() => countInSteps(ports, arrived), { attempts: 30 });
  if (done === undefined) throw new Error(`${arrived.length} visits are contended`);
}

async function countInSteps(
  ports: CountClicksPorts,
  arrived: readonly ArrivedVisit[],
): Promise<'done' | 'again'> {
  const seconds = [...new Set(arrived.map(secondOf))];
  const tallies = new Map(
    await Promise.all(seconds.map(async (second) => [second, await ports.loadTally(second)] as const)),
  );
  const positions = new Map([...tallies].map(([second, { nextPosition }]) => [second, nextPosition]));
  let left = uncounted(arrived, tallies);
  while (left.length > 0) {
    const step = fillStep(left, ports.mostItemsAtOnce);
    const notes = notesOf(step, positions);
    const result = await ports.countVisits(notes, additionsOf(step), dayAdditionsOf(step));
    if (result === 'position_taken') return 'again';
    for (const { second, position } of notes) positions.set(second, position + 1);
    left = left.slice(step.length);
  }
  return 'done';
}

function secondOf({ visit }: ArrivedVisit): number {
  return Math.floor(visit.at / 1000);
}

/** The visits that no note names, each once. */
function uncounted(arrived: readonly ArrivedVisit[], tallies: ReadonlyMap<number, Tally>): ArrivedVisit[] {
  const byId = new Map(arrived.map((one) => [one.visit.visitId, one]));
  return [...byId.values()].filter((one) => !tallies.get(secondOf(one))?.holds(one.visit.visitId));
}

/** As many of the first visits as fit into a step. */
function fillStep(visits: readonly ArrivedVisit[], most: number): readonly ArrivedVisit[] {
  const items = new Set<string>();
  for (const [index, one] of visits.entries()) {
    for (const name of itemsOf(one)) items.add(name);
    if (items.size > most) return visits.slice(0, index);
  }
  return visits;
}

/** Names of all items that counting a visit writes. */
function itemsOf(one: ArrivedVisit): string[] {
  const counters = countersOf(one.visit).map(nameOfCounter);
  const day = dayOf(one.visit.at);
  return [`second ${secondOf(one)}`, ...counters, ...counters.map((name) => `${name} ${day}`)];
}

function notesOf(step: readonly ArrivedVisit[], positions: ReadonlyMap<number, number>): Note[] {
  return [...new Set(step.map(secondOf))].map((second) => ({
    second,
    position: positions.get(second) ?? 1,
    visitIds: step.filter((one) => secondOf(one) === second).map(({ visit }) => visit.visitId),
  }));
}
