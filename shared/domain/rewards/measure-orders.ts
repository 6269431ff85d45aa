import type { OrderCounts } from '../fraud/order-signals.ts';
import { refundRate } from '../fraud/rules/refund-rate.ts';
import { type FraudSettings, rulesOf } from '../fraud/settings.ts';
import { changesOrder } from './event.ts';
import type { Fact } from './fact.ts';
import type { JournalState } from './journal.ts';
import { ordersOf } from './order.ts';

/** Whether a program looks at how many orders are refunded, so that they have to be counted. */
export function countsOrders({ fraud }: { readonly fraud?: FraudSettings | undefined }): boolean {
  return rulesOf([refundRate], fraud).length > 0;
}

/** Paid orders, whatever is left of them. Those that come to nothing by themselves do not count. */
export function measureOrders(facts: readonly Fact[]): OrderCounts {
  const told = facts.filter((fact) => fact.type === 'order.paid' || changesOrder(fact.type));
  const orders = ordersOf(told).filter(({ left }) => left.all > 0);
  const refunded = orders.filter(({ left }) => left.part * 2 < left.all);
  return { orders: orders.length, refundedOrders: refunded.length };
}

/** What a referee's journal has added to the counts of their referrer. */
export function countedOrders({ progress }: JournalState, referrerId: string): OrderCounts {
  const { orders = 0, refundedOrders = 0 } = progress.get(referrerId) ?? {};
  return { orders, refundedOrders };
}

/** The counts of a referrer as they are once the journal of one of their referees says this of their time. */
export function countsAfter(
  counts: OrderCounts,
  state: JournalState,
  referrerId: string,
  facts: readonly Fact[],
): OrderCounts {
  const before = countedOrders(state, referrerId);
  const after = measureOrders(facts);
  return {
    orders: counts.orders + after.orders - before.orders,
    refundedOrders: counts.refundedOrders + after.refundedOrders - before.refundedOrders,
  };
}
