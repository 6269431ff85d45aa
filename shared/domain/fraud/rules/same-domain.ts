import type { FraudRule } from '../rule.ts';

/** Both have addresses of one company, or of one's own domain, but not one mailbox: colleagues, or one person with many mailboxes. */
export const sameDomain: FraudRule = {
  ruleId: 'same_domain',
  needs: [],
  score: 20,
  action: 'flag',
  measures: {},
  observe: ({ referrer, referee }) =>
    referee.companyDomain !== undefined &&
    referee.companyDomain === referrer.companyDomain &&
    (referee.email === undefined || referee.email !== referrer.email)
      ? { reason: 'Referrer and referee have addresses of one company', evidence: {} }
      : undefined,
};
