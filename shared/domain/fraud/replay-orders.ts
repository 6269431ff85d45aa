import type { Referral } from '../referrals/referral.ts';
import { changesOrder } from '../rewards/event.ts';
import type { Fact } from '../rewards/fact.ts';
import type { JournalEntry } from '../rewards/journal.ts';
import { measureOrders } from '../rewards/measure-orders.ts';
import { tenuresOf } from '../rewards/tenures.ts';
import { judgeOrder, needsCounts } from './judge-order.ts';
import type { FraudVerdict } from './judge-sign-up.ts';
import type { OrderCounts } from './order-signals.ts';
import type { FraudSettings } from './settings.ts';

/** An order of a referee, or what changes one. */
export interface PastOrder {
  readonly referral: Referral;
  readonly fact: Fact;
  /** When it was judged: ISO 8601. */
  readonly at: string;
  /** Whether those after it are judged with it, unless a rule rejects it. */
  readonly isFact: boolean;
}

/** The orders that a referee's journal keeps of the time of its referrer, with those that rules have rejected. */
export function pastOrdersOf(referral: Referral, journal: readonly JournalEntry[]): readonly PastOrder[] {
  const tenures = tenuresOf(
    referral,
    journal.map(({ fact }) => fact),
  );
  const current = new Set(tenures.filter(({ isOver }) => !isOver).flatMap(({ facts }) => facts));
  return journal
    .filter(({ fact }) => current.has(fact) && (fact.type === 'order.paid' || changesOrder(fact.type)))
    .map(({ fact, createdAt, isMarker, explanation }) => {
      const isRejected = explanation.some(({ outcome }) => outcome === 'rejected');
      return { referral, fact, at: createdAt, isFact: isMarker !== true || isRejected };
    });
}

/**
 * Judges orders one after the other as they came, each by what settings let stand of those before it. The counts of a
 * referrer are made of the orders that are given.
 *
 * @param orders in the order in which they were judged
 * @returns a verdict for each, in their order
 */
export function replayOrders(
  orders: readonly PastOrder[],
  settings: FraudSettings | undefined,
): readonly FraudVerdict[] {
  const factsOf = new Map<string, readonly Fact[]>();
  const countsOf = new Map<string, OrderCounts>();
  return orders.map(({ referral, fact, isFact }) => {
    const { refereeId, referrerId } = referral;
    const facts = factsOf.get(refereeId) ?? [];
    const isCounted = needsCounts(fact.type, settings);
    const counts = isCounted ? withFact(countsOf.get(referrerId), facts, fact) : undefined;
    const verdict = judgeOrder({ event: fact, referral, facts, ofReferrer: counts }, undefined, settings);
    if (verdict.action !== 'reject' && isFact) {
      factsOf.set(refereeId, [...facts, fact]);
      if (counts !== undefined) countsOf.set(referrerId, counts);
    }
    return verdict;
  });
}

function withFact(
  { orders, refundedOrders }: OrderCounts = { orders: 0, refundedOrders: 0 },
  facts: readonly Fact[],
  fact: Fact,
): OrderCounts {
  const [before, after] = [measureOrders(facts), measureOrders([...facts, fact])];
  return {
    orders: orders + after.orders - before.orders,
    refundedOrders: refundedOrders + after.refundedOrders - before.refundedOrders,
  };
}
