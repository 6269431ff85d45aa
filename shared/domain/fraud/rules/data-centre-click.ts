import { hostingNetworks } from '../hosting-networks.ts';
import type { FraudRule } from '../rule.ts';

/**
 * The click came from a network of rented servers, as the edge names it. Flags only unless set: some companies send
 * their people out through one.
 */
export const dataCentreClick: FraudRule = {
  ruleId: 'data_centre_click',
  needs: [],
  score: 30,
  action: 'flag',
  measures: { asns: Object.keys(hostingNetworks).map(Number) },
  observe({ click }, { asns = [], moreAsns = [] }) {
    const asn = click?.asn;
    if (asn === undefined || !(asns.includes(asn) || moreAsns.includes(asn))) return undefined;
    const network = hostingNetworks[asn];
    return {
      reason: 'The click came from a data centre',
      evidence: { asn, ...(network !== undefined && { network }) },
    };
  },
};
