import { describe, expect, it } from 'vitest';
import { sameDevice } from '../../../../shared/domain/fraud/rules/same-device.ts';
import { honest, observed, unknown } from '../signals.ts';

describe('the same device', () => {
  it('is found where both are known and alike', () => {
    const referee = { ...honest.referee, device: honest.referrer.device ?? '' };
    expect(observed(sameDevice, { referee })).toEqual({});
    expect(observed(sameDevice, {})).toBeUndefined();
  });

  it('is not made of what is not known', () => {
    expect(observed(sameDevice, unknown)).toBeUndefined();
    expect(observed(sameDevice, { referee: unknown.referee })).toBeUndefined();
    expect(observed(sameDevice, { referrer: unknown.referrer })).toBeUndefined();
  });
});
