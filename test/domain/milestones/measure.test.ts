import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hasReached,
  measure,
  measureWithin,
  type Progress,
} from '../../../shared/domain/milestones/measure.ts';
import { nextTier, tierOf } from '../../../shared/domain/milestones/tiers.ts';
import type { Threshold, Tier } from '../../../shared/domain/programs/program.ts';

const count = fc.integer({ min: -50, max: 50 });
const progress: fc.Arbitrary<Progress> = fc.record({
  pending: count,
  completed: count,
  rejected: count,
  inReview: count,
  paidOrders: count,
  points: count,
  revenue: fc.dictionary(fc.constantFrom('USD', 'EUR'), count),
});
const value = fc.integer({ min: 1, max: 50 });
const threshold: fc.Arbitrary<Threshold> = fc.oneof(
  fc.record({ metric: fc.constantFrom('completedReferrals', 'paidOrders', 'points'), value }),
  fc.record({
    metric: fc.constant('revenue' as const),
    value,
    currency: fc.constantFrom('USD', 'EUR', 'JPY'),
  }),
);

describe('measure', () => {
  const all: Progress = {
    pending: 1,
    completed: 2,
    rejected: 3,
    inReview: 4,
    paidOrders: 5,
    points: 6,
    revenue: { USD: 7 },
  };
  it.each([
    [{ metric: 'completedReferrals', value: 1 }, 2],
    [{ metric: 'paidOrders', value: 1 }, 5],
    [{ metric: 'points', value: 1 }, 6],
    [{ metric: 'revenue', value: 1, currency: 'USD' }, 7],
    [{ metric: 'revenue', value: 1, currency: 'EUR' }, 0],
    [{ metric: 'revenue', value: 1 }, 0],
  ] as const)('%o', (one, expected) => expect(measure(all, one)).toBe(expected));

  it('shows a share that is whole just where the threshold is reached', () => {
    fc.assert(
      fc.property(progress, threshold, (at, one) => {
        const shown = measureWithin(at, one);
        expect(shown).toBeGreaterThanOrEqual(0);
        expect(shown === one.value).toBe(hasReached(at, one));
      }),
    );
  });
});

const tiers = fc
  .array(threshold, { maxLength: 5 })
  .map((list) =>
    list.map((one, index): Tier => ({ tierId: `t${index}`, name: `T${index}`, threshold: one })),
  );

describe('tierOf', () => {
  it('is the last that is reached, and none after it is', () => {
    fc.assert(
      fc.property(tiers, progress, (list, at) => {
        const tier = tierOf(list, at);
        const place = tier === undefined ? -1 : list.indexOf(tier);
        if (tier !== undefined) expect(hasReached(at, tier.threshold)).toBe(true);
        for (const later of list.slice(place + 1)) expect(hasReached(at, later.threshold)).toBe(false);
        expect(nextTier(list, at)?.tierId).toBe(list[place + 1]?.tierId);
      }),
    );
  });

  it('shows how far the next one is', () => {
    const list: Tier[] = [
      { tierId: 'basic', name: 'Basic', threshold: { metric: 'completedReferrals', value: 1 } },
      { tierId: 'pro', name: 'Pro', threshold: { metric: 'revenue', value: 500, currency: 'USD' } },
    ];
    const at = {
      pending: 0,
      completed: 3,
      rejected: 0,
      inReview: 0,
      paidOrders: 0,
      points: 0,
      revenue: { USD: 120 },
    };
    expect(tierOf(list, at)?.tierId).toBe('basic');
    expect(nextTier(list, at)).toStrictEqual({
      tierId: 'pro',
      name: 'Pro',
      metric: 'revenue',
      currency: 'USD',
      progress: 120,
      target: 500,
    });
    expect(nextTier(list, { ...at, revenue: { USD: 500 } })).toBeUndefined();
    expect(nextTier(list, { ...at, completed: 0 })).toStrictEqual({
      tierId: 'basic',
      name: 'Basic',
      metric: 'completedReferrals',
      progress: 0,
      target: 1,
    });
  });
});
