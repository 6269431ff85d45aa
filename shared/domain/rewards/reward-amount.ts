import { isBelow, percent, plus, type Ratio, rounded, times, whole } from '../money/ratio.ts';
import type { RewardAmount, Rule, SimpleAmount } from '../programs/program.ts';
import type { OrderLine } from './event.ts';
import type { Amounts, Left } from './order.ts';

/** A sum of one currency, in minor units. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** Why a rule gives nothing for an order. */
export type NoReward =
  | 'event_has_no_amount'
  | 'below_minimum'
  | 'products_excluded'
  | 'currencies_differ'
  | 'reward_rounds_to_zero';

/** An order at one of its states: what it came to, and what is left of it. */
export interface Valuation {
  readonly amounts: Amounts | undefined;
  readonly currency: string | undefined;
  readonly left: Left;
}

/** What decides between the amounts of one rule. */
export interface AmountChoice {
  readonly tierId: string | undefined;
  /** How often the referee has made the rule pay before. */
  readonly before: number;
  /** Percent in place of every percentage of the rule; flat sums stay. */
  readonly rate: string | undefined;
}

/**
 * What a rule pays for an order. A percentage follows what is left of the order; a flat sum stays whole until nothing
 * is left. Everything is exact until one rounding, half up, at the end.
 */
export function rewardFor(rule: Rule, order: Valuation, choice: AmountChoice): Money | NoReward {
  const eligible = eligibleLines(rule, order.amounts);
  if (order.amounts !== undefined && eligible.length === 0) return 'products_excluded';
  const basis = basisOf(rule, order, eligible);
  if (rule.basis.minimum !== undefined) {
    if (basis === undefined) return 'event_has_no_amount';
    if (isBelow(basis, rule.basis.minimum)) return 'below_minimum';
  }
  if (rule.amount === undefined)
    return order.left.part > 0 ? { amount: 1, currency: '' } : 'reward_rounds_to_zero';
  const paid = pay(chooseAmount(rule.amount, choice), { rule, order, eligible, basis, rate: choice.rate });
  if (typeof paid === 'string') return paid;
  return paid.amount === 0 ? 'reward_rounds_to_zero' : paid;
}

interface Payable {
  readonly rule: Rule;
  readonly order: Valuation;
  readonly eligible: readonly OrderLine[];
  readonly basis: Ratio | undefined;
  readonly rate: string | undefined;
}

type ByProduct = Extract<RewardAmount, { type: 'by_product' }>;

/** Whether a rule can pay nothing for what carries no amount. */
export function needsAmount({ amount, basis }: Rule): boolean {
  if (basis.minimum !== undefined) return true;
  if (amount === undefined || amount.type === 'flat') return false;
  if (amount.type === 'by_tier')
    return [...amount.tiers.map((one) => one.amount), amount.otherwise].every(isShare);
  if (amount.type === 'stepped')
    return [...amount.steps.map((one) => one.amount), amount.after].every(isShare);
  return true;
}

function isShare({ type }: SimpleAmount): boolean {
  return type === 'percentage';
}

/** The steps of a rule and the tiers come down to one amount. */
function chooseAmount(amount: RewardAmount, { tierId, before }: AmountChoice): SimpleAmount | ByProduct {
  if (amount.type === 'by_tier') {
    return amount.tiers.find((tier) => tier.tierId === tierId)?.amount ?? amount.otherwise;
  }
  if (amount.type !== 'stepped') return amount;
  let steps = 0;
  for (const step of amount.steps) {
    steps += step.times;
    if (before < steps) return step.amount;
  }
  return amount.after;
}

function pay(amount: SimpleAmount | ByProduct, payable: Payable): Money | NoReward {
  const { rule, order, basis, rate } = payable;
  if (amount.type === 'flat') {
    return { amount: order.left.part > 0 ? amount.amount : 0, currency: amount.currency };
  }
  const currency = rule.kind === 'points' ? 'points' : order.currency;
  if (basis === undefined || currency === undefined) return 'event_has_no_amount';
  if (amount.type === 'percentage') return { amount: rounded(percent(basis, rate ?? amount.rate)), currency };
  return payByProduct(amount, payable, currency);
}

/** Each line by the first entry that names it; the sum is rounded once. */
function payByProduct(
  amount: ByProduct,
  { order, eligible, basis, rate }: Payable,
  currency: string,
): Money | NoReward {
  const total = sumOfLines(eligible);
  let sum = whole(0);
  for (const line of eligible) {
    const entry = amount.products.find(
      ({ productIds, categories }) =>
        (line.productId !== undefined && productIds?.includes(line.productId)) ||
        (line.category !== undefined && categories?.includes(line.category)),
    );
    const paid = entry?.amount ?? amount.otherwise;
    if (paid.type === 'flat') {
      if (paid.currency !== currency) return 'currencies_differ';
      const pieces = order.left.part > 0 ? (line.quantity ?? 1) : 0;
      sum = plus(sum, whole(paid.amount * pieces));
    } else if (basis !== undefined) {
      sum = plus(sum, percent(times(basis, line.amount, total), rate ?? paid.rate));
    }
  }
  return { amount: rounded(sum), currency };
}

/** Lines that a rule does not exclude. An order without lines is one line of everything. */
function eligibleLines(rule: Rule, amounts: Amounts | undefined): readonly OrderLine[] {
  if (amounts === undefined) return [];
  const { excludedProducts, excludedCategories } = rule.basis;
  const lines = amounts.lines.length > 0 ? amounts.lines : [{ amount: amounts.gross }];
  return lines.filter(
    ({ productId, category }) =>
      !(productId !== undefined && excludedProducts.includes(productId)) &&
      !(category !== undefined && excludedCategories.includes(category)),
  );
}

/**
 * What a percentage is taken of: the gross or what is left of it without tax, shipping and fees; of that the share
 * of the lines that count; of that the share that is left after refunds.
 */
function basisOf(rule: Rule, order: Valuation, eligible: readonly OrderLine[]): Ratio | undefined {
  const { amounts, left } = order;
  if (amounts === undefined) return undefined;
  const counted = rule.basis.type === 'net' ? amounts.gross - amounts.extras : amounts.gross;
  const share = sumOfLines(eligible);
  const all = sumOfLines(amounts.lines.length > 0 ? amounts.lines : eligible);
  return times(times(whole(counted), share, all), left.part, left.all);
}

function sumOfLines(lines: readonly OrderLine[]): number {
  return lines.reduce((sum, line) => sum + line.amount, 0);
}
