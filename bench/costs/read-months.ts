import { parseArgs } from 'node:util';
import { monthLike, months, type NamedMonth } from './cost-table.ts';

export const usage = `What a month costs in us-east-1, by list prices.

  npm run costs                                                     the months of the guide
  npm run costs -- --clicks 250000 --sign-ups 3 --orders 1          a month of your own

  --clicks N        visits of links, those of machines included
  --sign-ups P      of a hundred clicks, how many sign up: 2 unless given
  --orders P        of a hundred clicks, how many order: 1 unless given
  --links N         links that are clicked: 1000 unless given
  --hours N         hours of the day in which the clicks come: 8 unless given
  --window N        seconds for which clicks are gathered (clickWindowSeconds): 1 unless given
  --endpoints N     endpoints of webhooks, each told of all: 1 unless given
  --mails P         of a hundred sign-ups and orders, of how many a mail tells: 100 unless given`;

/** What a number may be. */
interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
}

const whole = (least: number, most: number): Bounds => ({ least, most, isWhole: true });
const percent: Bounds = { least: 0, most: 100, isWhole: false };

const options = {
  clicks: whole(1, 1e12),
  'sign-ups': percent,
  orders: percent,
  links: whole(1, 1e6),
  hours: whole(1, 24),
  window: whole(1, 300),
  endpoints: whole(0, 20),
  mails: percent,
} as const;

/**
 * The months that a command line asks for: that of its numbers, or the guide's where it names none.
 *
 * @throws Error of one line where it can't be read
 */
export function readMonths(args: readonly string[]): readonly NamedMonth[] {
  if (args.length === 0) return months;
  const given = readNumbers(args);
  const { clicks, links, hours: busyHours, window: windowSeconds, endpoints, mails: mailedPercent } = given;
  if (clicks === undefined) throw new Error('--clicks is needed for a month of your own. See --help');
  const counts = { links, busyHours, windowSeconds, endpoints, mailedPercent };
  const shares = { signUps: shareOf(clicks, given['sign-ups']), orders: shareOf(clicks, given.orders) };
  return [
    [`${clicks.toLocaleString('en-US')} clicks`, monthLike({ clicks, ...defined({ ...counts, ...shares }) })],
  ];
}

const shareOf = (clicks: number, of: number | undefined) =>
  of === undefined ? undefined : (clicks * of) / 100;

function defined<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

function readNumbers(args: readonly string[]): { readonly [Name in keyof typeof options]?: number } {
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.keys(options).map((name) => [name, { type: 'string' as const }])),
  });
  const numbers = Object.entries(options).flatMap(([name, bounds]) => {
    const text = values[name];
    return text === undefined ? [] : [[name, readNumber(name, String(text), bounds)]];
  });
  return Object.fromEntries(numbers);
}

function readNumber(name: string, text: string, { least, most, isWhole }: Bounds): number {
  const value = Number(text.replaceAll(/[_,]/g, ''));
  if (text !== '' && value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
  const what = isWhole ? 'a whole number' : 'a number';
  throw new Error(`--${name} takes ${what} from ${least} to ${most.toLocaleString('en-US')}, not ${text}`);
}
