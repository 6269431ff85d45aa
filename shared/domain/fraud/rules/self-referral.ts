import type { FraudRule } from '../rule.ts';

/** Somebody brings themselves. */
export const selfReferral: FraudRule = {
  ruleId: 'self_referral',
  needs: [],
  score: 100,
  action: 'reject',
  measures: {},
  isFixed: true,
  observe: ({ referrer, referee }) =>
    referrer.userId === referee.userId
      ? { reason: 'Referrer and referee are the same user', evidence: {} }
      : undefined,
};
