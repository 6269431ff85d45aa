import { revenuePrefix } from '../milestones/measure.ts';
import type { Program } from '../programs/program.ts';
import { changesOrder } from './event.ts';
import type { Fact } from './fact.ts';
import type { JournalState } from './journal.ts';
import { ordersOf } from './order.ts';

/** Whether a program measures anything by paid orders or revenue, so that they have to be counted. */
export function countsSales(program: Program): boolean {
  return metricsOf(program).some((metric) => metric === 'paidOrders' || metric === 'revenue');
}

/** Whether a program measures anything by points. */
export function countsPoints(program: Program): boolean {
  return metricsOf(program).includes('points');
}

function metricsOf({ milestones, tiers, payouts }: Program): string[] {
  return [
    ...milestones.map((one) => one.threshold.metric),
    ...tiers.map((one) => one.threshold.metric),
    ...payouts.requires.map((one) => one.metric),
  ];
}

/** Paid orders of which something is left, and what is left of them, by attribute of the progress. */
export function measureSales(facts: readonly Fact[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  const paid = facts.filter((fact) => fact.type === 'order.paid' || changesOrder(fact.type));
  for (const order of ordersOf(paid)) {
    if (order.current === undefined || order.left.part === 0) continue;
    const revenue = `${revenuePrefix}${order.currency}`;
    sums['paidOrders'] = (sums['paidOrders'] ?? 0) + 1;
    sums[revenue] = (sums[revenue] ?? 0) + order.left.part;
  }
  return sums;
}

/** The sales that a referee's journal has added to the sums of their referrer. */
export function countedSales(
  { progress }: JournalState,
  referrerId: string,
): Readonly<Record<string, number>> {
  const {
    points: _,
    rewards: __,
    orders: ___,
    refundedOrders: ____,
    ...sales
  } = progress.get(referrerId) ?? {};
  return sales;
}

/** What has to be added to one set of sums to come to another. */
export function differenceOf(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changes = [...names].map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const);
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}
