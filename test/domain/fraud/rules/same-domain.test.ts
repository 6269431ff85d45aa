import { describe, expect, it } from 'vitest';
import { sameDomain } from '../../../../shared/domain/fraud/rules/same-domain.ts';
import { honest, observed, unknown } from '../signals.ts';

describe('the same company', () => {
  it('is found where both are known and alike', () => {
    const referee = { ...honest.referee, companyDomain: honest.referrer.companyDomain ?? '' };
    expect(observed(sameDomain, { referee })).toEqual({});
    expect(observed(sameDomain, {})).toBeUndefined();
  });

  it('is found where the mailboxes are not known', () => {
    const { email: _, ...referee } = {
      ...honest.referee,
      companyDomain: honest.referrer.companyDomain ?? '',
    };
    const { email: __, ...referrer } = honest.referrer;
    expect(observed(sameDomain, { referee, referrer })).toEqual({});
  });

  it('says nothing more of one mailbox', () => {
    expect(observed(sameDomain, { referee: honest.referrer })).toBeUndefined();
  });

  it('is not made of what is not known', () => {
    expect(observed(sameDomain, unknown)).toBeUndefined();
    expect(observed(sameDomain, { referee: unknown.referee })).toBeUndefined();
    expect(observed(sameDomain, { referrer: unknown.referrer })).toBeUndefined();
  });
});
