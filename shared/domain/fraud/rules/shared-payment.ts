import type { FraudRule } from '../rule.ts';

/** Others have signed up with the same means of payment. */
export const sharedPayment: FraudRule = {
  ruleId: 'shared_payment',
  needs: ['payment'],
  score: 50,
  action: 'flag',
  measures: { limit: 3 },
  observe({ uses, referee }, { limit = 0 }) {
    if (referee.payment === undefined) return undefined;
    const users = new Set(uses.payment.map(({ user }) => user)).add(referee.name).size;
    if (users < limit) return undefined;
    return { reason: 'Several users share a means of payment', evidence: { users } };
  },
};
