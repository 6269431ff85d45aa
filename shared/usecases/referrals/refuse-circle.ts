import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Chain } from './find-chain.ts';

/** Refuses to put a user below themselves. */
export function refuseCircle(referrerId: string, refereeId: string, chain: Chain): Refusal | undefined {
  if (referrerId === refereeId) return refuse('self_referral');
  return chain.aboveReferrer.includes(refereeId) ? refuse('referral_cycle') : undefined;
}
