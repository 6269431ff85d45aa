import { type Counter, type CounterLimit, counterKey } from './counter.ts';
import type { CounterChange, PostedReward } from './journal.ts';
import type { EarnedReward } from './outcome.ts';

/** What a reward gets of the caps and budgets that it counts towards. */
export interface Allotment {
  /** What the reward holds from now on; undefined where nothing limits it. */
  readonly room: number | undefined;
  readonly changes: readonly CounterChange[];
}

/** Reads what a counter has used; undefined if it was not loaded. */
export type Used = (counter: Counter) => number | undefined;

/**
 * Gives a reward as much room as its caps and budgets have left, or takes back what it does not need any more.
 *
 * @param posted the reward as it stands, if it does
 * @param returned whether what a refund frees goes back
 * @param used what the counters have used, with what was given before in the same decision
 */
export function allotRoom(
  earned: EarnedReward,
  posted: PostedReward | undefined,
  returned: boolean,
  used: Used,
): Allotment {
  if (earned.counters.length === 0 && posted?.room === undefined) return { room: undefined, changes: [] };
  const wanted = wantedOf(earned, returned);
  const most = earned.counters.map((counter) => {
    const had = hadOf(counter, posted);
    const left = Math.max(0, counter.limit - (used(counter) ?? 0));
    if (counter.measure === 'amount') return had + left;
    return had > 0 || left > 0 ? wanted : 0;
  });
  const room = Math.min(wanted, ...most);
  return { room, changes: changesOf(earned.counters, posted, room) };
}

/** Whether a reward wants more of any counter than it has, so that it matters what is left. */
export function wantsRoom(
  earned: EarnedReward,
  posted: PostedReward | undefined,
  returned: boolean,
): boolean {
  const wanted = wantedOf(earned, returned);
  return earned.counters.some((counter) => wanted > hadOf(counter, posted));
}

/** Whether a reward counts towards what it has counted towards. */
export function hasCountersOf(posted: PostedReward, { counters }: EarnedReward): boolean {
  const known = posted.posting.counters ?? [];
  return known.length === counters.length && counters.every((one) => known.some((two) => isSame(one, two)));
}

/** What a reward held goes back when it is no longer earned at all. */
export function freeRoom(posted: PostedReward): readonly CounterChange[] {
  return changesOf([], posted, 0);
}

function wantedOf(earned: EarnedReward, returned: boolean): number {
  return returned ? earned.net : earned.full;
}

function isSame(one: Counter, two: Counter): boolean {
  return counterKey(one) === counterKey(two);
}

/** What a reward has of a counter. One that moved to another time has nothing of the counter of that time. */
function hadOf(counter: Counter, posted: PostedReward | undefined): number {
  const isIts = posted?.posting.counters?.some((one) => isSame(one, counter)) ?? false;
  return isIts ? (posted?.room ?? 0) : 0;
}

function changesOf(
  counters: readonly CounterLimit[],
  posted: PostedReward | undefined,
  room: number,
): readonly CounterChange[] {
  const left = (posted?.posting.counters ?? []).filter((one) => !counters.some((two) => isSame(one, two)));
  return [
    ...counters.map((counter) => changeOf(counter, hadOf(counter, posted), room)),
    ...left.map((counter) => changeOf(counter, hadOf(counter, posted), 0)),
  ].filter((change) => change.amount !== 0);
}

function changeOf({ owner, name, limit, measure }: CounterLimit, had: number, room: number): CounterChange {
  const amount = measure === 'amount' ? room - had : Number(room > 0) - Number(had > 0);
  return { ...(owner !== undefined && { owner }), name, amount, ...(amount > 0 && { limit }) };
}

/** Adds up changes of the same counter; the limit is the same for all of them. */
export function mergeChanges(changes: readonly CounterChange[]): readonly CounterChange[] {
  const merged = new Map<string, CounterChange>();
  for (const change of changes) {
    const before = merged.get(counterKey(change));
    const limit = change.limit ?? before?.limit;
    const { limit: _, ...rest } = change;
    const amount = change.amount + (before?.amount ?? 0);
    merged.set(counterKey(change), { ...rest, amount, ...(limit !== undefined && amount > 0 && { limit }) });
  }
  return [...merged.values()].filter((change) => change.amount !== 0);
}
