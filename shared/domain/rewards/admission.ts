import type { Rule } from '../programs/program.ts';
import type { Referral } from '../referrals/referral.ts';
import { fieldsOf, holds } from '../rules/conditions.ts';
import type { CalculatedReward, Fact } from './fact.ts';
import { monthsAfter } from './hold.ts';
import { isChangeable, occasionFacts } from './occasion-facts.ts';
import { needsAmount } from './reward-amount.ts';
import type { Credited } from './tenures.ts';

/** Somebody whom a rule pays. */
export interface Beneficiary {
  readonly userId: string;
  /** Steps above the referee; undefined: the referee. */
  readonly level?: number;
}

/** Whom a rule pays; undefined for a level that nobody stands at, or whose rewards were taken back for ever. */
export function beneficiariesOf(rule: Rule, referral: Credited): readonly (Beneficiary | undefined)[] {
  const above = referral.isForfeited ? [] : referral.upline;
  const referrer = referral.isForfeited ? undefined : { userId: referral.referrerId, level: 1 };
  const referee = { userId: referral.refereeId };
  if (rule.side === 'referrer') return [referrer];
  if (rule.side === 'referee') return [referee];
  if (rule.side === 'both') return [referrer, referee];
  const level = rule.level ?? 1;
  const userId = above[level - 1];
  return [userId === undefined ? undefined : { userId, level }];
}

/**
 * Why a payment is none for a rule and a beneficiary, by itself: whatever else becomes known, it stays none. That is
 * why the journal can do without it.
 */
export function objectionTo(
  placing: Fact,
  rule: Rule,
  beneficiary: Beneficiary,
  referral: Referral,
): string | undefined {
  if (placing.terms.standings?.[beneficiary.userId]?.inactive) return 'beneficiary_inactive';
  if (placing.paymentMethod !== undefined && rule.excludedPaymentMethods.includes(placing.paymentMethod)) {
    return 'payment_method_excluded';
  }
  if (rule.months !== null && placing.at >= monthsAfter(referral.createdAt, rule.months)) {
    return 'months_over';
  }
  if (needsAmount(rule) && !saysItsAmount(placing, rule)) return 'event_has_no_amount';
  return meetsAlone(placing, rule, referral) ? undefined : 'condition_not_met';
}

function saysItsAmount({ amount, currency }: Fact, { kind }: Rule): boolean {
  return amount !== undefined && (currency !== undefined || kind === 'points');
}

/** Conditions on what later facts can change, and those of an order paid in parts, are for the whole order to meet. */
function meetsAlone(placing: Fact, { conditions }: Rule, referral: Referral): boolean {
  if (placing.paymentId !== undefined || fieldsOf(conditions).some(isChangeable)) return true;
  return holds(conditions, occasionFacts(placing, referral, undefined, undefined));
}

/** Whose a reward is that the customer's own calculation gave. */
export function beneficiaryOf({ side }: CalculatedReward, { referrerId, refereeId }: Referral): string {
  return side === 'referrer' ? referrerId : refereeId;
}

/** Whoever was deactivated when a payment came earns nothing by it. */
export function mayEarn({ terms }: Fact, given: CalculatedReward, referral: Credited): boolean {
  if (referral.isForfeited && given.side === 'referrer') return false;
  return terms.standings?.[beneficiaryOf(given, referral)]?.inactive !== true;
}
