import { currencyExponent } from '../money/currencies.ts';
import { amountsOf } from './amounts-of.ts';
import { type Finding, type Findings, noFindings } from './finding.ts';
import type { Cap, CapPeriod, Program, Rule } from './program.ts';

/** Finds currencies that ISO 4217 does not list, and caps and budgets that can never be what ends a rule's payments. */
export function checkMoney(program: Program): Findings {
  const unknown = currenciesOf(program).filter(({ code }) => code !== 'points' && !isListed(code));
  return {
    ...noFindings,
    errors: unknown.map(({ field }) => ({ field, message: 'is not a currency of ISO 4217' })),
    warnings: program.rules.flatMap((rule, index) => [
      ...uselessCaps(rule, `rules.${index}`),
      ...capsBeyondBudget(rule, program, `rules.${index}`),
    ]),
  };
}

function isListed(code: string): boolean {
  return currencyExponent(code) !== undefined;
}

interface CurrencyAt {
  readonly field: string;
  readonly code: string;
}

interface MayNameCurrency {
  readonly currency?: string;
}

function currenciesOf(program: Program): readonly CurrencyAt[] {
  const { budgets, milestones, payouts, tiers } = program;
  return [
    ...program.rules.flatMap((rule, index) => [
      ...amountsOf(rule.amount).flatMap(({ path, amount }) =>
        amount.type === 'flat'
          ? [{ field: `rules.${index}.amount${path}.currency`, code: amount.currency }]
          : [],
      ),
      ...listed(`rules.${index}.caps`, '', rule.caps),
    ]),
    ...listed('budgets', '', budgets),
    ...listed(
      'tiers',
      '.threshold',
      tiers.map((tier) => tier.threshold),
    ),
    ...listed(
      'milestones',
      '.threshold',
      milestones.map((milestone) => milestone.threshold),
    ),
    ...listed(
      'milestones',
      '.amount',
      milestones.map((milestone) => milestone.amount),
    ),
    ...listed('payouts.minimums', '', payouts.minimums),
    ...listed('payouts.requires', '', payouts.requires),
    ...listed('payouts.limits', '', payouts.limits),
  ];
}

function listed(
  under: string,
  inside: string,
  entries: readonly (MayNameCurrency | undefined)[],
): CurrencyAt[] {
  return entries.flatMap((entry, index) =>
    entry?.currency === undefined
      ? []
      : [{ field: `${under}.${index}${inside}.currency`, code: entry.currency }],
  );
}

function uselessCaps(rule: Rule, path: string): Finding[] {
  return rule.caps.flatMap((cap, index) => {
    if (cap.currency === undefined || mayPayIn(rule, cap.currency)) return [];
    return [
      {
        field: `${path}.caps.${index}.currency`,
        message: 'is none that the rule pays in, so the cap holds nothing back',
      },
    ];
  });
}

function mayPayIn(rule: Rule, currency: string): boolean {
  if ((rule.kind === 'points') !== (currency === 'points')) return false;
  return amountsOf(rule.amount).some(
    ({ amount }) => amount.type === 'percentage' || amount.currency === currency,
  );
}

function capsBeyondBudget(rule: Rule, { budgets }: Program, path: string): Finding[] {
  return rule.caps.flatMap((cap, index) =>
    budgets.some((budget) => exceeds(cap, budget))
      ? [
          {
            field: `${path}.caps.${index}.amount`,
            message: `is more than the budget in ${cap.currency}, which ends first`,
          },
        ]
      : [],
  );
}

/** Whether a budget always ends before the cap does: a week may lie in two months, so that is not said of those. */
function exceeds(cap: Cap, budget: { currency: string; amount: number; period: CapPeriod }): boolean {
  if (cap.amount === undefined || cap.currency !== budget.currency || cap.amount <= budget.amount)
    return false;
  return cap.period === budget.period || cap.period === 'day' || budget.period === 'ever';
}
