import type { FraudRule } from '../rule.ts';
import { observeVelocity } from '../velocity.ts';

/** Many sign up on one device. A family may do so, a few times. */
export const velocityDevice: FraudRule = {
  ruleId: 'velocity_device',
  needs: ['device'],
  score: 40,
  action: 'flag',
  measures: { limit: 4, seconds: 86_400 },
  observe: (signals, measures) => observeVelocity('on one device', signals, signals.uses.device, measures),
};
