import type { FraudRule } from '../rule.ts';

/** One mailbox, however its address is written. */
export const sameEmail: FraudRule = {
  ruleId: 'same_email',
  needs: [],
  score: 100,
  action: 'reject',
  measures: {},
  observe: ({ referrer, referee }) =>
    referee.email !== undefined && referee.email === referrer.email
      ? { reason: 'Referrer and referee have the same mailbox', evidence: {} }
      : undefined,
};
