import type { FraudRule } from '../rule.ts';
import { observeVelocity } from '../velocity.ts';

/** Many sign up from one address in a short time. So do students of one campus. */
export const velocityIp: FraudRule = {
  ruleId: 'velocity_ip',
  needs: ['ip'],
  score: 20,
  action: 'flag',
  measures: { limit: 5, seconds: 600 },
  observe: (signals, measures) => observeVelocity('from one address', signals, signals.uses.ip, measures),
};
