import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstUnmet, leastOf, limitsFor, mostWithin, takenOf } from '../../../shared/domain/payouts/terms.ts';
import type { PayoutTerms } from '../../../shared/domain/programs/program.ts';

const terms = (some: Partial<PayoutTerms>): PayoutTerms => ({
  minimums: [],
  requires: [],
  limits: [],
  ...some,
});

describe('the least amount', () => {
  it('is the currency’s own, or one minor unit', () => {
    const given = terms({ minimums: [{ currency: 'USD', amount: 5_000 }] });
    expect(leastOf(given, 'USD')).toBe(5_000);
    expect(leastOf(given, 'EUR')).toBe(1);
  });
});

describe('thresholds', () => {
  it('are all needed, and the first that is missing is named', () => {
    const given = terms({
      requires: [
        { metric: 'completedReferrals', value: 2 },
        { metric: 'revenue', value: 10_000, currency: 'EUR' },
      ],
    });
    expect(firstUnmet(given, {})).toEqual({ metric: 'completedReferrals', value: 2, reached: 0 });
    expect(firstUnmet(given, { completed: 2, 'revenue:USD': 99_999 })).toEqual({
      metric: 'revenue',
      currency: 'EUR',
      value: 10_000,
      reached: 0,
    });
    expect(firstUnmet(given, { completed: 3, 'revenue:EUR': 10_000 })).toBeUndefined();
  });
});

describe('limits', () => {
  const at = '2026-12-02T12:00:00.000Z';

  it('are those of the currency and those that count payouts; of two alike the lower one', () => {
    const given = terms({
      limits: [
        { period: 'week', amount: 500, currency: 'USD' },
        { period: 'week', amount: 400, currency: 'USD' },
        { period: 'day', amount: 1, currency: 'EUR' },
        { period: 'ever', rewards: 3 },
      ],
    });
    expect(limitsFor(given, 'USD', at)).toEqual([
      { period: 'week', counter: 'payout#week#USD#2026-11-30', most: 400, counts: 'amount' },
      { period: 'ever', counter: 'payout#ever#count', most: 3, counts: 'payouts' },
    ]);
  });

  it('leave room that is never passed, and all of a sum where there is room', () => {
    const limit = fc.record({
      period: fc.constantFrom('day', 'week', 'month', 'ever' as const),
      most: fc.nat(1_000),
      counts: fc.constantFrom('amount', 'payouts' as const),
      used: fc.nat(1_200),
    });
    fc.assert(
      fc.property(fc.array(limit, { maxLength: 4 }), fc.integer({ min: -50, max: 2_000 }), (raw, sum) => {
        const limits = raw.map((one, index) => ({ ...one, counter: String(index) }));
        const used = Object.fromEntries(limits.map((one) => [one.counter, one.used]));
        const amount = mostWithin(limits, sum, used);
        expect(amount).toBeGreaterThanOrEqual(0);
        expect(amount).toBeLessThanOrEqual(Math.max(0, sum));
        if (amount > 0) {
          for (const one of limits) expect(one.used + takenOf(one, amount)).toBeLessThanOrEqual(one.most);
        }
        const more = amount + 1;
        const fits = limits.every((one) => one.used + takenOf(one, more) <= one.most);
        expect(amount === Math.max(0, sum) || !fits).toBe(true);
      }),
    );
  });
});
