import type { FraudRule } from '../rule.ts';

/** Nobody reads a page and fills in a form that fast. */
export const fastSignUp: FraudRule = {
  ruleId: 'fast_sign_up',
  needs: [],
  score: 20,
  action: 'flag',
  measures: { seconds: 2 },
  observe({ click, now }, { seconds = 0 }) {
    if (click === undefined || now - click.at >= seconds * 1000) return undefined;
    return {
      reason: 'The sign-up came too soon after the click',
      evidence: { milliseconds: Math.max(0, now - click.at) },
    };
  },
};
