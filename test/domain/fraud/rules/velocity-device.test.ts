import { describe, expect, it } from 'vitest';
import { velocityDevice } from '../../../../shared/domain/fraud/rules/velocity-device.ts';
import { observed, usedAgo } from '../signals.ts';

describe('many sign-ups on one device', () => {
  const uses = { ip: [], device: [], payment: [] };

  it('is found from the limit on, this sign-up included', () => {
    const measures = { limit: 3, seconds: 60 };
    expect(observed(velocityDevice, { uses: { ...uses, device: usedAgo([30, 10]) } }, measures)).toEqual({
      signUps: 3,
      seconds: 60,
    });
    expect(observed(velocityDevice, { uses: { ...uses, device: usedAgo([10]) } }, measures)).toBeUndefined();
  });

  it('forgets what lies before the window', () => {
    const measures = { limit: 3, seconds: 60 };
    expect(
      observed(velocityDevice, { uses: { ...uses, device: usedAgo([60, 10]) } }, measures),
    ).toBeUndefined();
    expect(
      observed(velocityDevice, { uses: { ...uses, device: usedAgo([59.9, 10]) } }, measures),
    ).toBeDefined();
  });

  it('begins with a usual measure', () => {
    expect(observed(velocityDevice, { uses: { ...uses, device: usedAgo([9, 8]) } })).toBeUndefined();
    expect(
      observed(velocityDevice, { uses: { ...uses, device: usedAgo([9, 8, 7, 6, 5, 4, 3]) } }),
    ).toBeDefined();
  });
});
