import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietCounts, refundRate } from '../../../../shared/domain/fraud/rules/refund-rate.ts';
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

it('still finds nothing where the counts have moved no further than is said', () => {
  const count = fc.integer({ min: 0, max: 60 });
  const added = fc.integer({ min: -1, max: 2 });
  const measures = fc.record({
    limit: fc.integer({ min: 2, max: 20 }),
    percent: fc.integer({ min: 1, max: 100 }),
  });
  fc.assert(
    fc.property(count, count, added, added, measures, count, count, (o, r, oMore, rMore, set, oNow, rNow) => {
      const [before, after] = [
        { orders: o, refundedOrders: r },
        { orders: o + oMore, refundedOrders: r + rMore },
      ];
      fc.pre(observedOrder(refundRate, { ofReferrer: after }, [], set) === undefined);
      const { fewOrders, orders, mostRefunded } = quietCounts(before, after, set);
      const holds = (counts: typeof before) =>
        counts.orders <= fewOrders || (counts.orders >= orders && counts.refundedOrders <= mostRefunded);
      expect(holds(before)).toBe(true);
      fc.pre(holds({ orders: oNow, refundedOrders: rNow }));
      const ofReferrer = { orders: oNow + oMore, refundedOrders: rNow + rMore };
      expect(observedOrder(refundRate, { ofReferrer }, [], set)).toBeUndefined();
    }),
  );
});
