import type { FraudRule } from '../rule.ts';

/** A device or a means of payment that was brought by several referrers: they may be one. */
export const sharedCluster: FraudRule = {
  ruleId: 'shared_cluster',
  needs: ['device', 'payment'],
  score: 50,
  action: 'flag',
  measures: { limit: 3 },
  observe({ uses, referrer, referee }, { limit = 0 }) {
    for (const kind of ['device', 'payment'] as const) {
      if (referee[kind] === undefined) continue;
      const referrers = new Set(uses[kind].map((use) => use.referrer)).add(referrer.name).size;
      if (referrers >= limit) {
        return {
          reason: 'Several referrers bring one device or means of payment',
          evidence: { kind, referrers },
        };
      }
    }
    return undefined;
  },
};
