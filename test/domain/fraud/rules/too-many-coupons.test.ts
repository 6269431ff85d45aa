import { describe, expect, it } from 'vitest';
import { tooManyCoupons } from '../../../../shared/domain/fraud/rules/too-many-coupons.ts';
import { observedOrder } from '../orders.ts';

describe('one user with many coupons', () => {
  const order = { days: 40, coupon: 'C' };

  it('is found from the limit on, this order included', () => {
    const seen = { coupons: 3, seconds: 2_592_000 };
    expect(observedOrder(tooManyCoupons, order, [{ days: 30, coupon: 'A' }])).toBeUndefined();
    const earlier = [
      { days: 30, coupon: 'A' },
      { days: 35, coupon: 'B' },
    ];
    expect(observedOrder(tooManyCoupons, order, earlier)).toEqual(seen);
    expect(observedOrder(tooManyCoupons, order, earlier, { limit: 4 })).toBeUndefined();
  });

  it('counts a coupon once, however it is written, and orders alone', () => {
    const earlier = [
      { days: 30, coupon: 'c' },
      { days: 31, coupon: 'A' },
      { days: 32, coupon: 'a' },
      { days: 33 },
      { days: 34, coupon: 'B', type: 'order.updated' },
    ];
    expect(observedOrder(tooManyCoupons, order, earlier)).toBeUndefined();
  });

  it('forgets what lies before the window, and says nothing of an order without coupon', () => {
    const earlier = (days: number) => [
      { days, coupon: 'A' },
      { days: 35, coupon: 'B' },
    ];
    expect(observedOrder(tooManyCoupons, order, earlier(10))).toBeUndefined();
    expect(observedOrder(tooManyCoupons, order, earlier(10.1))).toBeDefined();
    expect(observedOrder(tooManyCoupons, { days: 40 }, earlier(30))).toBeUndefined();
  });

  it('judges orders with a coupon alone, however many there were before', () => {
    const earlier = ['A', 'B', 'D'].map((coupon) => ({ days: 35, coupon }));
    expect(observedOrder(tooManyCoupons, order, earlier)).toBeDefined();
    expect(observedOrder(tooManyCoupons, { days: 40 }, earlier)).toBeUndefined();
    expect(observedOrder(tooManyCoupons, { ...order, type: 'order.updated' }, earlier)).toBeUndefined();
  });
});
