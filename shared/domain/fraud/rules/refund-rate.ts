import type { OrderCounts, OrderSignals } from '../order-signals.ts';
import type { FraudRule, Measures } from '../rule.ts';

/**
 * A referrer whose referees give back what they buy. Off unless set: counting costs a write an order, and judging a
 * read.
 */
export const refundRate: FraudRule<OrderSignals> = {
  ruleId: 'refund_rate',
  needs: [],
  score: 40,
  action: 'off',
  measures: { limit: 20, percent: 50 },
  observe({ ofReferrer }, { limit = 0, percent = 0 }) {
    if (ofReferrer === undefined || ofReferrer.orders < limit) return undefined;
    const { orders, refundedOrders } = ofReferrer;
    if (refundedOrders * 100 < percent * orders) return undefined;
    return {
      reason: 'Many orders of those whom the referrer brought are refunded, cancelled or charged back',
      evidence: { orders, refundedOrders },
    };
  },
};

/**
 * Counts of a referrer with which the rule finds nothing in an event that is added to them: `fewOrders` at the most, or
 * `orders` at the least and `mostRefunded` of them at the most.
 */
export interface QuietCounts {
  readonly fewOrders: number;
  readonly orders: number;
  readonly mostRefunded: number;
}

/**
 * How far the counts may have moved meanwhile for an event in which the rule found nothing.
 *
 * @param before the counts as they were read
 * @param after … with the event
 */
export function quietCounts(
  before: OrderCounts,
  after: OrderCounts,
  { limit = 0, percent = 0 }: Measures,
): QuietCounts {
  const refunded = Math.ceil((percent * after.orders) / 100) - 1;
  return {
    fewOrders: limit - 1 - (after.orders - before.orders),
    orders: before.orders,
    mostRefunded: refunded - (after.refundedOrders - before.refundedOrders),
  };
}
