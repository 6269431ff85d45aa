import { describe, expect, it } from 'vitest';
import { fastOrder } from '../../../../shared/domain/fraud/rules/fast-order.ts';
import { observedOrder } from '../orders.ts';

const second = 1 / 86_400;

describe('an order right after the sign-up', () => {
  it('is found within the time that it takes', () => {
    expect(observedOrder(fastOrder, { days: 59 * second })).toEqual({ milliseconds: 59_000 });
    expect(observedOrder(fastOrder, { days: 60 * second })).toBeUndefined();
    expect(observedOrder(fastOrder, { days: 0 })).toEqual({ milliseconds: 0 });
    expect(observedOrder(fastOrder, { days: 60 * second }, [], { seconds: 61 })).toBeDefined();
  });

  it('is none where it came before, or is no order', () => {
    expect(observedOrder(fastOrder, { days: -second })).toBeUndefined();
    expect(observedOrder(fastOrder, { days: second, type: 'email.verified' })).toBeUndefined();
  });
});
