import { describe, expect, it } from 'vitest';
import { selfReferral } from '../../../../shared/domain/fraud/rules/self-referral.ts';
import { honest, observed } from '../signals.ts';

describe('the same user', () => {
  it('is found by the user id, as it is written', () => {
    expect(observed(selfReferral, { referee: { ...honest.referee, userId: 'alice' } })).toEqual({});
    expect(observed(selfReferral, { referee: { ...honest.referee, userId: 'Alice' } })).toBeUndefined();
    expect(observed(selfReferral, {})).toBeUndefined();
  });
});
