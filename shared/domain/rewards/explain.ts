import type { Earned } from './earned.ts';
import { changesOrder, type Explanation } from './event.ts';
import type { Fact } from './fact.ts';
import { type JournalState, type Posting, rewardKey } from './journal.ts';

/**
 * Says what a fact did and why: a line for each reward that it made or changed, and one for each rule that it could
 * have made pay and did not.
 */
export function explain(
  fact: Fact,
  state: JournalState,
  { skips, rewards }: Earned,
  postings: readonly Posting[],
): readonly Explanation[] {
  const paid = postings.map((posting) => {
    const key = rewardKey(posting);
    const before = state.rewards.get(key);
    const isMoved = before !== undefined && before.bucket !== posting.bucket;
    return explainPosting(fact, posting, rewards.get(key)?.full, isMoved);
  });
  const isChange = changesOrder(fact.type);
  const skipped = skips
    .filter((skip) => !isChange && skip.subject === fact.subject && skip.type === fact.type)
    .map(
      ({ ruleId, beneficiaryId, reason, programVersion }): Explanation => ({
        ruleId,
        ...(beneficiaryId !== undefined && { beneficiaryId }),
        outcome: 'skipped',
        reason,
        programVersion,
      }),
    );
  const lines = [...paid, ...skipped];
  if (lines.length > 0) return lines;
  return [{ outcome: 'skipped', reason: reasonFor(fact, state, isChange) }];
}

function reasonFor(fact: Fact, { facts, rewards }: JournalState, isChange: boolean): string {
  const known = facts.filter((one) => one.subject === fact.subject);
  if (!isChange) return reasonForPlacing(fact, known);
  if (!known.some((one) => !changesOrder(one.type))) return 'no_rewarded_order_yet';
  const refunded = Math.max(-1, ...known.map((one) => one.amountRefunded ?? -1));
  if (fact.type === 'order.refunded' && (fact.amountRefunded ?? 0) <= refunded) return 'refund_already_known';
  return [...rewards.values()].some((reward) => reward.posting.subject === fact.subject)
    ? 'reward_unchanged'
    : 'no_rewarded_order_yet';
}

function reasonForPlacing({ type, paymentId }: Fact, known: readonly Fact[]): string {
  const placings = known.filter((one) => one.type === type);
  if (placings.length === 0) return 'no_rule_for_event';
  return placings.some((one) => one.paymentId === paymentId) ? 'order_already_rewarded' : 'reward_unchanged';
}

function explainPosting(
  fact: Fact,
  posting: Posting,
  full: number | undefined,
  isMoved: boolean,
): Explanation {
  const { ruleId, beneficiaryId, programVersion, rewardAmount, currency } = posting;
  return {
    ruleId,
    beneficiaryId,
    outcome: posting.adjusts ? 'adjusted' : 'paid',
    reason: reasonOf(fact, posting, full, isMoved),
    ...(currency !== undefined && { amount: rewardAmount, currency }),
    programVersion,
  };
}

function reasonOf(fact: Fact, posting: Posting, full: number | undefined, isMoved: boolean): string {
  if (isMoved) return 'hold_released';
  if (posting.subject !== fact.subject) return 'order_of_another_time';
  if (changesOrder(fact.type)) return fact.type.replace('.', '_');
  if (posting.adjusts) return 'order_changed';
  if (full !== undefined && posting.room !== undefined && posting.room < full) return 'clamped_to_cap';
  return full !== undefined && posting.rewardAmount < full ? 'rule_matched_less_refund' : 'rule_matched';
}
