import { amountsOf, isNothing } from './amounts-of.ts';
import type { Finding } from './finding.ts';
import type { Rule } from './program.ts';

/** Finds rules that pay twice for the same, that another always goes before, or that cannot be compared. */
export function compareRules(rules: readonly Rule[]): readonly Finding[] {
  const comparable = rules.map((rule) => ({ rule, text: textOf(rule) }));
  return comparable.flatMap(({ rule, text }, index) => {
    const twin = comparable.findIndex((other) => other.text === text);
    if (twin < index && rule.group === undefined) {
      return [
        {
          field: `rules.${index}`,
          message: `pays the same again as ${rules[twin]?.ruleId}, by the same words`,
        },
      ];
    }
    const rivals = rules.filter((other) => other !== rule && isRival(other, rule));
    const winner = rivals.find((other) => alwaysGoesBefore(other, rule));
    if (winner !== undefined) {
      return [
        {
          field: `rules.${index}`,
          message: `never pays: ${winner.ruleId} of its group always goes before it`,
        },
      ];
    }
    const equal = rivals.find(
      (other) => rules.indexOf(other) < index && other.priority === rule.priority && !canCompare(other, rule),
    );
    if (equal === undefined) return [];
    const message = `is that of ${equal.ruleId}, which pays in another unit: which one pays more cannot be told, so set priorities`;
    return [{ field: `rules.${index}.priority`, message }];
  });
}

/** A rule but for its id, with its fields in one order. */
function textOf({ ruleId: _, ...rule }: Rule): string {
  return JSON.stringify(rule, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Whether of two rules only one pays. */
function isRival(a: Rule, b: Rule): boolean {
  const isSameSide = a.side === b.side && a.level === b.level;
  return a.group !== undefined && a.group === b.group && a.event === b.event && isSameSide;
}

/** Whether one rule of a group fires whenever another does, and goes before it. Nothing is said in doubt. */
function alwaysGoesBefore(winner: Rule, loser: Rule): boolean {
  return winner.priority > loser.priority && isUnconditional(winner) && paysWhenever(winner, loser);
}

function isUnconditional(rule: Rule): boolean {
  return (
    rule.conditions === undefined &&
    rule.limitPerReferee === null &&
    rule.months === null &&
    rule.caps.length === 0 &&
    rule.excludedPaymentMethods.length === 0 &&
    rule.basis.minimum === undefined &&
    rule.basis.excludedProducts.length === 0 &&
    rule.basis.excludedCategories.length === 0
  );
}

function paysWhenever(winner: Rule, loser: Rule): boolean {
  const { amount } = winner;
  // A pool of coupons may be empty.
  if (amount === undefined) return winner.kind !== 'coupon';
  if (amount.type === 'flat') return amount.amount > 0;
  if (amount.type !== 'percentage' || loser.amount?.type !== 'percentage') return false;
  // As much or more of as much or more: what rounds to nothing for the winner does so for the loser.
  return (
    !isNothing(amount) &&
    Number(amount.rate) >= Number(loser.amount.rate) &&
    (winner.basis.type === 'gross' || loser.basis.type === 'net')
  );
}

/** Whether it can be told which of two rules pays more. */
function canCompare(a: Rule, b: Rule): boolean {
  const units = (rule: Rule): Set<string> =>
    new Set(
      rule.amount === undefined
        ? [rule.kind]
        : amountsOf(rule.amount).map(({ amount }) =>
            amount.type === 'flat' ? amount.currency : 'of the order',
          ),
    );
  const all = new Set([...units(a), ...units(b)]);
  if (all.size === 1) return true;
  all.delete('of the order');
  return (
    all.size === 1 &&
    a.kind !== 'points' &&
    b.kind !== 'points' &&
    a.amount !== undefined &&
    b.amount !== undefined
  );
}
