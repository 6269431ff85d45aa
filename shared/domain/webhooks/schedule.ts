/**
 * Seconds to wait after each failed try: ten tries in some 75 hours.
 * Source: the example of Standard Webhooks 1.0, "Deliverability and reliability".
 */
export const usualRetrySeconds: readonly number[] = [
  5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
];

/** Nobody waits longer than this because a receiver asks for it. */
const longestMs = 24 * 3_600_000;

/** The longest that an endpoint which keeps failing is left alone between two probes. */
const longestPauseMs = 15 * 60_000;

/** A share of the time, by chance, is added: what failed together is not tried together. */
const jitter = 0.1;

/**
 * How long to wait for the next try, in milliseconds; undefined after the last.
 *
 * @param tries how many there have been
 * @param retryAfterMs what the receiver asked for: it makes the wait longer, never shorter
 * @param random 0 to 1
 */
export function retryDelay(
  schedule: readonly number[],
  tries: number,
  retryAfterMs: number | undefined,
  random: number,
): number | undefined {
  const seconds = schedule[tries - 1];
  if (seconds === undefined) return undefined;
  const wanted = Math.max(seconds * 1_000, Math.min(retryAfterMs ?? 0, longestMs));
  return Math.round(wanted * (1 + jitter * random));
}

/** How long an endpoint is left alone between two probes: the second wait of the schedule, five minutes as a rule. */
export function pauseOf(schedule: readonly number[]): number {
  return Math.min((schedule[1] ?? schedule[0] ?? 0) * 1_000, longestPauseMs);
}

/**
 * What `Retry-After` asks for, in milliseconds: seconds, or a date. Source: RFC 9110, section 10.2.3.
 *
 * @param now milliseconds since 1970
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
