/** What is known of the two people when a sign-up is reported. */
export interface ReferralEvidence {
  readonly referrerId: string;
  readonly refereeId: string;
  /** Keyed hashes of the normalised e-mail addresses, where known. */
  readonly referrerEmail: string | undefined;
  readonly refereeEmail: string | undefined;
  /** Everybody above the referrer: who invited them, who invited that one, and so on. */
  readonly uplineIds: readonly string[];
}

/** The fraud rules that reject a referral; empty: none does. */
export function judgeReferral(evidence: ReferralEvidence): readonly string[] {
  const reasons: string[] = [];
  if (evidence.referrerId === evidence.refereeId) reasons.push('self_referral');
  if (evidence.refereeEmail !== undefined && evidence.refereeEmail === evidence.referrerEmail) {
    reasons.push('same_email');
  }
  if (evidence.uplineIds.includes(evidence.refereeId)) reasons.push('cycle');
  return reasons;
}
