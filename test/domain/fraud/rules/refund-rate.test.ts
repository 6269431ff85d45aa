import { describe, expect, it } from 'vitest';
import { refundRate } from '../../../../shared/domain/fraud/rules/refund-rate.ts';
import { rulesOf } from '../../../../shared/domain/fraud/settings.ts';
import { observedOrder } from '../orders.ts';

describe('a referrer whose referees give back what they buy', () => {
  const observed = (orders: number, refundedOrders: number, measures = {}) =>
    observedOrder(refundRate, { ofReferrer: { orders, refundedOrders } }, [], measures);

  it('is found from the limit of orders on', () => {
    expect(observed(19, 19)).toBeUndefined();
    expect(observed(20, 20)).toEqual({ orders: 20, refundedOrders: 20 });
    expect(observed(20, 20, { limit: 21 })).toBeUndefined();
  });

  it('is found from the share on, exactly', () => {
    expect(observed(20, 10)).toEqual({ orders: 20, refundedOrders: 10 });
    expect(observed(21, 10)).toBeUndefined();
    expect(observed(30, 9, { percent: 30 })).toBeDefined();
    expect(observed(31, 9, { percent: 30 })).toBeUndefined();
  });

  it('is not looked for where the counts are not known, or in a program that says nothing', () => {
    expect(observedOrder(refundRate, {})).toBeUndefined();
    expect(rulesOf([refundRate])).toEqual([]);
  });
});
