import type { FraudRule } from '../rule.ts';
import { observeVelocity } from '../velocity.ts';

/** Many come by one code in a short time: it may stand on a site for coupons. */
export const velocityCode: FraudRule = {
  ruleId: 'velocity_code',
  needs: ['brought'],
  score: 20,
  action: 'flag',
  measures: { limit: 10, seconds: 300 },
  observe: (signals, measures) =>
    observeVelocity(
      'by one code',
      signals,
      signals.brought.filter(({ code }) => code === signals.code),
      measures,
    ),
};
