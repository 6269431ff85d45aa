import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../shared/domain/rewards/fact.ts';
import {
  balanceKindOf,
  changeOf,
  foldJournal,
  type JournalEntry,
  type Posting,
  rewardKey,
} from '../../../shared/domain/rewards/journal.ts';
import { now } from './play.ts';

const posting = (ruleId: string, amount: number, more: Partial<Posting> = {}): Posting => ({
  ruleId,
  beneficiaryId: 'alice',
  kind: 'cash',
  currency: 'USD',
  subject: 'o1',
  amount,
  rewardAmount: amount,
  bucket: 'available',
  programVersion: 1,
  ...more,
});
const fact = (eventId: string): Fact => ({
  eventId,
  type: 'order.paid',
  subject: 'o1',
  at: now,
  terms: { programVersion: 1 },
});
const entry = (position: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  position,
  eventId: `e${position}`,
  fact: fact(`e${position}`),
  createdAt: now,
  postings: [],
  explanation: [],
  ...more,
});

describe('foldJournal', () => {
  it('of nothing begins at position 1', () => {
    expect(foldJournal([])).toStrictEqual({
      nextPosition: 1,
      eventIds: new Set(),
      facts: [],
      rewards: new Map(),
      denied: new Set(),
      progress: new Map(),
      programVersions: new Set(),
      isCompleted: false,
      isSettling: false,
    });
  });

  it('is being settled from an entry that leaves rewards to others until one leaves none', () => {
    const isSettling = (...left: readonly (number | undefined)[]) =>
      foldJournal(left.map((count, at) => entry(at + 1, count === undefined ? {} : { left: count })))
        .isSettling;
    expect([isSettling(undefined), isSettling(3), isSettling(3, undefined)]).toEqual([false, true, true]);
    expect([isSettling(3, 0), isSettling(3, 0, undefined), isSettling(3, 0, 2)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('keeps facts, and rewards as their last posting left them, in the place of their first', () => {
    const state = foldJournal([
      entry(1, { postings: [posting('a', 100), posting('b', 50, { bucket: 'waiting', room: 50 })] }),
      entry(2, { postings: [posting('a', 50, { subject: 'o2' })] }),
      entry(3, {
        postings: [posting('b', -20, { rewardAmount: 30, room: 50, adjusts: { position: 1, part: 1 } })],
      }),
      entry(4),
    ]);
    expect(state.nextPosition).toBe(5);
    expect([...state.eventIds]).toEqual(['e1', 'e2', 'e3', 'e4']);
    expect(state.facts.map((one) => one.eventId)).toEqual(['e1', 'e2', 'e3', 'e4']);
    expect([...state.rewards.values()].map(({ posting: _, ...one }) => one)).toStrictEqual([
      {
        key: 'a alice o1 USD',
        place: { position: 1, part: 0 },
        amount: 100,
        bucket: 'available',
        room: undefined,
      },
      { key: 'b alice o1 USD', place: { position: 1, part: 1 }, amount: 30, bucket: 'available', room: 50 },
      {
        key: 'a alice o2 USD',
        place: { position: 2, part: 0 },
        amount: 50,
        bucket: 'available',
        room: undefined,
      },
    ]);
  });

  it('collects what was denied, what was counted and whether the referral is complete', () => {
    const state = foldJournal([
      entry(1, { denied: ['x'], progress: [{ userId: 'alice', changes: { paidOrders: 1 } }] }),
      entry(2, { completes: true }),
      entry(3, {
        denied: ['y'],
        progress: [
          { userId: 'alice', changes: { paidOrders: -1, 'revenue:USD': 5 } },
          { userId: 'bob', changes: { points: 3 } },
        ],
      }),
    ]);
    expect([...state.denied]).toEqual(['x', 'y']);
    expect(Object.fromEntries(state.progress)).toStrictEqual({
      alice: { paidOrders: 0, 'revenue:USD': 5 },
      bob: { points: 3 },
    });
    expect(state.isCompleted).toBe(true);
  });

  it('names each version of the program that an entry began with, also where that is no fact', () => {
    const begunWith = (programVersion: number) => ({ fact: { ...fact('e'), terms: { programVersion } } });
    const journal = [
      entry(1, begunWith(2)),
      entry(2, { ...begunWith(5), isMarker: true }),
      entry(3, begunWith(2)),
    ];
    expect([...foldJournal(journal).programVersions]).toEqual([2, 5]);
  });
});

describe('a reward', () => {
  it('is another one in another currency, for another order, person or rule', () => {
    const keys = [
      posting('a', 1),
      posting('a', 1, { currency: 'EUR' }),
      posting('a', 1, { subject: 'o2' }),
      posting('a', 1, { beneficiaryId: 'bob' }),
      posting('b', 1),
    ].map(rewardKey);
    expect(new Set(keys).size).toBe(5);
    expect(rewardKey({ ruleId: 'a', beneficiaryId: 'alice', subject: 'o1' })).toBe('a alice o1 ');
  });

  it('that a calculation gave is told apart by its kind and the type of the events', () => {
    const given = [
      posting('a', 1),
      posting('a', 1, { calculatedFor: 'order.paid' }),
      posting('a', 1, { calculatedFor: 'order.renewed' }),
      posting('a', 1, { calculatedFor: 'order.paid', kind: 'credit' }),
    ];
    expect(new Set(given.map(rewardKey)).size).toBe(4);
  });

  it.each([
    ['cash', 'cash'],
    ['credit', 'credit'],
    ['points', 'points'],
    ['badge', undefined],
    ['coupon', undefined],
    ['perk', undefined],
  ] as const)('of kind %s counts in %s', (kind, balance) => {
    expect(balanceKindOf(kind)).toBe(balance);
  });
});

describe('a posting', () => {
  it.each([
    ['that makes a reward', 50, undefined, 50],
    ['that moves it', 50, -50, 0],
    ['that moves it and makes it less', 30, -50, -20],
  ])('%s changes the sum of the balance', (_, amount, taken, change) => {
    const from = taken === undefined ? {} : { from: { bucket: 'waiting' as const, amount: taken } };
    expect(changeOf({ amount, ...from })).toBe(change);
  });
});
