import type { Bucket } from '../money/balance.ts';
import { rounded, times, whole } from '../money/ratio.ts';
import type { Program, RewardKind, Rule } from '../programs/program.ts';
import type { Referral } from '../referrals/referral.ts';
import { fieldsOf, holds } from '../rules/conditions.ts';
import { budgetCounter, type CounterLimit, capCounter } from './counter.ts';
import { changesOrder } from './event.ts';
import type { Fact } from './fact.ts';
import { bucketFor, monthsAfter } from './hold.ts';
import { balanceKindOf, rewardKey } from './journal.ts';
import { isChangeable, occasionFacts } from './occasion-facts.ts';
import { type Order, ordersOf } from './order.ts';
import { type Money, rewardFor, type Valuation } from './reward-amount.ts';

/** What the facts have earned somebody, before caps. */
export interface EarnedReward {
  readonly key: string;
  readonly ruleId: string;
  readonly beneficiaryId: string;
  readonly level?: number;
  readonly kind: RewardKind;
  readonly currency?: string;
  readonly name?: string;
  readonly pool?: string;
  readonly subject: string;
  /** What the order pays before refunds: what caps and budgets give room for. Minor units, or 1. */
  readonly full: number;
  /** What is left of it. */
  readonly net: number;
  readonly bucket: Bucket;
  readonly programVersion: number;
  readonly counters: readonly CounterLimit[];
}

/** Why a rule pays a beneficiary nothing for an occasion. */
export interface Skip {
  readonly ruleId: string;
  readonly beneficiaryId?: string;
  readonly subject: string;
  readonly type: string;
  readonly reason: string;
  /** Whether a later fact can change it, so that this one has to be kept. */
  readonly isOpen: boolean;
  readonly programVersion: number;
}

export interface Earned {
  readonly rewards: ReadonlyMap<string, EarnedReward>;
  readonly skips: readonly Skip[];
}

export interface EarnInput {
  readonly facts: readonly Fact[];
  readonly referral: Referral;
  /** The versions of the program that the facts name. */
  readonly programs: ReadonlyMap<number, Program>;
  /** Rewards that a cap or budget has left nothing for. */
  readonly denied: ReadonlySet<string>;
}

/**
 * What a set of facts has earned: walks the occasions in the order of their time, whatever the order in which they
 * became known. The same set gives the same rewards.
 */
export function earn(input: EarnInput): Earned {
  const rewards = new Map<string, EarnedReward>();
  const skips: Skip[] = [];
  const triggers: Trigger[] = [];
  for (const order of ordersOf(input.facts, (fact) => !changesOrder(fact.type))) {
    const program = input.programs.get(order.placed.terms.programVersion);
    if (program === undefined) continue;
    const occasion = { input, order, program };
    const candidates = order.placed.terms.calculated
      ? calculatedCandidates(occasion)
      : program.rules
          .filter((rule) => rule.event === order.placed.type)
          .flatMap((rule) => candidatesOf(rule, occasion, countTriggers(triggers, rule, occasion)));
    const settled = settleGroups(candidates);
    for (const outcome of settled) {
      if ('reason' in outcome) skips.push(outcome);
      else rewards.set(outcome.reward.key, outcome.reward);
    }
    const paid = settled.flatMap((outcome) => ('reward' in outcome ? outcome.reward.ruleId : []));
    for (const ruleId of new Set(paid)) triggers.push({ ruleId, order });
  }
  return { rewards, skips };
}

interface Trigger {
  readonly ruleId: string;
  readonly order: Order;
}

interface Occasion {
  readonly input: EarnInput;
  readonly order: Order;
  readonly program: Program;
}

interface Candidate {
  readonly reward: EarnedReward;
  readonly rule?: Rule;
}

type Outcome = Candidate | Skip;

/** How often a rule has paid before an occasion. Where the program gives back, what was void by then does not count. */
function countTriggers(triggers: readonly Trigger[], rule: Rule, { order, program }: Occasion): number {
  return triggers.filter((trigger) => {
    if (trigger.ruleId !== rule.ruleId) return false;
    const { voidedAt } = trigger.order;
    return !(program.freedLimits === 'returned' && voidedAt !== undefined && voidedAt <= order.placed.at);
  }).length;
}

interface Beneficiary {
  readonly userId: string;
  /** Steps above the referee; undefined: the referee. */
  readonly level?: number;
}

function beneficiariesOf(rule: Rule, referral: Referral): readonly (Beneficiary | undefined)[] {
  const referrer = { userId: referral.referrerId, level: 1 };
  const referee = { userId: referral.refereeId };
  if (rule.side === 'referrer') return [referrer];
  if (rule.side === 'referee') return [referee];
  if (rule.side === 'both') return [referrer, referee];
  const level = rule.level ?? 1;
  const userId = referral.upline[level - 1];
  return [userId === undefined ? undefined : { userId, level }];
}

