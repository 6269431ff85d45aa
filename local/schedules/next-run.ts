import { type Cron, parseCron } from './parse-cron.ts';
import { instantOf, wallTimeOf } from './zone-time.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const UNITS_MS: Readonly<Record<string, number>> = { minute: MINUTE_MS, hour: 60 * MINUTE_MS, day: DAY_MS };
const LAST_YEAR = 2199;

/**
 * The first time after `after` at which a schedule of EventBridge runs; undefined if it never will again.
 * A `rate` counts from `after`. Where clocks are changed, a time that is skipped brings no run, and one that comes
 * twice brings one.
 *
 * @throws if the expression or the time zone is not valid
 */
export function nextRun(expression: string, timezone: string, after: Date): Date | undefined {
  const [, kind, text = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'rate') return new Date(after.getTime() + parseRate(text));
  if (kind === 'at') return nextOfOnce(text, timezone, after);
  if (kind === 'cron') return nextOfCron(parseCron(text), timezone, after);
  throw new Error(`${expression} is no schedule: rate(…), cron(…) or at(…) is`);
}

/** Milliseconds between two runs of a `rate`. */
function parseRate(text: string): number {
  const [, value, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(text.trim()) ?? [];
  const intervalMs = Number(value) * (UNITS_MS[unit] ?? Number.NaN);
  if (!(intervalMs > 0)) throw new Error(`rate(${text}) is no number of minutes, hours or days`);
  return intervalMs;
}

function nextOfOnce(text: string, timezone: string, after: Date): Date | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text))
    throw new Error(`at(${text}) is not yyyy-mm-ddThh:mm:ss`);
  const instant = instantOf(Date.parse(`${text}Z`), timezone);
  return instant !== undefined && instant > after.getTime() ? new Date(instant) : undefined;
}

function nextOfCron(cron: Cron, timezone: string, after: Date): Date | undefined {
  const wall = wallTimeOf(after.getTime(), timezone);
  for (let dayMs = Math.floor(wall / DAY_MS) * DAY_MS; ; dayMs += DAY_MS) {
    const day = new Date(dayMs);
    if (day.getUTCFullYear() > LAST_YEAR) return undefined;
    if (!cron.years.has(day.getUTCFullYear()) || !cron.months.has(day.getUTCMonth() + 1) || !cron.isDay(day))
      continue;
    const found = firstOfDay(cron, dayMs, timezone, after.getTime());
    if (found !== undefined) return new Date(found);
  }
}

function firstOfDay(cron: Cron, dayMs: number, timezone: string, after: number): number | undefined {
  for (const hour of cron.hours) {
    for (const minute of cron.minutes) {
      const instant = instantOf(dayMs + (hour * 60 + minute) * MINUTE_MS, timezone);
      if (instant !== undefined && instant > after) return instant;
    }
  }
  return undefined;
}
