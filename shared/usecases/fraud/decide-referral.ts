import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import { caseByHand, type Review, reviewIdOf } from '../../domain/fraud/review.ts';
import { refereeKeyOf } from '../../domain/ids.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { isoTime } from '../system.ts';
import { type DecideCasePorts, type Deciding, decideCase, type FoundCase } from './decide-case.ts';

export interface DecideReferralPorts extends DecideCasePorts {
  findReferral(referralId: string): Promise<Referral | undefined>;
}

/** What an operator makes of a referral. */
export type ReferralDeciding = Deciding & { readonly decision: 'approve' | 'reject' };

/** A referral, with its case if it is one. */
export interface DecidedReferral {
  readonly referral: Referral;
  readonly review?: Review;
}

/**
 * Approves or rejects any referral by hand. Where it is a case, that is decided; where it is none, rejecting opens one in
 * the same step, so that it is undone as any other. To approve what is neither held nor rejected, and no case, changes
 * nothing.
 */
export async function decideReferral(
  ports: DecideReferralPorts,
  referralId: string,
  deciding: ReferralDeciding,
): Promise<DecidedReferral | Refusal> {
  const review = await decideCase(ports, deciding, () => findCase(ports, referralId, deciding));
  if (review !== undefined && isRefusal(review)) return review;
  const referral = await ports.findReferral(referralId);
  if (referral === undefined) return refuse('referral_not_found');
  return { referral, ...(review !== undefined && { review }) };
}

async function findCase(
  ports: DecideReferralPorts,
  referralId: string,
  { decision }: ReferralDeciding,
): Promise<FoundCase | Refusal | undefined> {
  const [referral, stored] = await Promise.all([
    ports.findReferral(referralId),
    ports.findReview(reviewIdOf(refereeKeyOf(referralId))),
  ]);
  if (referral === undefined) return refuse('referral_not_found');
  if (stored !== undefined && stored.state !== 'reassigned') return { review: stored, stored };
  const review = caseByHand(referral, stored, isoTime(ports.now()));
  return decision === 'approve' && review.origin === 'manual' ? undefined : { review, stored };
}
