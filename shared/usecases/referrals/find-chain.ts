import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { type Edge, edgeOf, uplineThrough } from '../../domain/referrals/upline.ts';

export interface FindChainPorts {
  findReferralOf(programId: string, refereeId: string): Promise<Referral | undefined>;
}

/** Where somebody would come to stand whom a referrer brings. */
export interface Chain {
  /** What the referral keeps: the referrer, who invited them, and so on, at most ten. */
  readonly upline: readonly string[];
  /** Everybody above the referrer, as far as it matters whether the new one is among them. */
  readonly aboveReferrer: readonly string[];
  /** What must still be so when the referral is stored: who invited the referrer, and whoever was looked at above. */
  readonly unchanged: readonly Edge[];
}

/** A chain that is longer than this is not searched: each level is a read, and a check of the transaction. */
export const mostLevels = 75;

/**
 * Finds the chain above a referrer. Of somebody who was no participant until now only what was stored with the
 * referrer is looked at: they can have invited nobody, so that no cycle can close. Else the referrals are walked up to
 * the one at the top, and all that were seen must be as they were when the new one is stored: so there is a moment at
 * which the chain is this one. See docs/decisions/0010-upline-is-stored.md.
 *
 * @param isNew whether the one who is brought is created with the referral
 */
export async function findChain(
  ports: FindChainPorts,
  programId: string,
  referrerId: string,
  isNew: boolean,
): Promise<Chain | Refusal> {
  const ofReferrer = await ports.findReferralOf(programId, referrerId);
  const upline = uplineThrough(referrerId, ofReferrer);
  const first = edgeOf(referrerId, ofReferrer);
  if (isNew) return { upline, aboveReferrer: [], unchanged: [first] };
  const unchanged = await walkUp(ports, programId, first);
  if (unchanged === undefined) return refuse('upline_too_long');
  // Who stood above in what is kept may not any more: nobody comes to stand above themselves there either.
  const seen = unchanged.flatMap(({ referrerId: above }) => above ?? []);
  return { upline, aboveReferrer: [...new Set([...seen, ...upline.slice(1)])], unchanged };
}

/** The edges from one up to the top; undefined if that is out of reach. */
async function walkUp(
  ports: FindChainPorts,
  programId: string,
  first: Edge,
): Promise<readonly Edge[] | undefined> {
  const edges = [first];
  for (let at = first.referrerId; at !== undefined; at = edges.at(-1)?.referrerId) {
    if (edges.length > mostLevels) return undefined;
    edges.push(edgeOf(at, await ports.findReferralOf(programId, at)));
  }
  return edges;
}
