import { describe, expect, it } from 'vitest';
import { sharedCluster } from '../../../../shared/domain/fraud/rules/shared-cluster.ts';
import { honest, observed, unknown, usedAgo } from '../signals.ts';

describe('a cluster of referrers', () => {
  it('is found on one device, and with one means of payment', () => {
    const seen = usedAgo([20, 10], ['c1', 'd1']);
    const device = { ...honest.uses, device: seen };
    const payment = { ...honest.uses, payment: seen };
    expect(observed(sharedCluster, { uses: device })).toEqual({ kind: 'device', referrers: 3 });
    expect(observed(sharedCluster, { uses: payment })).toEqual({ kind: 'payment', referrers: 3 });
    expect(observed(sharedCluster, { uses: device, referee: unknown.referee })).toBeUndefined();
  });

  it('is none of one referrer, however many they bring', () => {
    const uses = { ...honest.uses, device: usedAgo([5, 4, 3, 2, 1]) };
    expect(observed(sharedCluster, { uses })).toBeUndefined();
  });
});
