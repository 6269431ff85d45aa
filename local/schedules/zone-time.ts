const DAY_MS = 86_400_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** What the wall clock of a time zone shows, as the milliseconds that it would be if that were UTC. */
export function wallTimeOf(instantMs: number, timezone: string): number {
  if (timezone === 'UTC') return instantMs;
  const parts = formatterOf(timezone).formatToParts(instantMs);
  const read = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(
    read('year'),
    read('month') - 1,
    read('day'),
    read('hour'),
    read('minute'),
    read('second'),
  );
  return wall + (((instantMs % 1_000) + 1_000) % 1_000);
}

/** When the wall clock first shows a time; undefined for a time that is skipped in spring. */
export function instantOf(wallMs: number, timezone: string): number | undefined {
  if (timezone === 'UTC') return wallMs;
  const offsets = [wallMs - DAY_MS, wallMs + DAY_MS].map((around) => wallTimeOf(around, timezone) - around);
  const instants = offsets
    .map((offset) => wallMs - offset)
    .filter((instant) => wallTimeOf(instant, timezone) === wallMs);
  return instants.length > 0 ? Math.min(...instants) : undefined;
}

function formatterOf(timezone: string): Intl.DateTimeFormat {
  const known = formatters.get(timezone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formatters.set(timezone, formatter);
  return formatter;
}
