import { describe, expect, it } from 'vitest';
import { couponPlace, poolOf, poolsOf } from '../../../shared/domain/coupons/pool.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';

describe('poolOf', () => {
  it.each([
    [0, 0, 'empty'],
    [0, 500, 'empty'],
    [1, 0, 'low'],
    [9, 0, 'low'],
    [10, 0, 'ok'],
    [10, 90, 'ok'],
    [10, 91, 'low'],
    [100, 900, 'ok'],
    [99, 901, 'low'],
  ])('%d of which %d are handed out: %s', (available, handedOut, status) => {
    expect(poolOf('spring', { available, handedOut, waiting: 2 })).toEqual({
      pool: 'spring',
      available,
      handedOut,
      waiting: 2,
      status,
    });
  });
});

describe('poolsOf', () => {
  it('names those of rules and milestones', () => {
    const { rules, milestones } = defaultSettings('Default', 'https://example.com/');
    expect(poolsOf({ rules, milestones })).toEqual(new Set());
    const [rule] = rules;
    const [milestone] = milestones;
    if (rule === undefined || milestone === undefined) throw new Error('The default program has both');
    const named = { rules: [{ ...rule, pool: 'a' }], milestones: [{ ...milestone, pool: 'b' }, milestone] };
    expect(poolsOf(named)).toEqual(new Set(['a', 'b']));
  });
});

describe('couponPlace', () => {
  it('spreads codes that look alike', () => {
    const codes = Array.from({ length: 3_200 }, (_, i) => `SPRING-${String(i).padStart(5, '0')}`);
    const firsts = new Map<string, number>();
    for (const code of codes) {
      const first = couponPlace(code).slice(0, 1);
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    // The first of 26 characters carries three of the 128 bits.
    expect(firsts.size).toBe(8);
    for (const count of firsts.values()) expect(count).toBeGreaterThan(300);
  });
});
