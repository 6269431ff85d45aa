import type { Bucket } from '../money/balance.ts';
import { rounded, times, whole } from '../money/ratio.ts';
import type { Program, RewardKind, Rule } from '../programs/program.ts';
import type { Referral } from '../referrals/referral.ts';
import { fieldsOf, holds } from '../rules/conditions.ts';
import { type Beneficiary, beneficiariesOf, objectionTo } from './admission.ts';
import { budgetCounter, type CounterLimit, capCounter } from './counter.ts';
import { byTime, type CalculatedReward, type Fact } from './fact.ts';
import { bucketFor } from './hold.ts';
import { balanceKindOf, rewardKey } from './journal.ts';
import { isChangeable, occasionFacts } from './occasion-facts.ts';
import {
  type Amounts,
  foldOrder,
  type Left,
  type Occasion,
  type Order,
  occasionsOf,
  paymentsOf,
} from './order.ts';
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
  readonly calculatedFor?: string;
  /** Of the event that it is for. */
  readonly type: string;
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
 * What a set of facts has earned: goes through what each rule takes for an order in the order of time, whatever the
 * order in which it became known. The same set gives the same rewards.
 */
export function earn(input: EarnInput): Earned {
  const rewards = new Map<string, EarnedReward>();
  const skips: Skip[] = [];
  const triggers: Trigger[] = [];
  const chances = occasionsOf(input.facts).flatMap((occasion) => chancesOf(occasion, input));
  for (const chance of chances.sort((a, b) => byTime(a.first, b.first))) {
    const outcomes = settleGroup(outcomesOf(chance, triggers));
    const paid = new Map<string, Order>();
    for (const outcome of outcomes) {
      if ('reason' in outcome) {
        skips.push(outcome);
        continue;
      }
      const { reward, order } = outcome;
      rewards.set(reward.key, reward);
      if (!paid.has(reward.ruleId)) paid.set(reward.ruleId, order);
    }
    for (const [ruleId, order] of paid) triggers.push({ ruleId, order });
  }
  return { rewards, skips };
}

interface Trigger {
  readonly ruleId: string;
  readonly order: Order;
}

/** An occasion as one rule sees it, or those of one group, of which one pays. */
interface Chance {
  readonly input: EarnInput;
  readonly program: Program;
  readonly occasion: Occasion;
  readonly rules: readonly Rule[];
  /** Payments for which the customer's own calculation stands in place of rules. */
  readonly calculated: readonly Fact[];
  /** The first payment that counts: its place in time. */
  readonly first: Fact;
}

interface Candidate {
  readonly reward: EarnedReward;
  readonly order: Order;
  readonly rule?: Rule;
}

type Outcome = Candidate | Skip;

/** An occasion by the payments that the customer's own calculation answered for, and by those that rules are for. */
function chancesOf(occasion: Occasion, input: EarnInput): Chance[] {
  const counted = occasion.placings.filter((placing) => canCount(placing, input));
  const placings = counted.length > 0 ? counted : occasion.placings;
  const calculated = paymentsOf(placings).filter(({ terms }) => terms.calculated !== undefined);
  const [first] = calculated;
  if (first === undefined) return ruledChances({ ...occasion, placings }, [], input);
  const answered = new Set(calculated.map(({ paymentId }) => paymentId));
  const left = placings.filter(
    ({ terms, currency, paymentId }) =>
      terms.calculated === undefined && currency === first.currency && !answered.has(paymentId),
  );
  const program = input.programs.get(first.terms.programVersion);
  const whole = { input, occasion: { ...occasion, placings }, rules: [], calculated, first };
  return [
    ...(program === undefined ? [] : [{ ...whole, program }]),
    ...ruledChances({ ...occasion, placings: left }, calculated, input),
  ];
}

