import type { OrderSignals } from './order-signals.ts';
import type { FraudRule } from './rule.ts';
import { fastOrder } from './rules/fast-order.ts';
import { refundRate } from './rules/refund-rate.ts';
import { sameDevice } from './rules/same-device.ts';
import { sameIp } from './rules/same-ip.ts';
import { samePayment } from './rules/same-payment.ts';
import { tooManyCoupons } from './rules/too-many-coupons.ts';
import type { People } from './signals.ts';

/** Rules that look at an event and the journal of its user, or at the counts of their referrer. */
export const orderRules: readonly FraudRule<OrderSignals>[] = [fastOrder, tooManyCoupons, refundRate];

/** Rules that hold who sent an event against its referrer. */
export const senderRules: readonly FraudRule<People>[] = [sameDevice, samePayment, sameIp];
