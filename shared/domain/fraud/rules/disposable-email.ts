import type { FraudRule } from '../rule.ts';

/** An address that is made to be thrown away. */
export const disposableEmail: FraudRule = {
  ruleId: 'disposable_email',
  needs: [],
  score: 40,
  action: 'flag',
  measures: {},
  observe: ({ isDisposable }) =>
    isDisposable ? { reason: 'The e-mail address is of a disposable kind', evidence: {} } : undefined,
};
