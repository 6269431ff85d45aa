import type { Bucket } from '../money/balance.ts';
import type { Hold } from '../programs/program.ts';
import { orderApproved } from './event.ts';
import type { Fact } from './fact.ts';
import type { Order } from './order.ts';

const dayMs = 86_400_000;

/** The bucket in which a reward of an order waits: days end at the start of the UTC day after. */
export function bucketFor(hold: Hold | undefined, order: Order, facts: readonly Fact[]): Bucket {
  if (order.placed.terms.onHold && !isReleased(orderApproved, order, facts)) return 'waiting';
  if (hold === undefined) return 'available';
  if ('days' in hold) {
    const due = Math.ceil((Date.parse(order.placed.at) + hold.days * dayMs) / dayMs) * dayMs;
    return new Date(due).toISOString().slice(0, 10) as Bucket;
  }
  return isReleased(hold.untilEvent, order, facts) ? 'available' : 'waiting';
}

function isReleased(type: string, order: Order, facts: readonly Fact[]): boolean {
  return facts.some((fact) => fact.type === type && releases(fact, order));
}

/** An event of the order itself; or one of the user that is about no order, and not older than the order. */
function releases(fact: Fact, order: Order): boolean {
  if (fact.subject === order.subject) return true;
  return fact.subject === fact.eventId && fact.at >= order.placed.at;
}

/** Calendar months after a time, as texts sort: the last day of a shorter month where the day is missing. */
export function monthsAfter(at: string, months: number): string {
  const from = new Date(at);
  const to = new Date(from);
  to.setUTCDate(1);
  to.setUTCMonth(to.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  to.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return to.toISOString();
}
