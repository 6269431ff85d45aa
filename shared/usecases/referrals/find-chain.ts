import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { stands, uplineThrough } from '../../domain/referrals/upline.ts';

export interface FindChainPorts {
  findReferralOf(programId: string, refereeId: string): Promise<Referral | undefined>;
}

/** Where somebody would come to stand whom a referrer brings. */
export interface Chain {
  /** What the referral keeps: the referrer, who invited them, and so on, at most ten. */
  readonly upline: readonly string[];
  /** Everybody above the referrer, as far as it matters whether the new one is among them. */
  readonly aboveReferrer: readonly string[];
  /** What must still be so when the referral is stored: whose own referral stands, and whose does not. */
  readonly unchanged: readonly { readonly userId: string; readonly stands: boolean }[];
}

/** A chain that is longer than this is not searched: each level is a read. */
export const mostLevels = 1000;

/**
 * Finds the chain above a referrer. Of somebody who was no participant until now only what was stored with the
 * referrer is looked at: they can have invited nobody, so that no cycle can close. Else the referrals are walked up to
 * the one at the top, who must still be without a referral when the new one is stored: edges are never bent, so that
 * nothing else can have closed a cycle meanwhile. See docs/decisions/0010-upline-is-stored.md.
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
  const referrer = { userId: referrerId, stands: stands(ofReferrer) };
  if (isNew || !referrer.stands) return { upline, aboveReferrer: [], unchanged: [referrer] };
  const aboveReferrer = await walkUp(ports, programId, ofReferrer);
  const top = aboveReferrer.at(-1);
  if (top === undefined) return refuse('upline_too_long');
  return { upline, aboveReferrer, unchanged: [referrer, { userId: top, stands: false }] };
}

/** Everybody from the referrer of a referral to the top; nobody if the top is out of reach. */
async function walkUp(
  ports: FindChainPorts,
  programId: string,
  from: Referral | undefined,
): Promise<readonly string[]> {
  const above: string[] = [];
  let referral = from;
  while (referral !== undefined && stands(referral)) {
    if (above.length === mostLevels) return [];
    above.push(referral.referrerId);
    referral = await ports.findReferralOf(programId, referral.referrerId);
  }
  return above;
}
