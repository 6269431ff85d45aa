/** What a cron expression says, in terms of the wall clock. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  /** Whether it runs on a day, given at midnight as if the wall clock showed UTC. */
  readonly isDay: (day: Date) => boolean;
}

interface FieldSpec {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const MINUTES = { name: 'minutes', min: 0, max: 59 };
const HOURS = { name: 'hours', min: 0, max: 23 };
const DAY_OF_MONTH = { name: 'day of month', min: 1, max: 31 };
const MONTH = { name: 'month', min: 1, max: 12, names: MONTHS };
const DAY_OF_WEEK = { name: 'day of week', min: 1, max: 7, names: WEEKDAYS };
const YEAR = { name: 'year', min: 1970, max: 2199 };

/**
 * Reads the six fields of AWS's dialect: minutes, hours, day of month, month, day of week (1 is Sunday), year.
 *
 * @throws if they are no valid expression
 */
export function parseCron(text: string): Cron {
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year, ...more] = text.trim().split(/\s+/);
  if (!minutes || !hours || !dayOfMonth || !month || !dayOfWeek || !year || more.length > 0) {
    throw new Error(`cron(${text}) doesn't have six fields`);
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new Error(`cron(${text}) needs ? in either the day of month or the day of week`);
  }
  return {
    minutes: parseField(minutes, MINUTES),
    hours: parseField(hours, HOURS),
    months: new Set(parseField(month, MONTH)),
    years: new Set(parseField(year, YEAR)),
    isDay: dayOfMonth === '?' ? parseDayOfWeek(dayOfWeek) : parseDayOfMonth(dayOfMonth),
  };
}

function parseField(text: string, spec: FieldSpec): readonly number[] {
  const values = new Set(text.split(',').flatMap((part) => parsePart(part, spec)));
  return [...values].sort((one, other) => one - other);
}

function parsePart(part: string, spec: FieldSpec): number[] {
  const [range = '', step] = part.split('/');
  const [first = '', last] = range === '*' ? [String(spec.min), String(spec.max)] : range.split('-');
  const from = parseNumber(first, spec);
  const to = last !== undefined ? parseNumber(last, spec) : step === undefined ? from : spec.max;
  const by = step === undefined ? 1 : Number(step);
  if (!Number.isInteger(by) || by < 1) throw new Error(`${part} is no valid ${spec.name}`);
  const size = spec.max - spec.min + 1;
  // A range may go round: 20-2 are the hours of a night.
  const length = (to - from + size) % size;
  const steps = Array.from({ length: Math.floor(length / by) + 1 }, (_, i) => from - spec.min + i * by);
  return steps.map((offset) => spec.min + (offset % size));
}

function parseNumber(text: string, { name, min, max, names }: FieldSpec): number {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + min : Number(text);
  if (!/^\w+$/.test(text) || !Number.isInteger(value) || value < min || value > max) {
    throw new Error(`${text} is no valid ${name}`);
  }
  return value;
}

function parseDayOfMonth(text: string): (day: Date) => boolean {
  if (text === 'L') return (day) => day.getUTCDate() === lengthOfMonth(day);
  if (text === 'LW') return (day) => day.getUTCDate() === nearestWeekday(day, lengthOfMonth(day));
  if (text.endsWith('W')) {
    const wanted = parseNumber(text.slice(0, -1), DAY_OF_MONTH);
    return (day) => wanted <= lengthOfMonth(day) && day.getUTCDate() === nearestWeekday(day, wanted);
  }
  const days = new Set(parseField(text, DAY_OF_MONTH));
  return (day) => days.has(day.getUTCDate());
}

function parseDayOfWeek(text: string): (day: Date) => boolean {
  const weekday = (day: Date) => day.getUTCDay() + 1;
  if (text === 'L') return (day) => weekday(day) === 7;
  if (text.endsWith('L')) {
    const wanted = parseNumber(text.slice(0, -1), DAY_OF_WEEK);
    return (day) => weekday(day) === wanted && day.getUTCDate() + 7 > lengthOfMonth(day);
  }
  const [name = '', nth] = text.split('#');
  if (nth !== undefined) {
    const wanted = parseNumber(name, DAY_OF_WEEK);
    const week = parseNumber(nth, { name: 'week of a month', min: 1, max: 5 });
    return (day) => weekday(day) === wanted && Math.ceil(day.getUTCDate() / 7) === week;
  }
  const days = new Set(parseField(text, DAY_OF_WEEK));
  return (day) => days.has(weekday(day));
}

function lengthOfMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The day from Monday to Friday that is nearest to a date and in the same month. */
function nearestWeekday(day: Date, date: number): number {
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay();
  if (weekday === 6) return date === 1 ? 3 : date - 1;
  if (weekday === 0) return date === lengthOfMonth(day) ? date - 2 : date + 1;
  return date;
}
