import { describe, expect, it } from 'vitest';
import {
  budgetCounters,
  type CounterLimit,
  capCounter,
  counterKey,
  hasPeriod,
} from '../../../shared/domain/rewards/counter.ts';

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
    const euros = { currency: 'EUR', amount: 7, period: 'day' } as const;
    const dollars = { currency: 'USD', amount: 9, period: 'ever' } as const;
    const [counter, ...others] = budgetCounters([euros, dollars], 'USD', at);
    expect(others).toEqual([]);
    expect(counter).toEqual({ name: 'BUDGET#USD#ever', limit: 9, measure: 'amount' });
    expect(counterKey(counter as CounterLimit)).toBe(' BUDGET#USD#ever');
    expect(counterKey({ owner: 'alice', name: 'x' })).toBe('alice x');
  });

  it.each([
    ['day', '2025-02-01T23:59:59.999Z', 'day-2025-02-01'],
    ['week', '2025-01-12T23:59:59.999Z', 'week-2025-01-06'],
    ['month', '2025-02-28T00:00:00.000Z', 'month-2025-02'],
    ['ever', '2025-02-01T00:00:00.000Z', 'ever'],
  ] as const)('of a %s at %s is named after %s', (period, time, name) => {
    const [counter] = budgetCounters([{ currency: 'USD', amount: 9, period }], 'USD', time);
    expect(counter?.name).toBe(`BUDGET#USD#${name}`);
    expect(hasPeriod(counter as CounterLimit)).toBe(period !== 'ever');
  });
});
