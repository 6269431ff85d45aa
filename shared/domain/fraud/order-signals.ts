import type { Referral } from '../referrals/referral.ts';
import type { Fact } from '../rewards/fact.ts';

/** Orders of referees, by attribute of their referrer's progress. */
export type OrderCounts = {
  readonly orders: number;
  /** Of these, those of which less than half is left after refunds, charge-backs and cancellation. */
  readonly refundedOrders: number;
};

/** An event of a referee, with what their journal knows. */
export interface OrderSignals {
  readonly event: Pick<Fact, 'type' | 'at' | 'coupon'>;
  readonly referral: Referral;
  /** What their earlier events said, as far as it can matter to rewards. */
  readonly facts: readonly Fact[];
  /** Orders of all whom the referrer brought, with this event. Known where a rule that is on looks at them. */
  readonly ofReferrer?: OrderCounts | undefined;
}
