import type { Program, Rule } from '../programs/program.ts';
import { holds } from '../rules/conditions.ts';
import type { Beneficiary } from './admission.ts';
import type { EarnInput } from './chance.ts';
import { occasionFacts } from './occasion-facts.ts';
import type { Amounts, Left, Order } from './order.ts';
import { rateOf } from './own-terms.ts';
import { type Money, rewardFor, type Valuation } from './reward-amount.ts';

/** An order, and what a rule looks at it with. */
export interface Placement {
  readonly input: EarnInput;
  readonly order: Order;
  readonly program: Program;
}

/** Minor units, or 1 and 0 of what is not counted. */
export interface Worth {
  readonly full: number;
  readonly net: number;
  readonly currency: string;
}

/**
 * What a rule gives for an order as it stands, before refunds and after. An order that has met the rule at any time
 * has made it pay, even if what it gives now is nothing.
 */
export function worthOf(
  rule: Rule,
  placement: Placement,
  beneficiary: Beneficiary,
  before: number,
): Worth | string {
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
