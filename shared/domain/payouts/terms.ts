import { measureName } from '../milestones/measure.ts';
import { periodStart } from '../programs/period.ts';
import type { CapPeriod, PayoutTerms, Threshold } from '../programs/program.ts';

/** What a participant has reached, by the names that `measureName` gives. What is missing is 0. */
export type Reached = Readonly<Record<string, number>>;

/** A threshold, and how far the participant has come. */
export interface Unmet {
  readonly metric: Threshold['metric'];
  readonly currency?: string;
  readonly value: number;
  readonly reached: number;
}

/** The first threshold that has not been reached. */
export function firstUnmet(terms: PayoutTerms, reached: Reached): Unmet | undefined {
  for (const threshold of terms.requires) {
    const value = reached[measureName(threshold)] ?? 0;
    if (value < threshold.value) return { ...threshold, reached: value };
  }
  return undefined;
}

/** The least that can be taken at once, in minor units; 1 where the program says nothing. */
export function leastOf(terms: PayoutTerms, currency: string): number {
  return Math.max(1, ...terms.minimums.filter((one) => one.currency === currency).map((one) => one.amount));
}

/** A limit of a program for the period that a moment is in, as what keeps it: a counter. */
export interface PayoutLimit {
  readonly period: CapPeriod;
  /** Name of the counter below the participant: `payout#week#USD#2026-11-30`, `payout#ever#count`. */
  readonly counter: string;
  /** The most that the counter may come to: minor units, or payouts. */
  readonly most: number;
  readonly counts: 'amount' | 'payouts';
}

/** The limits that a payout in a currency is held to. Of two on the same counter the lower one. @param at ISO 8601 */
export function limitsFor(terms: PayoutTerms, currency: string, at: string): readonly PayoutLimit[] {
  const byCounter = new Map<string, PayoutLimit>();
  for (const { period, amount, currency: of, rewards } of terms.limits) {
    const most = amount ?? rewards;
    if (most === undefined || (amount !== undefined && of !== currency)) continue;
    const counts = amount === undefined ? 'payouts' : 'amount';
    const unit = counts === 'payouts' ? 'count' : currency;
    const start = period === 'ever' ? '' : `#${periodStart(period, at)}`;
    const counter = `payout#${period}#${unit}${start}`;
    const before = byCounter.get(counter);
    if (before === undefined || most < before.most) byCounter.set(counter, { period, counter, most, counts });
  }
  return [...byCounter.values()];
}

/** How much a payout of an amount takes of a limit. */
export function takenOf(limit: PayoutLimit, amount: number): number {
  return limit.counts === 'amount' ? amount : 1;
}

/** How much can leave of a sum, in minor units, with the counters at these values. */
export function mostWithin(
  limits: readonly PayoutLimit[],
  sum: number,
  used: Readonly<Record<string, number>>,
): number {
  return limits.reduce(
    (least, limit) => {
      const room = Math.max(0, limit.most - (used[limit.counter] ?? 0));
      if (limit.counts === 'amount') return Math.min(least, room);
      return room === 0 ? 0 : least;
    },
    Math.max(0, sum),
  );
}
