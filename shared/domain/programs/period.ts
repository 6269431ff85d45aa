import type { CapPeriod } from './program.ts';

/** The first day of a period in UTC (`2026-11-30`); weeks begin on Monday. @param at ISO 8601 */
export function periodStart(period: Exclude<CapPeriod, 'ever'>, at: string): string {
  if (period === 'month') return `${at.slice(0, 7)}-01`;
  const day = new Date(`${at.slice(0, 10)}T00:00:00.000Z`);
  if (period === 'week') day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}
