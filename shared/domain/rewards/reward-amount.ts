import { percentageOf } from '../money/percentage.ts';
import type { Rule } from '../programs/program.ts';

/** A sum of one currency, in minor units. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/**
 * What a rule pays for an order, given what is left of it after refunds. A percentage follows the net amount;
 * a flat sum stays whole until nothing of the order is left.
 *
 * @param net gross less refunded; undefined for events that carry no amount
 * @returns undefined where the rule needs an amount and the event has none
 */
export function rewardFor(rule: Rule, net: Money | undefined): Money | undefined {
  if (rule.amount.type === 'flat') {
    const { amount, currency } = rule.amount;
    return { amount: net !== undefined && net.amount <= 0 ? 0 : amount, currency };
  }
  if (net === undefined) return undefined;
  return { amount: percentageOf(Math.max(0, net.amount), rule.amount.rate), currency: net.currency };
}
