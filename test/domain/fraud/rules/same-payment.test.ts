import { describe, expect, it } from 'vitest';
import { samePayment } from '../../../../shared/domain/fraud/rules/same-payment.ts';
import { honest, observed, unknown } from '../signals.ts';

describe('the same means of payment', () => {
  it('is found where both are known and alike', () => {
    const referee = { ...honest.referee, payment: honest.referrer.payment ?? '' };
    expect(observed(samePayment, { referee })).toEqual({});
    expect(observed(samePayment, {})).toBeUndefined();
  });

  it('is not made of what is not known', () => {
    expect(observed(samePayment, unknown)).toBeUndefined();
    expect(observed(samePayment, { referee: unknown.referee })).toBeUndefined();
    expect(observed(samePayment, { referrer: unknown.referrer })).toBeUndefined();
  });
});
