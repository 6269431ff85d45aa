import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBelow, percent, plus, rounded, times, whole } from '../../../shared/domain/money/ratio.ts';

const percentOf = (amount: number, rate: string): number => rounded(percent(whole(amount), rate));

describe('a percentage, rounded', () => {
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
    expect(percentOf(amount, rate)).toBe(expected);
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
        const share = percentOf(amount, rate);
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
        expect(percentOf(less, rate)).toBeLessThanOrEqual(percentOf(more, rate));
        expect(percentOf(more, rate)).toBeLessThanOrEqual(more);
      }),
    );
  });
});

describe('fractions', () => {
  it('are exact until they are rounded: thirds of a cent add up', () => {
    const third = times(whole(1), 1, 3);
    expect(rounded(third)).toBe(0);
    expect(rounded(plus(plus(third, third), third))).toBe(1);
    expect(rounded(plus(times(whole(1), 1, 3), times(whole(1), 1, 6)))).toBe(1);
  });

  it('of nothing are nothing, whatever the part', () => {
    expect(rounded(times(whole(1_000), 0, 0))).toBe(0);
    expect(rounded(times(whole(1_000), 5, 0))).toBe(0);
    expect(rounded(plus(times(whole(9), 1, 0), whole(2)))).toBe(2);
  });

  it.each([
    [999, 1, 1_000, true],
    [1_000, 1, 1_000, false],
    [2_000, 1, 667, false],
    [2_000, 3, 667, true],
  ])('%d / %d below %d: %s', (amount, by, least, below) => {
    expect(isBelow(times(whole(amount), 1, by), least)).toBe(below);
  });
});
