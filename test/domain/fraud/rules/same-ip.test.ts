import { describe, expect, it } from 'vitest';
import { sameIp } from '../../../../shared/domain/fraud/rules/same-ip.ts';
import { honest, observed, unknown } from '../signals.ts';

describe('the same address', () => {
  it('is found where both are known and alike', () => {
    const referee = { ...honest.referee, ip: honest.referrer.ip ?? '' };
    expect(observed(sameIp, { referee })).toEqual({});
    expect(observed(sameIp, {})).toBeUndefined();
  });

  it('tells whether the browser is the same as well, where both are known', () => {
    const seen = (agent: string) => ({ ...honest.referee, ip: honest.referrer.ip ?? '', agent });
    const referrer = { ...honest.referrer, agent: 'a browser' };
    expect(observed(sameIp, { referrer, referee: seen('a browser') })).toEqual({ browser: 'the same' });
    expect(observed(sameIp, { referrer, referee: seen('a phone') })).toEqual({ browser: 'another' });
    expect(observed(sameIp, { referee: seen('a browser') })).toEqual({});
    const { agent: _, ...unseen } = seen('a browser');
    expect(observed(sameIp, { referrer, referee: unseen })).toEqual({});
  });

  it('is not made of what is not known', () => {
    expect(observed(sameIp, unknown)).toBeUndefined();
    expect(observed(sameIp, { referee: unknown.referee })).toBeUndefined();
    expect(observed(sameIp, { referrer: unknown.referrer })).toBeUndefined();
  });
});
