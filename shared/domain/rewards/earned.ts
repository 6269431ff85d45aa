import { calculatedOutcomes } from './calculated.ts';
import { chancesOf, type EarnInput } from './chance.ts';
import { byTime } from './fact.ts';
import { type Order, occasionsOf } from './order.ts';
import type { EarnedReward, Outcome, Skip } from './outcome.ts';
import { type Candidate, ruledOutcomes, type Trigger } from './ruled.ts';
import { tenuresOf } from './tenures.ts';

/** All that has been earned, by `rewardKey`, and why the rest has not. */
export interface Earned {
  readonly rewards: ReadonlyMap<string, EarnedReward>;
  readonly skips: readonly Skip[];
}

/**
 * What a set of facts has earned: goes through what each rule takes for an order in the order of time, whatever the
 * order in which it became known, and whoever had the referral then. The same set gives the same rewards.
 */
export function earn(input: EarnInput): Earned {
  const rewards = new Map<string, EarnedReward>();
  const skips: Skip[] = [];
  const triggers: Trigger[] = [];
  const chances = tenuresOf(input.referral, input.facts)
    .filter(({ isOver }) => isOver || input.counts !== false)
    .flatMap(({ referral, facts }) =>
      occasionsOf(facts).flatMap((occasion) => chancesOf(occasion, { ...input, referral })),
    );
  for (const chance of chances.sort((a, b) => byTime(a.first, b.first))) {
    const isCalculated = chance.rules.length === 0;
    const outcomes = isCalculated ? calculatedOutcomes(chance) : settleGroup(ruledOutcomes(chance, triggers));
    const paid = new Map<string, Order>();
    for (const outcome of outcomes) {
      if ('reason' in outcome) {
        skips.push(outcome);
        continue;
      }
      const { reward, order } = outcome;
      rewards.set(reward.key, reward);
      if (!paid.has(reward.ruleId)) paid.set(reward.ruleId, order);
    }
    for (const [ruleId, order] of paid) triggers.push({ ruleId, order });
  }
  return { rewards, skips };
}

/** Of the rules of one group, one pays each beneficiary: the highest priority, then what pays most, then the first. */
function settleGroup(outcomes: readonly (Candidate | Skip)[]): Outcome[] {
  const candidates = outcomes.filter((outcome) => 'reward' in outcome);
  return outcomes.map((outcome) => {
    if (!('reward' in outcome) || outcome.rule.group === undefined) return outcome;
    const { reward } = outcome;
    const rivals = candidates.filter((rival) => rival.reward.beneficiaryId === reward.beneficiaryId);
    const winner = rivals.reduce((best, rival) => (isBetter(rival, best) ? rival : best));
    if (winner === outcome) return outcome;
    const { ruleId, beneficiaryId, subject, type, programVersion } = reward;
    const reason = `rule_${winner.reward.ruleId}_pays_instead`;
    return { ruleId, beneficiaryId, subject, type, reason, isOpen: true, programVersion };
  });
}

function isBetter(rival: Candidate, best: Candidate): boolean {
  const byPriority = rival.rule.priority - best.rule.priority;
  if (byPriority !== 0) return byPriority > 0;
  const byNet = rival.reward.net - best.reward.net;
  return byNet === 0 ? rival.reward.full > best.reward.full : byNet > 0;
}