function candidatesOf(rule: Rule, occasion: Occasion, before: number): Outcome[] {
  return beneficiariesOf(rule, occasion.input.referral).map((beneficiary) => {
    const skip = (reason: string, isOpen = false): Skip =>
      skipOf(rule, occasion, beneficiary, reason, isOpen);
    if (beneficiary === undefined) return skip('no_such_level');
    const refusal = refusalOf(rule, occasion, beneficiary, before);
    if (refusal !== undefined) return skip(refusal.reason, refusal.isOpen);
    const worth = worthOf(rule, occasion, beneficiary, before);
    if (typeof worth === 'string') return skip(worth, isOpenReason(worth, rule));
    const reward = rewardOf(rule, occasion, beneficiary, worth);
    return occasion.input.denied.has(reward.key) ? skip('cap_reached') : { reward, rule };
  });
}

function skipOf(
  rule: Rule,
  { order, program }: Occasion,
  beneficiary: Beneficiary | undefined,
  reason: string,
  isOpen: boolean,
): Skip {
  return {
    ruleId: rule.ruleId,
    ...(beneficiary && { beneficiaryId: beneficiary.userId }),
    subject: order.subject,
    type: order.placed.type,
    reason,
    isOpen,
    programVersion: program.version,
  };
}

/** What speaks against a rule before any amount is looked at. */
function refusalOf(
  rule: Rule,
  { input, order, program }: Occasion,
  beneficiary: Beneficiary,
  before: number,
): { reason: string; isOpen: boolean } | undefined {
  const { placed } = order;
  const final = (reason: string) => ({ reason, isOpen: false });
  if (placed.terms.standings?.[beneficiary.userId]?.inactive) return final('beneficiary_inactive');
  if (placed.paymentMethod !== undefined && rule.excludedPaymentMethods.includes(placed.paymentMethod)) {
    return final('payment_method_excluded');
  }
  if (rule.months !== null && placed.at >= monthsAfter(input.referral.createdAt, rule.months)) {
    return final('months_over');
  }
  const limit = limitOf(rule, placed, input.referral);
  if (limit !== null && before >= limit) {
    const isOpen = rule.group !== undefined || program.freedLimits === 'returned';
    return { reason: 'limit_per_referee_reached', isOpen };
  }
  return undefined;
}

/** A referrer's policy stands in place of the limit of the rules that pay the referrer. */
function limitOf(rule: Rule, placed: Fact, referral: Referral): number | null {
  const own = placed.terms.standings?.[referral.referrerId]?.triggerLimit;
  const isReferrers = rule.side === 'referrer' || rule.side === 'both' || rule.level === 1;
  return own === undefined || !isReferrers ? rule.limitPerReferee : own;
}

interface Worth {
  readonly full: number;
  readonly net: number;
  readonly currency: string;
}

/**
 * What a rule gives for an order as it stands, before refunds and after. A rule that the order met as it was placed
 * has been made to pay, even if nothing is left of it now.
 */
function worthOf(rule: Rule, occasion: Occasion, beneficiary: Beneficiary, before: number): Worth | string {
  const { order } = occasion;
  const all = order.left.all === 0 ? order.left : { part: order.left.all, all: order.left.all };
  const current = valueAt(rule, occasion, beneficiary, before, {
    ...order,
    amounts: order.current,
    left: all,
  });
  const net = valueAt(rule, occasion, beneficiary, before, {
    ...order,
    amounts: order.current,
    left: order.left,
  });
  const gross = order.original?.gross ?? 1;
  const original = valueAt(rule, occasion, beneficiary, before, {
    ...order,
    amounts: order.original,
    left: { part: gross, all: gross },
  });
  const found = [net, current, original].find((value) => typeof value !== 'string');
  if (found === undefined || typeof found === 'string') return current as string;
  const netAmount = amountOf(net);
  return { full: Math.max(amountOf(current), netAmount), net: netAmount, currency: found.currency };
}

function amountOf(value: Money | string): number {
  return typeof value === 'string' ? 0 : value.amount;
}

function valueAt(
  rule: Rule,
  { input, order, program }: Occasion,
  beneficiary: Beneficiary,
  before: number,
  valuation: Valuation,
): Money | string {
  const { amounts, left } = valuation;
  const amount = amounts === undefined ? undefined : left.part;
  if (!holds(rule.conditions, occasionFacts(order, input.referral, amounts, amount)))
    return 'condition_not_met';
  const standing = order.placed.terms.standings?.[beneficiary.userId];
  return rewardFor(rule, valuation, {
    tierId: standing?.tierId,
    before,
    rate: rateOf(rule, beneficiary, order.placed, program, input.referral),
  });
}

