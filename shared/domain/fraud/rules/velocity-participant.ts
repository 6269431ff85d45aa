import type { FraudRule } from '../rule.ts';
import { observeVelocity } from '../velocity.ts';

/** One participant brings many in a short time. A post that goes viral does that too. */
export const velocityParticipant: FraudRule = {
  ruleId: 'velocity_participant',
  needs: ['brought'],
  score: 20,
  action: 'flag',
  measures: { limit: 15, seconds: 600 },
  observe: (signals, measures) => observeVelocity('by one referrer', signals, signals.brought, measures),
};
