import type { Hasher } from '../system.ts';

/** The key by which click tokens are signed: derived from the deployment's secret, for this alone. */
export function clickTokenKey(hasher: Pick<Hasher, 'lasting'>): string {
  return hasher.lasting('click-token-key', 'p1');
}

/** The name under which clicks of a visitor are kept, whom the customer knows by an id of their own. */
export function visitorKeyOf(hasher: Pick<Hasher, 'lasting'>, programId: string, visitorId: string): string {
  return hasher.lasting('visitor-id', `${programId}\n${visitorId}`);
}
