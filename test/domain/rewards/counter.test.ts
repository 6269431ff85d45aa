import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  budgetCounter,
  capCounter,
  counterKey,
  periodStart,
} from '../../../shared/domain/rewards/counter.ts';

describe('a period', () => {
  it.each([
    ['day', '2025-02-01T23:59:59.999Z', 'day-2025-02-01'],
    ['month', '2025-02-01T00:00:00.000Z', 'month-2025-02'],
    ['ever', '2025-02-01T00:00:00.000Z', 'ever'],
    ['week', '2025-01-12T23:59:59.999Z', 'week-2025-01-06'],
    ['week', '2025-01-13T00:00:00.000Z', 'week-2025-01-13'],
    ['week', '2025-01-01T12:00:00.000Z', 'week-2024-12-30'],
    ['week', '2024-03-03T12:00:00.000Z', 'week-2024-02-26'],
  ] as const)('%s at %s is %s', (period, at, name) => {
    expect(periodStart(period, at)).toBe(name);
  });

  it('of a week begins on a Monday, at most six days before', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        (at) => {
          const start = new Date(periodStart('week', at.toISOString()).slice('week-'.length));
          expect(start.getUTCDay()).toBe(1);
          const days = (at.getTime() - start.getTime()) / 86_400_000;
          expect(days).toBeGreaterThanOrEqual(0);
          expect(days).toBeLessThan(7);
        },
      ),
    );
  });
});

describe('a counter', () => {
  const at = '2025-02-01T12:00:00.000Z';
  it('of a cap is of its rule, owner, currency and period', () => {
    expect(
      capCounter({ period: 'month', amount: 5, currency: 'USD' }, 'r', 'alice', 'USD', at),
    ).toStrictEqual({
      owner: 'alice',
      name: 'CAP#r#USD#month-2025-02',
      limit: 5,
      measure: 'amount',
    });
    expect(
      capCounter({ period: 'month', amount: 5, currency: 'USD' }, 'r', 'alice', 'EUR', at),
    ).toBeUndefined();
    expect(capCounter({ period: 'day', rewards: 2 }, 'r', 'alice', 'EUR', at)).toStrictEqual({
      owner: 'alice',
      name: 'CAP#r#rewards#day-2025-02-01',
      limit: 2,
      measure: 'rewards',
    });
    expect(capCounter({ period: 'day' }, 'r', 'alice', 'USD', at)).toBeUndefined();
    expect(capCounter({ period: 'day', currency: 'USD' }, 'r', 'alice', 'USD', at)).toBeUndefined();
  });

  it('of a budget is the program’s', () => {
    const counter = budgetCounter({ currency: 'USD', amount: 9, period: 'ever' }, at);
    expect(counter).toEqual({ name: 'BUDGET#USD#ever', limit: 9, measure: 'amount' });
    expect(counterKey(counter)).toBe(' BUDGET#USD#ever');
    expect(counterKey({ owner: 'alice', name: 'x' })).toBe('alice x');
  });
});
