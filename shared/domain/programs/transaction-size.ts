import { amountsOf } from './amounts-of.ts';
import type { Program, Rule } from './program.ts';

/** What DynamoDB takes in one transaction. */
export const mostItems = 100;

/** The entry (the first reward lies in it), the referral that it completes, the referrer's sums, and the event. */
const always = 4;

type Budgeted = Pick<Program, 'rules' | 'budgets'>;

/**
 * The most items that one event of a type can change in a transaction: for each reward its own and its counters,
 * for each beneficiary and unit a balance, and the budgets. Of a group two rules can take part for a beneficiary:
 * the one that pays no longer and the one that pays instead.
 */
export function itemsOfEvent(program: Budgeted, eventType: string): number {
  const rewards = program.rules.filter((rule) => rule.event === eventType).flatMap(rewardsOf);
  const counted = withinGroups(rewards);
  // A reward is counted in one unit, whichever of those that its rule names.
  const balances = new Set(
    counted.flatMap(({ beneficiary, units }) =>
      units.length === 0 ? [] : [`${beneficiary} ${[...units].sort().join()}`],
    ),
  );
  const counters = counted.reduce((sum, { rule }) => sum + rule.caps.length, 0);
  const units = new Set(counted.flatMap((reward) => reward.units));
  return always + Math.max(0, counted.length - 1) + balances.size + counters + budgetsOf(program, units);
}

/** Currency of a percentage: whatever the event's is. */
const ofEvent = 'event';

interface PossibleReward {
  readonly rule: Rule;
  readonly beneficiary: string;
  /** What it may be counted in; none: a coupon, badge or perk. */
  readonly units: readonly string[];
}

function rewardsOf(rule: Rule): PossibleReward[] {
  const beneficiaries = {
    referrer: ['1'],
    referee: ['0'],
    both: ['1', '0'],
    upline: [String(rule.level ?? 1)],
  }[rule.side];
  const kind = rule.kind === 'credit' ? 'credit ' : '';
  const units = new Set(
    amountsOf(rule.amount).map(({ amount }) => {
      if (rule.kind === 'points') return 'points';
      return `${kind}${amount.type === 'flat' ? amount.currency : ofEvent}`;
    }),
  );
  return beneficiaries.map((beneficiary) => ({ rule, beneficiary, units: [...units] }));
}

function withinGroups(rewards: readonly PossibleReward[]): readonly PossibleReward[] {
  const groups = new Map<string, PossibleReward[]>();
  for (const reward of rewards) {
    const { group, ruleId } = reward.rule;
    const name = `${group === undefined ? `rule ${ruleId}` : `group ${group}`} ${reward.beneficiary}`;
    groups.set(name, [...(groups.get(name) ?? []), reward]);
  }
  const size = ({ rule, units }: PossibleReward): number => rule.caps.length + Math.min(1, units.length);
  return [...groups.values()].flatMap((group) => group.sort((a, b) => size(b) - size(a)).slice(0, 2));
}

function budgetsOf({ budgets }: Budgeted, units: ReadonlySet<string>): number {
  const named = new Set([...units].map((unit) => unit.replace('credit ', '')));
  const perCurrency = new Map<string, number>();
  for (const { currency } of budgets) perCurrency.set(currency, (perCurrency.get(currency) ?? 0) + 1);
  const ofNamed = [...perCurrency].filter(([currency]) => named.has(currency));
  const others = [...perCurrency].filter(([currency]) => !named.has(currency)).map(([, count]) => count);
  const known = ofNamed.reduce((sum, [, count]) => sum + count, 0);
  return known + (named.has(ofEvent) ? Math.max(0, ...others) : 0);
}
