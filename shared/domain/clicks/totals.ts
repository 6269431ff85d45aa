import type { VisitKind } from './visit.ts';

/** Click totals of a link, participant or program. */
export interface ClickTotals {
  /** Human visits, repeats included. */
  readonly clicks: number;
  /** Human visitors: one for each visitor, link and hour. */
  readonly uniqueClicks: number;
  readonly botClicks: number;
}

/** What click totals are kept of. */
export type Counter =
  | { readonly of: 'link'; readonly code: string }
  | { readonly of: 'participant'; readonly programId: string; readonly userId: string }
  | { readonly of: 'program'; readonly programId: string };

export interface CounterAddition {
  readonly counter: Counter;
  readonly add: ClickTotals;
}

export const noClicks: ClickTotals = { clicks: 0, uniqueClicks: 0, botClicks: 0 };

/** What one stored visit adds to every total that shows it. `first`: the visitor's first in the hour. */
export function totalsOfVisit(kind: VisitKind, first: boolean): ClickTotals {
  if (kind === 'bot') return { clicks: 0, uniqueClicks: 0, botClicks: 1 };
  return { clicks: 1, uniqueClicks: first ? 1 : 0, botClicks: 0 };
}

/** The sum of two totals. */
export function addTotals(a: ClickTotals, b: ClickTotals): ClickTotals {
  return {
    clicks: a.clicks + b.clicks,
    uniqueClicks: a.uniqueClicks + b.uniqueClicks,
    botClicks: a.botClicks + b.botClicks,
  };
}

/** Completed referrals of unique clicks, 0 to 1, to four places; 0 without clicks. A figure to show, never money. */
export function conversionRate(completed: number, uniqueClicks: number): number {
  if (uniqueClicks === 0) return 0;
  return Math.min(1, Math.round((completed / uniqueClicks) * 10_000) / 10_000);
}
