import type { OrderSignals } from '../order-signals.ts';
import type { FraudRule } from '../rule.ts';

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
