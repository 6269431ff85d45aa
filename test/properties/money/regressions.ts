import type { MoneyHistory } from './market.ts';

/** Histories that once failed, as they were shrunk. */
export const regressions: readonly MoneyHistory[] = [];