/** The terms of an occasion are those of its first payment that any rule can take. */
function ruledChances(occasion: Occasion, calculated: readonly Fact[], input: EarnInput): Chance[] {
  const [first] = occasion.placings;
  if (first === undefined) return [];
  const program = input.programs.get(first.terms.programVersion);
  if (program === undefined) return [];
  return rivalsOf(rulesFor(first, program)).map((rules) => {
    const isTaken = (placing: Fact) => rules.some((rule) => takes(rule, placing, input.referral));
    const begins = occasion.placings.find(isTaken) ?? first;
    return { input, program, occasion, rules, calculated, first: begins };
  });
}

function rulesFor({ type }: Fact, program: Program): readonly Rule[] {
  return program.rules.filter((rule) => rule.event === type);
}

function rivalsOf(rules: readonly Rule[]): readonly (readonly Rule[])[] {
  const groups = new Map<string, Rule[]>();
  for (const rule of rules) {
    const name = rule.group === undefined ? `rule ${rule.ruleId}` : `group ${rule.group}`;
    groups.set(name, [...(groups.get(name) ?? []), rule]);
  }
  return [...groups.values()];
}

/** Whether anything could be paid for a payment, by the terms that held when it came. */
function canCount(placing: Fact, { programs, referral }: EarnInput): boolean {
  if (placing.terms.calculated)
    return placing.terms.calculated.some((given) => mayEarn(placing, given, referral));
  const program = programs.get(placing.terms.programVersion);
  return program !== undefined && rulesFor(placing, program).some((rule) => takes(rule, placing, referral));
}

function takes(rule: Rule, placing: Fact, referral: Referral): boolean {
  return beneficiariesOf(rule, referral).some(
    (one) => one !== undefined && objectionTo(placing, rule, one, referral) === undefined,
  );
}

function outcomesOf(chance: Chance, triggers: readonly Trigger[]): Outcome[] {
  if (chance.rules.length === 0) return calculatedOutcomes(chance);
  return chance.rules.flatMap((rule) =>
    beneficiariesOf(rule, chance.input.referral).map((one) => outcomeOf(rule, one, chance, triggers)),
  );
}

function outcomeOf(
  rule: Rule,
  beneficiary: Beneficiary | undefined,
  chance: Chance,
  triggers: readonly Trigger[],
): Outcome {
  const { input, program } = chance;
  const { referral } = input;
  const skip = (reason: string, isOpen: boolean) => skipOf(rule, chance, beneficiary, reason, isOpen);
  if (beneficiary === undefined) return skip('no_such_level', false);
  const objections = chance.occasion.placings.map((one) => objectionTo(one, rule, beneficiary, referral));
  const placings = chance.occasion.placings.filter((_, index) => objections[index] === undefined);
  if (placings.length === 0) return skip(objections[0] as string, false);
  const apart = chance.calculated.reduce((sum, { amount = 0 }) => sum + amount, 0);
  const order = foldOrder({ ...chance.occasion, placings }, apart);
  const before = countTriggers(triggers, rule, order, program);
  const limit = limitOf(rule, order.placed, referral);
  if (limit !== null && before >= limit) {
    return skip('limit_per_referee_reached', canComeFree(rule, chance, order, triggers));
  }
  const worth = worthOf(rule, { input, order, program }, beneficiary, before);
  if (typeof worth === 'string') return skip(worth, true);
  const reward = rewardOf(rule, { input, order, program }, beneficiary, worth);
  return input.denied.has(reward.key) ? skip('cap_reached', false) : { reward, order, rule };
}

function skipOf(
  rule: Rule,
  { occasion, program }: Chance,
  beneficiary: Beneficiary | undefined,
  reason: string,
  isOpen: boolean,
): Skip {
  return {
    ruleId: rule.ruleId,
    ...(beneficiary && { beneficiaryId: beneficiary.userId }),
    subject: occasion.subject,
    type: occasion.type,
    reason,
    isOpen,
    programVersion: program.version,
  };
}

/** How often a rule has paid before an order. Where the program gives back, what was void by then does not count. */
function countTriggers(triggers: readonly Trigger[], rule: Rule, order: Order, program: Program): number {
  return triggers.filter((trigger) => {
    if (trigger.ruleId !== rule.ruleId) return false;
    const { voidedAt } = trigger.order;
    return !(program.freedLimits === 'returned' && voidedAt !== undefined && voidedAt <= order.placed.at);
  }).length;
}

