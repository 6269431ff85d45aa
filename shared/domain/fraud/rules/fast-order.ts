import type { OrderSignals } from '../order-signals.ts';
import type { FraudRule } from '../rule.ts';

/** An order right after the sign-up. Off unless set: in shops whose checkout makes the account it is the usual thing. */
export const fastOrder: FraudRule<OrderSignals> = {
  ruleId: 'fast_order',
  needs: [],
  score: 20,
  action: 'off',
  measures: { seconds: 60 },
  observe({ event, referral }, { seconds = 0 }) {
    const after = Date.parse(event.at) - Date.parse(referral.createdAt);
    if (event.type !== 'order.paid' || after < 0 || after >= seconds * 1000) return undefined;
    return { reason: 'The order came too soon after the sign-up', evidence: { milliseconds: after } };
  },
};
