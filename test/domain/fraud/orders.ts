import type { OrderCounts, OrderSignals } from '../../../shared/domain/fraud/order-signals.ts';
import type { FraudRule, Measures } from '../../../shared/domain/fraud/rule.ts';
import { evidenceOf } from './signals.ts';

const day = 86_400_000;
const signUp = Date.UTC(2026, 10, 1, 12);

/** When so many days after the sign-up it is: ISO 8601. */
export const daysAfter = (days: number) => new Date(signUp + days * day).toISOString();

interface SeenOrder {
  readonly days?: number;
  readonly type?: string;
  readonly coupon?: string;
  readonly ofReferrer?: OrderCounts;
}

/** What a rule sees in an order so many days after the sign-up, by its own measures unless given. */
export function observedOrder(
  rule: FraudRule<OrderSignals>,
  { days = 3, type = 'order.paid', coupon, ofReferrer }: SeenOrder,
  earlier: readonly { readonly days: number; readonly coupon?: string; readonly type?: string }[] = [],
  measures: Measures = {},
) {
  const users = { programId: 'default', referrerId: 'alice', refereeId: 'bob', upline: ['alice'] };
  const signals: OrderSignals = {
    event: { type, at: daysAfter(days), ...(coupon && { coupon }) },
    referral: {
      ...users,
      referralId: 'ref_1',
      code: 'k7m2qxw9',
      status: 'completed',
      programVersion: 1,
      createdAt: daysAfter(0),
    },
    facts: earlier.map((one, index) => ({
      eventId: `e${index}`,
      type: one.type ?? 'order.paid',
      subject: `o${index}`,
      at: daysAfter(one.days),
      terms: { programVersion: 1 },
      ...(one.coupon && { coupon: one.coupon }),
    })),
    ofReferrer,
  };
  return evidenceOf(rule.observe(signals, { ...rule.measures, ...measures }));
}
