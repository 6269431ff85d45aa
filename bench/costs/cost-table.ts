import { countingPerClick, type Month, monthlyBill } from './monthly-bill.ts';

/** A month, and what it is called. */
export type NamedMonth = readonly [name: string, month: Month];

/** A month that is like those of the guide but for what is given. */
export function monthLike({ clicks, ...given }: Partial<Month> & Pick<Month, 'clicks'>): Month {
  const usual = { links: 1000, busyHours: 8, windowSeconds: 1, endpoints: 1, mailedPercent: 100 };
  return { ...usual, signUps: clicks / 50, orders: clicks / 100, clicks, ...given };
}

/** The months that the guide on costs shows. */
export const months: readonly NamedMonth[] = [
  ['10,000 clicks', monthLike({ clicks: 10_000, links: 100 })],
  ['1 million', monthLike({ clicks: 1_000_000 })],
  ['100 million', monthLike({ clicks: 100_000_000, links: 10_000 })],
];

const dollars = (amount: number): string =>
  amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const row = (name: string, cells: readonly string[]): string => `| ${name} | ${cells.join(' | ')} |`;

/** What months cost, as Markdown: the guide's table, in docs/guides/costs.md, unless others are given. */
export function costTable(shown: readonly NamedMonth[] = months): string {
  const bills = shown.map(([, month]) => monthlyBill(month));
  const lines = Object.keys(bills[0]?.lines ?? {}) as (keyof (typeof bills)[number]['lines'])[];
  const unitsWithin = (windowSeconds: number): string[] =>
    shown.map(([, month]) => countingPerClick({ ...month, windowSeconds }).toFixed(1));
  const inLine = (line: (typeof lines)[number]) => bills.map((bill) => dollars(bill.lines[line]));
  return [
    row(
      '$ a month',
      shown.map(([name]) => name),
    ),
    row(
      '---',
      shown.map(() => '---:'),
    ),
    ...lines.map((line) => row(line, inLine(line))),
    row(
      '**together**',
      bills.map((bill) => `**${dollars(bill.total)}**`),
    ),
    row('write units to count a click', unitsWithin(1)),
    row('… gathered for a minute', unitsWithin(60)),
  ].join('\n');
}
