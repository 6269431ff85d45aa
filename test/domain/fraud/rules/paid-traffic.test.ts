import { describe, expect, it } from 'vitest';
import type { AdNetwork } from '../../../../shared/domain/clicks/ad-network.ts';
import { paidTraffic } from '../../../../shared/domain/fraud/rules/paid-traffic.ts';
import { now, observed, unknown } from '../signals.ts';

const from = (adNetwork: AdNetwork) => ({ click: { at: now - 60_000, kind: 'human' as const, adNetwork } });

describe('a click that was bought', () => {
  it('is found by its network', () => {
    expect(observed(paidTraffic, from('google'))).toEqual({ network: 'google' });
    expect(observed(paidTraffic, from('other'))).toEqual({ network: 'other' });
    expect(observed(paidTraffic, {})).toBeUndefined();
    expect(observed(paidTraffic, unknown)).toBeUndefined();
  });

  it('is not made of what is shared on Facebook, unless the program says', () => {
    expect(observed(paidTraffic, from('facebook'))).toBeUndefined();
    expect(observed(paidTraffic, from('facebook'), { networks: ['facebook'] })).toEqual({
      network: 'facebook',
    });
    expect(observed(paidTraffic, from('google'), { networks: ['facebook'] })).toBeUndefined();
  });
});
