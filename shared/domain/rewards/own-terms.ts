import type { Program, Rule } from '../programs/program.ts';
import type { Referral } from '../referrals/referral.ts';
import type { Beneficiary } from './admission.ts';
import type { Fact } from './fact.ts';

/** A referrer's policy stands in place of the limit of the rules that pay the referrer. */
export function limitOf(rule: Rule, placed: Fact, referral: Referral): number | null {
  const own = placed.terms.standings?.[referral.referrerId]?.triggerLimit;
  const isReferrers = rule.side === 'referrer' || rule.side === 'both' || rule.level === 1;
  return own === undefined || !isReferrers ? rule.limitPerReferee : own;
}

/** A rate for the order's coupon goes before one for the link's code, and that before the referrer's policy. */
export function rateOf(
  rule: Rule,
  beneficiary: Beneficiary,
  placed: Fact,
  program: Program,
  referral: Referral,
): string | undefined {
  if (beneficiary.level !== 1 || rule.kind === 'points') return undefined;
  const ofCoupon = program.rates.find((one) => 'coupon' in one && one.coupon === placed.coupon);
  const ofCode = program.rates.find((one) => 'code' in one && one.code.toLowerCase() === referral.code);
  return ofCoupon?.rate ?? ofCode?.rate ?? placed.terms.standings?.[beneficiary.userId]?.rate;
}
