import type { FraudRule } from '../rule.ts';

/** The click that brought the sign-up was a machine's. */
export const botClick: FraudRule = {
  ruleId: 'bot_click',
  needs: [],
  score: 30,
  action: 'flag',
  measures: {},
  observe: ({ click }) =>
    click?.kind === 'bot' ? { reason: "The click was a machine's", evidence: {} } : undefined,
};
