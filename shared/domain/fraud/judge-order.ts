import { changesOrder } from '../rewards/event.ts';
import { countsOrders } from '../rewards/measure-orders.ts';
import { type FraudVerdict, judge } from './judge-sign-up.ts';
import { orderRules, senderRules } from './order-rules.ts';
import type { OrderSignals } from './order-signals.ts';
import type { FraudSettings } from './settings.ts';
import type { People } from './signals.ts';

/** Judges an event of a referee by the rules of its program, with who sent it, where that is known. */
export function judgeOrder(
  seen: OrderSignals,
  people: People | undefined,
  settings: FraudSettings | undefined,
): FraudVerdict {
  if (changesOrder(seen.event.type)) return neverRejecting(judge(orderRules, seen, settings));
  return people === undefined
    ? judge(orderRules, seen, settings)
    : judge<OrderSignals & People>([...orderRules, ...senderRules], { ...seen, ...people }, settings);
}

/** A refund that were no fact would leave what its order has earned. */
function neverRejecting(verdict: FraudVerdict): FraudVerdict {
  return verdict.action === 'reject' ? { ...verdict, action: 'flag' } : verdict;
}

/** Events that are judged by how many orders are given back. */
const countedEvents = ['order.paid', 'order.refunded', 'order.cancelled', 'order.charged_back'];

/** Whether an event is judged by the counts of its referrer. */
export function needsCounts(type: string, fraud: FraudSettings | undefined): boolean {
  return countedEvents.includes(type) && countsOrders({ fraud });
}