/** A rate for the order's coupon goes before one for the link's code, and that before the referrer's policy. */
function rateOf(
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

function isOpenReason(reason: string, rule: Rule): boolean {
  if (reason !== 'condition_not_met') return reason !== 'event_has_no_amount';
  return fieldsOf(rule.conditions).some(isChangeable);
}

function rewardOf(rule: Rule, occasion: Occasion, beneficiary: Beneficiary, worth: Worth): EarnedReward {
  const { order, program, input } = occasion;
  const isCounted = balanceKindOf(rule.kind) !== undefined;
  const base = { ruleId: rule.ruleId, beneficiaryId: beneficiary.userId, subject: order.subject };
  return {
    key: rewardKey(base),
    ...base,
    ...(beneficiary.level !== undefined && { level: beneficiary.level }),
    kind: rule.kind,
    ...(isCounted && { currency: worth.currency }),
    ...(rule.name !== undefined && { name: rule.name }),
    ...(rule.pool !== undefined && { pool: rule.pool }),
    full: worth.full,
    net: worth.net,
    bucket: bucketFor(rule.hold, order, input.facts),
    programVersion: program.version,
    counters: countersOf(rule, occasion, beneficiary, worth.currency),
  };
}

function countersOf(
  rule: Rule,
  { order, program }: Occasion,
  { userId }: Beneficiary,
  currency: string,
): CounterLimit[] {
  const { at } = order.placed;
  const caps = rule.caps.flatMap((cap) => capCounter(cap, rule.ruleId, userId, currency, at) ?? []);
  return [...caps, ...budgetsOf(program, currency, at)];
}

function budgetsOf(program: Program, currency: string, at: string): CounterLimit[] {
  return program.budgets.filter((one) => one.currency === currency).map((one) => budgetCounter(one, at));
}

/** What the customer's own calculation gave in place of the rules; a refund takes its share of it. */
function calculatedCandidates({ input, order, program }: Occasion): Outcome[] {
  const { referral } = input;
  return (order.placed.terms.calculated ?? []).map((given, index) => {
    const isReferrer = given.side === 'referrer';
    const base = {
      ruleId: `calculation-${index + 1}`,
      beneficiaryId: isReferrer ? referral.referrerId : referral.refereeId,
      subject: order.subject,
    };
    const { part, all } = order.left;
    const key = rewardKey(base);
    const skip = { ...base, type: order.placed.type, isOpen: false, programVersion: program.version };
    if (order.placed.terms.standings?.[base.beneficiaryId]?.inactive)
      return { ...skip, reason: 'beneficiary_inactive' };
    if (input.denied.has(key)) return { ...skip, reason: 'cap_reached' };
    return {
      reward: {
        key,
        ...base,
        ...(isReferrer && { level: 1 }),
        kind: given.kind,
        currency: given.currency,
        full: given.amount,
        net: rounded(times(whole(given.amount), part, all)),
        bucket: 'available' as const,
        programVersion: program.version,
        counters: budgetsOf(program, given.currency, order.placed.at),
      },
    };
  });
}

/** Of the rules of one group, one pays each beneficiary: the highest priority, then what pays most, then the first. */
function settleGroups(outcomes: readonly Outcome[]): Outcome[] {
  const candidates = outcomes.filter((outcome) => 'reward' in outcome);
  return outcomes.map((outcome) => {
    if (!('reward' in outcome) || outcome.rule?.group === undefined) return outcome;
    const { rule, reward } = outcome;
    const rivals = candidates.filter(
      (rival) => rival.rule?.group === rule.group && rival.reward.beneficiaryId === reward.beneficiaryId,
    );
    const winner = rivals.reduce((best, rival) => (isBetter(rival, best) ? rival : best));
    if (winner === outcome) return outcome;
    const { ruleId, beneficiaryId, subject, programVersion } = reward;
    const reason = `rule_${winner.reward.ruleId}_pays_instead`;
    return { ruleId, beneficiaryId, subject, type: rule.event, reason, isOpen: true, programVersion };
  });
}

function isBetter(rival: Candidate, best: Candidate): boolean {
  const byPriority = (rival.rule?.priority ?? 0) - (best.rule?.priority ?? 0);
  if (byPriority !== 0) return byPriority > 0;
  const byNet = rival.reward.net - best.reward.net;
  return byNet === 0 ? rival.reward.full > best.reward.full : byNet > 0;
}
