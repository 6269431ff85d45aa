import type { FraudRule } from '../rule.ts';

/**
 * The click that brought the sign-up was a machine's. Not that of a scanner or a prefetch: previews, mail gateways and
 * browsers pass the address on to which they were led, with their click in it, and people sign up there.
 */
export const botClick: FraudRule = {
  ruleId: 'bot_click',
  needs: [],
  score: 30,
  action: 'flag',
  measures: {},
  observe: ({ click }) =>
    click?.kind === 'bot' ? { reason: "The click was a machine's", evidence: {} } : undefined,
};
