import type { VisitKind } from './visit.ts';

export const totalNames = [
  'clicks',
  'uniqueClicks',
  'botClicks',
  'scannerClicks',
  'prefetchClicks',
  'headClicks',
] as const;

export type TotalName = (typeof totalNames)[number];

/**
 * Click totals of a link, participant or program. `clicks`: human visits, repeats included. `uniqueClicks`: human
 * visitors, one for each visitor, link and hour; what is left of `clicks` are repeats. `botClicks`: machines of every
 * kind; of these, `scannerClicks`, `prefetchClicks` and `headClicks` are of their kinds, and the rest crawlers and tools.
 */
export type ClickTotals = Readonly<Record<TotalName, number>>;

/** What click totals are kept of. */
export type Counter =
  | { readonly of: 'link'; readonly code: string }
  | { readonly of: 'participant'; readonly programId: string; readonly userId: string }
  | { readonly of: 'program'; readonly programId: string };

/** What is added to a counter's totals of all time. */
export interface CounterAddition {
  readonly counter: Counter;
  readonly add: ClickTotals;
}

/** What is added to a counter's totals of a UTC day: by hour, 0 to 23. */
export interface DayAddition {
  readonly counter: Counter;
  /** `2026-11-21`. */
  readonly day: string;
  readonly hours: ReadonlyMap<number, ClickTotals>;
}

/** A counter's totals of a UTC day, by hour. */
export interface ClickDay {
  readonly day: string;
  /** Hours without a visit are left out. */
  readonly hours: ReadonlyMap<number, ClickTotals>;
}

export const noClicks: ClickTotals = totalsBy(() => 0);

/** Makes totals, one by one. */
export function totalsBy(amount: (name: TotalName) => number): ClickTotals {
  return Object.fromEntries(totalNames.map((name) => [name, amount(name)])) as ClickTotals;
}

/** What one stored visit adds to every total that shows it. `first`: the visitor's first in the hour. */
export function totalsOfVisit(kind: VisitKind, first: boolean): ClickTotals {
  if (kind === 'human') return { ...noClicks, clicks: 1, uniqueClicks: first ? 1 : 0 };
  return { ...noClicks, botClicks: 1, ...(kind !== 'bot' && { [`${kind}Clicks`]: 1 }) };
}

/** The sum of two totals. */
export function addTotals(a: ClickTotals, b: ClickTotals): ClickTotals {
  return totalsBy((name) => a[name] + b[name]);
}

/** Completed referrals of unique clicks, 0 to 1, to four places; 0 without clicks. A figure to show, never money. */
export function conversionRate(completed: number, uniqueClicks: number): number {
  if (uniqueClicks === 0) return 0;
  return Math.min(1, Math.round((completed / uniqueClicks) * 10_000) / 10_000);
}

/** The UTC day of a time, `2026-11-21`. @param at milliseconds since 1970 */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