/**
 * Whether a place that an order finds taken can still become free for it: other rules of the group can take over, a
 * refund can give it back, an order can stop meeting its condition, or another payment can make an order begin earlier.
 */
function canComeFree(rule: Rule, { program }: Chance, order: Order, triggers: readonly Trigger[]): boolean {
  const holders = triggers.filter((trigger) => trigger.ruleId === rule.ruleId).map((one) => one.order);
  return (
    rule.group !== undefined ||
    program.freedLimits === 'returned' ||
    fieldsOf(rule.conditions).some(isChangeable) ||
    [order, ...holders].some(({ placed }) => placed.paymentId !== undefined)
  );
}

/** A referrer's policy stands in place of the limit of the rules that pay the referrer. */
function limitOf(rule: Rule, placed: Fact, referral: Referral): number | null {
  const own = placed.terms.standings?.[referral.referrerId]?.triggerLimit;
  const isReferrers = rule.side === 'referrer' || rule.side === 'both' || rule.level === 1;
  return own === undefined || !isReferrers ? rule.limitPerReferee : own;
}

interface Placement {
  readonly input: EarnInput;
  readonly order: Order;
  readonly program: Program;
}

interface Worth {
  readonly full: number;
  readonly net: number;
  readonly currency: string;
}

/**
 * What a rule gives for an order as it stands, before refunds and after. An order that has met the rule at any time
 * has made it pay, even if what it gives now is nothing.
 */
function worthOf(rule: Rule, placement: Placement, beneficiary: Beneficiary, before: number): Worth | string {
  const { currency, current, states, left } = placement.order;
  const at = (amounts: Amounts | undefined, part: Left) =>
    valueAt(rule, placement, beneficiary, before, { amounts, currency, left: part });
  const asItStands = at(current, wholeOf(current));
  const net = at(current, left);
  const values = [net, asItStands, ...states.map((state) => at(state, wholeOf(state)))];
  const found = values.find((value) => typeof value !== 'string');
  if (found === undefined || typeof found === 'string') return asItStands as string;
  const netAmount = amountOf(net);
  return { full: Math.max(amountOf(asItStands), netAmount), net: netAmount, currency: found.currency };
}

function wholeOf(amounts: Amounts | undefined): Left {
  const all = amounts?.gross ?? 1;
  return { part: all, all };
}

function amountOf(value: Money | string): number {
  return typeof value === 'string' ? 0 : value.amount;
}

