import type { FraudRule } from '../rule.ts';

/** The click was bought as an advertisement, maybe for the name of the very brand that pays for it. */
export const paidTraffic: FraudRule = {
  ruleId: 'paid_traffic',
  needs: [],
  score: 30,
  action: 'flag',
  // Not Facebook's: it marks what people share as well.
  measures: { networks: ['google', 'microsoft', 'tiktok', 'x', 'linkedin', 'reddit', 'other'] },
  observe({ click }, { networks = [] }) {
    const network = click?.adNetwork;
    if (network === undefined || !networks.includes(network)) return undefined;
    return { reason: 'The click came from an advertisement', evidence: { network } };
  },
};
