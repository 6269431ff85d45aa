import type { FraudRule } from '../rule.ts';

/** The sign-up itself was sent by a machine, as its user agent says. */
export const botSignUp: FraudRule = {
  ruleId: 'bot_sign_up',
  needs: [],
  score: 40,
  action: 'flag',
  measures: {},
  observe: ({ sentBy }) =>
    sentBy === 'bot' || sentBy === 'scanner'
      ? { reason: 'The sign-up was sent by a machine', evidence: { kind: sentBy } }
      : undefined,
};
