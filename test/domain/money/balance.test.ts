import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Account,
  addColumns,
  balanceAt,
  columnOf,
  emptyAccount,
  isDue,
  noChange,
} from '../../../shared/domain/money/balance.ts';

const amount = fc.integer({ min: -1e12, max: 1e12 });
const columns = fc.record({ pending: amount, available: amount, inPayout: amount, paid: amount });

it('adds column by column, in any order, and nothing adds nothing', () => {
  fc.assert(
    fc.property(columns, columns, (a, b) => {
      expect(addColumns(a, b)).toEqual(addColumns(b, a));
      expect(addColumns(a, noChange)).toEqual(a);
      expect(addColumns(a, b)).toStrictEqual({
        pending: a.pending + b.pending,
        available: a.available + b.available,
        inPayout: a.inPayout + b.inPayout,
        paid: a.paid + b.paid,
      });
    }),
  );
});

describe('a bucket', () => {
  it.each([
    ['available', '2026-12-01T00:00:00.000Z', true],
    ['waiting', '2026-12-01T00:00:00.000Z', false],
    ['2026-12-01', '2026-11-30T23:59:59.999Z', false],
    ['2026-12-01', '2026-12-01T00:00:00.000Z', true],
    ['2026-12-01', '2026-12-02T12:00:00.000Z', true],
    ['2026-12-01', '2025-12-31T12:00:00.000Z', false],
  ])('%s at %s can be spent: %s', (bucket, now, expected) => {
    expect(isDue(bucket, now)).toBe(expected);
    expect(columnOf(bucket, now)).toBe(expected ? 'available' : 'pending');
  });
});

describe('an account', () => {
  const account: Account = {
    kind: 'credit',
    currency: 'EUR',
    available: 100,
    waiting: 20,
    held: { '2026-12-01': 7, '2026-12-02': 3, '2026-12-03': -1 },
    inPayout: 50,
    paid: 400,
  };

  it.each([
    ['2026-11-30T23:59:59.999Z', 100, 29],
    ['2026-12-01T00:00:00.000Z', 107, 22],
    ['2026-12-02T23:59:59.999Z', 110, 19],
    ['2027-01-01T00:00:00.000Z', 109, 20],
  ])('at %s has what is held until then available, and the rest pending', (now, available, pending) => {
    expect(balanceAt(account, now)).toStrictEqual({
      kind: 'credit',
      currency: 'EUR',
      pending,
      available,
      inPayout: 50,
      paid: 400,
    });
  });

  it('that nothing has happened to has nothing', () => {
    const empty = emptyAccount('points', 'points');
    expect(empty).toStrictEqual({
      kind: 'points',
      currency: 'points',
      available: 0,
      waiting: 0,
      held: {},
      inPayout: 0,
      paid: 0,
    });
    expect(balanceAt(empty, '2026-12-01T00:00:00.000Z')).toStrictEqual({
      kind: 'points',
      currency: 'points',
      ...noChange,
    });
  });
});
