import type { OrderSignals } from '../order-signals.ts';
import type { FraudRule } from '../rule.ts';

/** One referee with coupon after coupon. Counted are the orders that the journal keeps: those that a rule can take. */
export const tooManyCoupons: FraudRule<OrderSignals> = {
  ruleId: 'too_many_coupons',
  needs: [],
  score: 20,
  action: 'flag',
  measures: { limit: 3, seconds: 2_592_000 },
  observe({ event, facts }, { limit = 0, seconds = 0 }) {
    if (event.type !== 'order.paid' || event.coupon === undefined) return undefined;
    const since = Date.parse(event.at) - seconds * 1000;
    const orders = facts.filter(({ type, at }) => type === event.type && Date.parse(at) > since);
    const coupons = new Set([event, ...orders].flatMap(({ coupon }) => coupon?.toLowerCase() ?? [])).size;
    if (coupons < limit) return undefined;
    return { reason: 'One user orders with many coupons', evidence: { coupons, seconds } };
  },
};
