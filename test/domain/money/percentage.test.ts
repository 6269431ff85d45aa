import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentageOf } from '../../../shared/domain/money/percentage.ts';

describe('percentageOf', () => {
  it.each([
    ['7 at 20% is 1', 7, '20', 1],
    ['2 at 20% is 0', 2, '20', 0],
    ['700 at 1% is 7', 700, '1', 7],
    ['33.33 at 10% is 3.33', 3333, '10', 333],
    ['1000 at 2.5% is 25', 1000, '2.5', 25],
    ['half a cent rounds up', 5, '10', 1],
    ['a little less than half does not', 499_999, '0.0001', 0],
    ['exactly half of a millionth rate does', 500_000, '0.0001', 1],
    ['a rate of no percent', 999_999_999_999, '0', 0],
    ['a whole', 999_999_999_999, '100', 999_999_999_999],
    ['a whole with decimals', 12_345, '100.000000', 12_345],
    ['the smallest rate of the highest amount', 999_999_999_999, '0.000001', 10_000],
    ['nothing', 0, '10', 0],
    ['what binary fractions get wrong: 1.005 x 100', 100_500, '0.1', 101],
    ['a rate without a zero in front of it stays itself', 1000, '02.50', 25],
  ])('%s', (_, amount, rate, expected) => {
    expect(percentageOf(amount, rate)).toBe(expected);
  });

  const amounts = fc.integer({ min: 0, max: 999_999_999_999 });
  const rates = fc
    .record({ millionths: fc.integer({ min: 0, max: 100_000_000 }), places: fc.integer({ min: 0, max: 6 }) })
    .map(({ millionths, places }) => {
      const kept = millionths - (millionths % 10 ** (6 - places));
      const fraction = String(kept % 1_000_000)
        .padStart(6, '0')
        .slice(0, places);
      return { millionths: kept, rate: `${Math.floor(kept / 1_000_000)}${places > 0 ? `.${fraction}` : ''}` };
    });

  it('is the nearest integer to the exact share, the higher of two that are as near', () => {
    fc.assert(
      fc.property(amounts, rates, (amount, { millionths, rate }) => {
        const share = percentageOf(amount, rate);
        // result - 1/2 <= amount * millionths / 10^8 < result + 1/2, over whole numbers
        const exact = 2n * BigInt(amount) * BigInt(millionths);
        const unit = 100_000_000n;
        expect((2n * BigInt(share) - 1n) * unit <= exact).toBe(true);
        expect(exact < (2n * BigInt(share) + 1n) * unit).toBe(true);
        expect(Number.isSafeInteger(share)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never grows when less is left of an order, and never passes it', () => {
    fc.assert(
      fc.property(amounts, amounts, rates, (a, b, { rate }) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(percentageOf(less, rate)).toBeLessThanOrEqual(percentageOf(more, rate));
        expect(percentageOf(more, rate)).toBeLessThanOrEqual(more);
      }),
    );
  });
});
