import type { Referral } from '../referrals/referral.ts';
import type { ReportedEvent } from '../rewards/event.ts';
import type { Fact } from '../rewards/fact.ts';

/** An event of a referee, with what their journal knows. */
export interface OrderSignals {
  readonly event: ReportedEvent;
  readonly referral: Referral;
  /** What their earlier events said, as far as it can matter to rewards. */
  readonly facts: readonly Fact[];
}
