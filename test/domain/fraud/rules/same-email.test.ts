import { describe, expect, it } from 'vitest';
import { sameEmail } from '../../../../shared/domain/fraud/rules/same-email.ts';
import { honest, observed, unknown } from '../signals.ts';

describe('the same mailbox', () => {
  it('is found where both are known and alike', () => {
    const referee = { ...honest.referee, email: honest.referrer.email ?? '' };
    expect(observed(sameEmail, { referee })).toEqual({});
    expect(observed(sameEmail, {})).toBeUndefined();
  });

  it('is not made of what is not known', () => {
    expect(observed(sameEmail, unknown)).toBeUndefined();
    expect(observed(sameEmail, { referee: unknown.referee })).toBeUndefined();
    expect(observed(sameEmail, { referrer: unknown.referrer })).toBeUndefined();
  });
});