function valueAt(
  rule: Rule,
  { input, order, program }: Placement,
  beneficiary: Beneficiary,
  before: number,
  valuation: Valuation,
): Money | string {
  const { amounts, left } = valuation;
  const amount = amounts === undefined ? undefined : left.part;
  if (!holds(rule.conditions, occasionFacts(order.placed, input.referral, amounts, amount)))
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

function rewardOf(rule: Rule, placement: Placement, beneficiary: Beneficiary, worth: Worth): EarnedReward {
  const { order, program, input } = placement;
  const isCounted = balanceKindOf(rule.kind) !== undefined;
  const base = {
    ruleId: rule.ruleId,
    beneficiaryId: beneficiary.userId,
    subject: order.subject,
    ...(isCounted && { currency: worth.currency }),
  };
  return {
    key: rewardKey(base),
    ...base,
    type: order.placed.type,
    ...(beneficiary.level !== undefined && { level: beneficiary.level }),
    kind: rule.kind,
    ...(rule.name !== undefined && { name: rule.name }),
    ...(rule.pool !== undefined && { pool: rule.pool }),
    full: worth.full,
    net: worth.net,
    bucket: bucketFor(rule.hold, order, input.facts),
    programVersion: program.version,
    counters: countersOf(rule, placement, beneficiary, worth.currency),
  };
}

function countersOf(
  rule: Rule,
  { order, program }: Placement,
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

/**
 * What the customer's own calculation gave in place of the rules: what it answered for each payment adds up, and a
 * refund of the order takes its share of the sum.
 */
function calculatedOutcomes({ input, occasion, program, calculated }: Chance): Outcome[] {
  const { referral } = input;
  const order = foldOrder(occasion);
  return givenBy(calculated).map(({ ruleId, given, by }) => {
    const isReferrer = given.side === 'referrer';
    const { subject, type } = occasion;
    const { kind, currency } = given;
    const base = { ruleId, beneficiaryId: beneficiaryOf(given, referral), subject, type };
    const key = rewardKey({ ...base, kind, currency, calculatedFor: type });
    const skip = { ...base, isOpen: false, programVersion: program.version };
    const earning = by.filter(({ payment }) => mayEarn(payment, given, referral));
    if (earning.length === 0) return { ...skip, reason: 'beneficiary_inactive' };
    if (input.denied.has(key)) return { ...skip, reason: 'cap_reached' };
    const full = earning.reduce((sum, { amount }) => sum + amount, 0);
    return {
      reward: {
        key,
        ...base,
        calculatedFor: type,
        ...(isReferrer && { level: 1 }),
        kind,
        currency,
        full,
        net: rounded(times(whole(full), order.left.part, order.left.all)),
        bucket: 'available' as const,
        programVersion: program.version,
        counters: budgetsOf(program, currency, order.placed.at),
      },
      order,
    };
  });
}

interface Given {
  readonly ruleId: string;
  readonly given: CalculatedReward;
  readonly by: readonly { readonly payment: Fact; readonly amount: number }[];
}

/** What was given for several payments of an order at the same place of the answer, to the same side, is one reward. */
function givenBy(payments: readonly Fact[]): Given[] {
  const found = new Map<string, Given>();
  for (const payment of payments) {
    for (const [index, given] of (payment.terms.calculated ?? []).entries()) {
      const ruleId = `calculation-${index + 1}`;
      const name = `${ruleId} ${given.side} ${given.kind} ${given.currency}`;
      const by = [...(found.get(name)?.by ?? []), { payment, amount: given.amount }];
      found.set(name, { ruleId, given, by });
    }
  }
  return [...found.values()];
}

function beneficiaryOf({ side }: CalculatedReward, { referrerId, refereeId }: Referral): string {
  return side === 'referrer' ? referrerId : refereeId;
}

/** Whoever was deactivated when a payment came earns nothing by it. */
function mayEarn({ terms }: Fact, given: CalculatedReward, referral: Referral): boolean {
  return terms.standings?.[beneficiaryOf(given, referral)]?.inactive !== true;
}

/** Of the rules of one group, one pays each beneficiary: the highest priority, then what pays most, then the first. */
function settleGroup(outcomes: readonly Outcome[]): Outcome[] {
  const candidates = outcomes.filter((outcome) => 'reward' in outcome);
  return outcomes.map((outcome) => {
    if (!('reward' in outcome) || outcome.rule?.group === undefined) return outcome;
    const { reward } = outcome;
    const rivals = candidates.filter((rival) => rival.reward.beneficiaryId === reward.beneficiaryId);
    const winner = rivals.reduce((best, rival) => (isBetter(rival, best) ? rival : best));
    if (winner === outcome) return outcome;
    const { ruleId, beneficiaryId, subject, type, programVersion } = reward;
    const reason = `rule_${winner.reward.ruleId}_pays_instead`;
    return { ruleId, beneficiaryId, subject, type, reason, isOpen: true, programVersion };
  });
}

function isBetter(rival: Candidate, best: Candidate): boolean {
  const byPriority = (rival.rule?.priority ?? 0) - (best.rule?.priority ?? 0);
  if (byPriority !== 0) return byPriority > 0;
  const byNet = rival.reward.net - best.reward.net;
  return byNet === 0 ? rival.reward.full > best.reward.full : byNet > 0;
}
