import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { split } from '../../../shared/domain/money/split.ts';

describe('split', () => {
  it.each<[string, number, number[], number[]]>([
    ['10 in three is 3.34 + 3.33 + 3.33', 1_000, [1, 1, 1], [334, 333, 333]],
    ['a cent in three goes to the first', 1, [1, 1, 1], [1, 0, 0]],
    ['two cents in three go to the first two', 2, [5, 5, 5], [1, 1, 0]],
    ['the largest remainder gets the cent, not the first', 100, [1, 2], [33, 67]],
    ['the largest remainder in the middle', 10, [25, 46, 29], [2, 5, 3]],
    ['40/20/40 of 99', 99, [40, 20, 40], [40, 20, 39]],
    ['nothing', 0, [1, 2], [0, 0]],
    ['a weight of zero gets nothing', 101, [1, 0, 1], [51, 0, 50]],
    ['weights that are all zero are equal', 5, [0, 0], [3, 2]],
    ['one', 7, [3], [7]],
    ['nobody', 7, [], []],
    ['the highest amount', 999_999_999_999, [1, 1], [500_000_000_000, 499_999_999_999]],
  ])('%s', (_, amount, weights, parts) => {
    expect(split(amount, weights)).toEqual(parts);
  });

  const amounts = fc.integer({ min: 0, max: 999_999_999_999 });
  const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 12 });

  it('gives parts that sum to the amount, each within 1 of its exact share', () => {
    fc.assert(
      fc.property(amounts, weights, (amount, shares) => {
        const parts = split(amount, shares);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(amount);
        const given = shares.every((weight) => weight === 0) ? shares.map(() => 1) : shares;
        const total = BigInt(given.reduce((sum, weight) => sum + weight, 0));
        parts.forEach((part, index) => {
          const off = BigInt(part) * total - BigInt(amount) * BigInt(given[index] as number);
          expect(off < total && off > -total).toBe(true);
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives no part less to a larger remainder than to a smaller', () => {
    fc.assert(
      fc.property(amounts, weights, (amount, shares) => {
        const total = BigInt(shares.reduce((sum, weight) => sum + weight, 0));
        fc.pre(total > 0n);
        const rests = split(amount, shares).map((part, index) => {
          const exact = BigInt(amount) * BigInt(shares[index] as number);
          return { isUp: BigInt(part) > exact / total, rest: exact % total };
        });
        const up = rests.filter((one) => one.isUp).map((one) => one.rest);
        const down = rests.filter((one) => !one.isUp).map((one) => one.rest);
        for (const high of up) for (const low of down) expect(high >= low).toBe(true);
      }),
    );
  });
});
