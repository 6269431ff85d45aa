import type { FraudRule } from '../rule.ts';
import type { People } from '../signals.ts';

/** Both were seen with the same means of payment. */
export const samePayment: FraudRule<People> = {
  ruleId: 'same_payment',
  needs: [],
  score: 60,
  action: 'flag',
  measures: {},
  observe: ({ referrer, referee }) =>
    referee.payment !== undefined && referee.payment === referrer.payment
      ? { reason: 'Referrer and referee were seen with the same means of payment', evidence: {} }
      : undefined,
};
