import { describe, expect, it } from 'vitest';
import {
  allotRoom,
  freeRoom,
  hasCountersOf,
  mergeChanges,
  wantsRoom,
} from '../../../shared/domain/rewards/allot-room.ts';
import { type CounterLimit, counterKey } from '../../../shared/domain/rewards/counter.ts';
import type { PostedReward } from '../../../shared/domain/rewards/journal.ts';
import type { EarnedReward } from '../../../shared/domain/rewards/outcome.ts';

const cap: CounterLimit = { owner: 'alice', name: 'CAP', limit: 100, measure: 'amount' };
const number: CounterLimit = { owner: 'alice', name: 'NUMBER', limit: 2, measure: 'rewards' };
const budget: CounterLimit = { name: 'BUDGET', limit: 500, measure: 'amount' };
const base = {
  ruleId: 'r',
  beneficiaryId: 'alice',
  kind: 'cash',
  currency: 'USD',
  subject: 'o',
  bucket: 'available',
  programVersion: 1,
} as const;
const earned = (full: number, net: number, ...counters: CounterLimit[]): EarnedReward => ({
  ...base,
  key: 'r alice o USD',
  type: 'order.paid',
  full,
  net,
  counters,
});
const posted = (room: number, ...counters: CounterLimit[]): PostedReward => ({
  key: 'r alice o USD',
  posting: { ...base, rewardAmount: room, amount: room, room, counters },
  place: { position: 1, part: 0 },
  amount: room,
  bucket: 'available',
  room,
});
const usedOf = (sums: Readonly<Record<string, number>>) => (counter: { owner?: string; name: string }) =>
  sums[counterKey(counter)];
const take = (one: EarnedReward, before?: PostedReward, used = {}, returned = false) => {
  const { room, changes } = allotRoom(one, before, returned, usedOf(used));
  return [room, Object.fromEntries(changes.map((change) => [change.name, [change.amount, change.limit]]))];
};

describe('a reward', () => {
  it('that nothing limits needs no room', () => {
    expect(take(earned(100, 100))).toEqual([undefined, {}]);
  });
  it('gets what it wants, or what is left, of each counter it counts towards', () => {
    expect(take(earned(60, 60, cap, budget))).toEqual([60, { CAP: [60, 100], BUDGET: [60, 500] }]);
    expect(take(earned(60, 60, cap, budget), undefined, { 'alice CAP': 70, ' BUDGET': 100 })).toEqual([
      30,
      { CAP: [30, 100], BUDGET: [30, 500] },
    ]);
    expect(take(earned(60, 60, cap, budget), undefined, { 'alice CAP': 10, ' BUDGET': 480 })).toEqual([
      20,
      { CAP: [20, 100], BUDGET: [20, 500] },
    ]);
    expect(take(earned(60, 60, cap), undefined, { 'alice CAP': 100 })).toEqual([0, {}]);
    expect(take(earned(60, 60, cap), undefined, { 'alice CAP': 130 })).toEqual([0, {}]);
  });
  it('counts as one where rewards are counted, however large it is', () => {
    expect(take(earned(60, 60, number))).toEqual([60, { NUMBER: [1, 2] }]);
    expect(take(earned(60, 60, number), undefined, { 'alice NUMBER': 1 })).toEqual([60, { NUMBER: [1, 2] }]);
    expect(take(earned(60, 60, number), undefined, { 'alice NUMBER': 2 })).toEqual([0, {}]);
    expect(take(earned(90, 90, number), posted(60, number), { 'alice NUMBER': 2 })).toEqual([90, {}]);
    expect(take(earned(0, 0, number), posted(60, number), { 'alice NUMBER': 2 })).toEqual([
      0,
      { NUMBER: [-1, undefined] },
    ]);
  });
  it('that grows takes more, if there is more', () => {
    expect(take(earned(90, 90, cap), posted(60, cap), { 'alice CAP': 60 })).toEqual([90, { CAP: [30, 100] }]);
    expect(take(earned(90, 90, cap), posted(60, cap), { 'alice CAP': 85 })).toEqual([75, { CAP: [15, 100] }]);
    expect(take(earned(90, 90, cap), posted(60, cap), { 'alice CAP': 100 })).toEqual([60, {}]);
  });
  it('that shrinks by a refund keeps its room, unless the program gives back', () => {
    expect(take(earned(60, 20, cap), posted(60, cap), { 'alice CAP': 60 })).toEqual([60, {}]);
    expect(take(earned(60, 20, cap), posted(60, cap), { 'alice CAP': 60 }, true)).toEqual([
      20,
      { CAP: [-40, undefined] },
    ]);
    expect(take(earned(40, 40, cap), posted(60, cap), { 'alice CAP': 60 })).toEqual([
      40,
      { CAP: [-20, undefined] },
    ]);
  });
  it('that moves to another time leaves the counter of the one and begins with the other', () => {
    const next = { ...cap, name: 'NEXT' };
    expect(take(earned(60, 60, next), posted(60, cap), { 'alice NEXT': 80, 'alice CAP': 60 })).toEqual([
      20,
      { NEXT: [20, 100], CAP: [-60, undefined] },
    ]);
    expect(hasCountersOf(posted(60, cap), earned(60, 60, next))).toBe(false);
    expect(hasCountersOf(posted(60, cap), earned(60, 60, cap))).toBe(true);
    expect(hasCountersOf(posted(60, cap, budget), earned(60, 60, cap))).toBe(false);
    expect(hasCountersOf(posted(60), earned(60, 60))).toBe(true);
  });
  it('that is not earned any more gives all of it back', () => {
    expect(freeRoom(posted(60, cap, number))).toEqual([
      { owner: 'alice', name: 'CAP', amount: -60 },
      { owner: 'alice', name: 'NUMBER', amount: -1 },
    ]);
    expect(freeRoom(posted(0, cap, number))).toEqual([]);
    const { room: _, ...free } = posted(60);
    expect(freeRoom({ ...free, room: undefined })).toEqual([]);
  });
  it('wants more only where it has less than it earns', () => {
    expect(wantsRoom(earned(60, 60, cap), undefined, false)).toBe(true);
    expect(wantsRoom(earned(60, 60, cap), posted(60, cap), false)).toBe(false);
    expect(wantsRoom(earned(60, 60, cap), posted(59, cap), false)).toBe(true);
    expect(wantsRoom(earned(60, 20, cap), posted(20, cap), true)).toBe(false);
    expect(wantsRoom(earned(60, 60), undefined, false)).toBe(false);
  });
});

describe('changes of one counter', () => {
  it('are added up, with the limit where something is taken in all', () => {
    const change = (amount: number, limit?: number) => ({
      owner: 'alice',
      name: 'CAP',
      amount,
      ...(limit !== undefined && { limit }),
    });
    expect(mergeChanges([change(-30), change(50, 100)])).toEqual([change(20, 100)]);
    expect(mergeChanges([change(50, 100), change(-60)])).toEqual([change(-10)]);
    expect(mergeChanges([change(50, 100), change(-50)])).toEqual([]);
    expect(mergeChanges([change(5, 100), { ...change(5, 9), owner: 'bob' }])).toHaveLength(2);
  });
});
