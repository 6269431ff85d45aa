import type { Program, Rule } from '../programs/program.ts';
import { fieldsOf } from '../rules/conditions.ts';
import { type Beneficiary, beneficiariesOf, objectionTo } from './admission.ts';
import type { Chance } from './chance.ts';
import { budgetCounters, type CounterLimit, capCounter, hasPeriod } from './counter.ts';
import { bucketFor } from './hold.ts';
import { balanceKindOf, rewardKey } from './journal.ts';
import { isChangeable } from './occasion-facts.ts';
import { foldOrder, type Order } from './order.ts';
import { denialKey, type EarnedReward, type Skip } from './outcome.ts';
import { limitOf } from './own-terms.ts';
import { type Placement, type Worth, worthOf } from './worth.ts';

/** An order that a rule has paid for. */
export interface Trigger {
  readonly ruleId: string;
  readonly order: Order;
}

/** A reward by a rule, unless another rule of its group pays instead. */
export interface Candidate {
  readonly reward: EarnedReward;
  readonly order: Order;
  readonly rule: Rule;
}

/** What each rule of a chance gives each of its beneficiaries, after what the rules have paid for before. */
export function ruledOutcomes(chance: Chance, triggers: readonly Trigger[]): (Candidate | Skip)[] {
  return chance.rules.flatMap((rule) =>
    beneficiariesOf(rule, chance.input.referral).map((one) => outcomeOf(rule, one, chance, triggers)),
  );
}

function outcomeOf(
  rule: Rule,
  beneficiary: Beneficiary | undefined,
  chance: Chance,
  triggers: readonly Trigger[],
): Candidate | Skip {
  const { input, program } = chance;
  const { referral } = input;
  const skip = (reason: string, isOpen: boolean) => skipOf(rule, chance, beneficiary, reason, isOpen);
  if (beneficiary === undefined) {
    return skip(referral.isForfeited ? 'referral_reassigned' : 'no_such_level', false);
  }
  const objections = chance.occasion.placings.map((one) => objectionTo(one, rule, beneficiary, referral));
  const placings = chance.occasion.placings.filter((_, index) => objections[index] === undefined);
  if (placings.length === 0) return skip(objections[0] as string, false);
  const apart = chance.calculated.reduce((sum, { amount = 0 }) => sum + amount, 0);
  const order = foldOrder({ ...chance.occasion, placings }, apart);
  const before = countTriggers(triggers, rule, order, program);
  const limit = limitOf(rule, order.placed, referral);
  if (limit !== null && before >= limit) {
    return skip('limit_per_referee_reached', canComeFree(rule, chance, order, triggers));
  }
  const worth = worthOf(rule, { input, order, program }, beneficiary, before);
  if (typeof worth === 'string') return skip(worth, true);
  const reward = rewardOf(rule, { input, order, program }, beneficiary, worth);
  const isDenied = input.denied.has(denialKey(reward));
  return isDenied ? skip('cap_reached', reward.counters.some(hasPeriod)) : { reward, order, rule };
}

function skipOf(
  rule: Rule,
  { occasion, program }: Chance,
  beneficiary: Beneficiary | undefined,
  reason: string,
  isOpen: boolean,
): Skip {
  return {
    ruleId: rule.ruleId,
    ...(beneficiary && { beneficiaryId: beneficiary.userId }),
    subject: occasion.subject,
    type: occasion.type,
    reason,
    isOpen,
    programVersion: program.version,
  };
}

/** How often a rule has paid before an order. Where the program gives back, what was void by then does not count. */
function countTriggers(triggers: readonly Trigger[], rule: Rule, order: Order, program: Program): number {
  return triggers.filter((trigger) => {
    if (trigger.ruleId !== rule.ruleId) return false;
    const { voidedAt } = trigger.order;
    return !(program.freedLimits === 'returned' && voidedAt !== undefined && voidedAt <= order.placed.at);
  }).length;
}

/**
 * Whether a place that an order finds taken can still become free for it: other rules of the group can take over, a
 * refund can give it back, an order can stop meeting its condition, or another report can make an order begin earlier,
 * or come to nothing.
 */
function canComeFree(rule: Rule, { program }: Chance, order: Order, triggers: readonly Trigger[]): boolean {
  const holders = triggers.filter((trigger) => trigger.ruleId === rule.ruleId).map((one) => one.order);
  return (
    rule.group !== undefined ||
    program.freedLimits === 'returned' ||
    fieldsOf(rule.conditions).some(isChangeable) ||
    [order, ...holders].some(canBeToldAgain)
  );
}

/** Another event, with another amount or none, can tell of the same order; of a sign-up or a visit none does. */
function canBeToldAgain({ subject, placed: { eventId, type, amount } }: Order): boolean {
  return subject !== eventId || amount !== undefined || type.startsWith('order.');
}

function rewardOf(rule: Rule, placement: Placement, beneficiary: Beneficiary, worth: Worth): EarnedReward {
  const { order, program, input } = placement;
  const isCounted = balanceKindOf(rule.kind) !== undefined;
  const base = {
    ruleId: rule.ruleId,
    beneficiaryId: beneficiary.userId,
    subject: order.subject,
    ...(isCounted && { currency: worth.currency }),
  };
  return {
    key: rewardKey(base),
    ...base,
    type: order.placed.type,
    ...(beneficiary.level !== undefined && { level: beneficiary.level }),
    kind: rule.kind,
    ...(rule.name !== undefined && { name: rule.name }),
    ...(rule.pool !== undefined && { pool: rule.pool }),
    full: worth.full,
    net: worth.net,
    bucket: bucketFor(rule.hold, order, input.facts),
    programVersion: program.version,
    counters: countersOf(rule, placement, beneficiary, worth.currency),
  };
}

function countersOf(
  rule: Rule,
  { order, program }: Placement,
  { userId }: Beneficiary,
  currency: string,
): CounterLimit[] {
  const { at } = order.placed;
  const caps = rule.caps.flatMap((cap) => capCounter(cap, rule.ruleId, userId, currency, at) ?? []);
  return [...caps, ...budgetCounters(program.budgets, currency, at)];
}
