import { type Counter, counterKey } from './counter.ts';
import type { EarnedReward } from './earned.ts';
import type { CounterChange, PostedReward } from './journal.ts';

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
  if (earned.counters.length === 0) return { room: undefined, changes: [] };
  const had = posted?.room ?? 0;
  const wanted = returned ? earned.net : earned.full;
  if (wanted <= had) return { room: wanted, changes: changesOf(earned, had, wanted) };
  const most = earned.counters.map((counter) => {
    const left = Math.max(0, counter.limit - (used(counter) ?? 0));
    if (counter.measure === 'amount') return had + left;
    return had > 0 || left > 0 ? wanted : 0;
  });
  const room = Math.max(had, Math.min(wanted, ...most));
  return { room, changes: changesOf(earned, had, room) };
}

/** What a reward held goes back when it is no longer earned at all. */
export function freeRoom(posted: PostedReward, counters: EarnedReward['counters']): readonly CounterChange[] {
  return changesOf({ counters }, posted.room ?? 0, 0);
}

function changesOf(
  { counters }: Pick<EarnedReward, 'counters'>,
  had: number,
  room: number,
): readonly CounterChange[] {
  return counters.flatMap(({ owner, name, limit, measure }) => {
    const amount = measure === 'amount' ? room - had : Number(room > 0) - Number(had > 0);
    if (amount === 0) return [];
    return [{ ...(owner !== undefined && { owner }), name, amount, ...(amount > 0 && { limit }) }];
  });
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
