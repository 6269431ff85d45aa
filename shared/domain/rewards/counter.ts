import { periodStart } from '../programs/period.ts';
import type { Budget, Cap, CapPeriod } from '../programs/program.ts';

/** A sum that rewards of several referees use up together. */
export interface Counter {
  /** The participant whose it is; undefined: the program's. */
  readonly owner?: string;
  /** Names it within its owner: rule or budget, measure, period. */
  readonly name: string;
}

/** A counter with its limit, and what one reward takes of it. */
export interface CounterLimit extends Counter {
  readonly limit: number;
  /** `amount`: minor units of the reward; `rewards`: one for each. */
  readonly measure: 'amount' | 'rewards';
}

/** Tells counters apart in a map. */
export function counterKey({ owner, name }: Counter): string {
  return `${owner ?? ''} ${name}`;
}

/** The counter of a rule's cap for a beneficiary at a time (ISO 8601); undefined if it is of another currency. */
export function capCounter(
  cap: Cap,
  ruleId: string,
  owner: string,
  currency: string,
  at: string,
): CounterLimit | undefined {
  const start = periodName(cap.period, at);
  if (cap.rewards !== undefined) {
    return { owner, name: `CAP#${ruleId}#rewards#${start}`, limit: cap.rewards, measure: 'rewards' };
  }
  if (cap.currency !== currency || cap.amount === undefined) return undefined;
  return { owner, name: `CAP#${ruleId}#${currency}#${start}`, limit: cap.amount, measure: 'amount' };
}

/** The counters of a program's budgets of a currency at a time (ISO 8601). */
export function budgetCounters(budgets: readonly Budget[], currency: string, at: string): CounterLimit[] {
  return budgets
    .filter((budget) => budget.currency === currency)
    .map(({ amount, period }) => ({
      name: `BUDGET#${currency}#${periodName(period, at)}`,
      limit: amount,
      measure: 'amount',
    }));
}

/** Whether a counter begins anew with each period, so that a reward can come to count towards another one. */
export function hasPeriod({ name }: Counter): boolean {
  return !name.endsWith('#ever');
}

function periodName(period: CapPeriod, at: string): string {
  if (period === 'ever') return 'ever';
  const start = periodStart(period, at);
  return `${period}-${period === 'month' ? start.slice(0, 7) : start}`;
}
