const day = 86_400_000;

/**
 * Clicks may be reported so late: a nightly batch, a queue that stood for a long weekend. Notes of what was counted are
 * kept for thirty days from a click's own time, which leaves enough for a stream that delivers it again.
 */
const mostAge = 7 * day;

/** Clocks of servers differ by so much. */
const mostAhead = 5 * 60_000;

/**
 * When a reported click was: its own time where it says one, which is no later than now.
 *
 * @param occurredAt ISO 8601
 * @param now milliseconds since 1970, as what is returned
 * @returns undefined where it says a time that can't be taken: of another week, or to come
 */
export function reportedTime(occurredAt: string | undefined, now: number): number | undefined {
  if (occurredAt === undefined) return now;
  const at = Date.parse(occurredAt);
  return at >= now - mostAge && at <= now + mostAhead ? Math.min(at, now) : undefined;
}
