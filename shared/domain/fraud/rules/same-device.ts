import type { FraudRule } from '../rule.ts';
import type { People } from '../signals.ts';

/** Both were seen on the same device. */
export const sameDevice: FraudRule<People> = {
  ruleId: 'same_device',
  needs: [],
  score: 50,
  action: 'flag',
  measures: {},
  observe: ({ referrer, referee }) =>
    referee.device !== undefined && referee.device === referrer.device
      ? { reason: 'Referrer and referee were seen on the same device', evidence: {} }
      : undefined,
};
