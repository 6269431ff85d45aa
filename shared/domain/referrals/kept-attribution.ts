import type { Attribution, AttributionRule, Carrier, JudgedCandidate } from './attribute.ts';
import type { Referral } from './referral.ts';

type Credited = Pick<Referral, 'code' | 'clickId' | 'referrerId'>;

/**
 * An attribution as it is kept with its referral: what the two share is left out, so that a sign-up for which one thing
 * spoke is a few bytes more.
 */
export interface KeptAttribution {
  readonly by: Carrier;
  readonly at?: string;
  readonly rule?: Exclude<AttributionRule, 'only_candidate'>;
  /** Those that the referral was not earned by. */
  readonly others?: readonly JudgedCandidate[];
}

/** Leaves out of an attribution what its referral says. */
export function packAttribution({ by, rule, candidates }: Attribution, referral: Credited): KeptAttribution {
  const earner = candidates.find((one) => isEarner(one, by, referral));
  const others = candidates.filter((one) => one !== earner);
  return {
    by,
    ...(earner?.at !== undefined && { at: earner.at }),
    ...(rule !== 'only_candidate' && { rule }),
    ...(others.length > 0 && { others }),
  };
}

/** The attribution as it was packed; the candidate that earned the referral comes first. */
export function unpackAttribution(kept: KeptAttribution, referral: Credited): Attribution {
  const { by, at, rule = 'only_candidate', others = [] } = kept;
  const { code, clickId, referrerId } = referral;
  const earner: JudgedCandidate = {
    by,
    ...(clickId !== undefined && { clickId }),
    ...(at !== undefined && { at }),
    code,
    referrerId,
    outcome: rule === 'self_only' ? 'self' : 'won',
  };
  return { by, rule, candidates: [earner, ...others] };
}

function isEarner(candidate: JudgedCandidate, by: Carrier, { code, clickId }: Credited): boolean {
  const { outcome } = candidate;
  const earned = outcome === 'won' || outcome === 'self';
  return earned && candidate.by === by && candidate.code === code && candidate.clickId === clickId;
}
