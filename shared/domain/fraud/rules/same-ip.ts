import type { FraudRule } from '../rule.ts';

/** Both were seen from the same address. */
export const sameIp: FraudRule = {
  ruleId: 'same_ip',
  needs: [],
  score: 20,
  action: 'flag',
  measures: {},
  observe: ({ referrer, referee }) =>
    referee.ip !== undefined && referee.ip === referrer.ip
      ? { reason: 'Referrer and referee were seen from the same address', evidence: {} }
      : undefined,
};
