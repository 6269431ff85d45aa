import { describe, expect, it } from 'vitest';
import { velocityIp } from '../../../../shared/domain/fraud/rules/velocity-ip.ts';
import { observed, usedAgo } from '../signals.ts';

describe('many sign-ups from one address', () => {
  const uses = { ip: [], device: [], payment: [] };

  it('is found from the limit on, this sign-up included', () => {
    const measures = { limit: 3, seconds: 60 };
    expect(observed(velocityIp, { uses: { ...uses, ip: usedAgo([30, 10]) } }, measures)).toEqual({
      signUps: 3,
      seconds: 60,
    });
    expect(observed(velocityIp, { uses: { ...uses, ip: usedAgo([10]) } }, measures)).toBeUndefined();
  });

  it('forgets what lies before the window', () => {
    const measures = { limit: 3, seconds: 60 };
    expect(observed(velocityIp, { uses: { ...uses, ip: usedAgo([60, 10]) } }, measures)).toBeUndefined();
    expect(observed(velocityIp, { uses: { ...uses, ip: usedAgo([59.9, 10]) } }, measures)).toBeDefined();
  });

  it('begins with a usual measure', () => {
    expect(observed(velocityIp, { uses: { ...uses, ip: usedAgo([9, 8]) } })).toBeUndefined();
    expect(observed(velocityIp, { uses: { ...uses, ip: usedAgo([9, 8, 7, 6, 5, 4, 3]) } })).toBeDefined();
  });
});
