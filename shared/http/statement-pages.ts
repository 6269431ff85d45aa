import { escapeHtml } from '../domain/escape-html.ts';
import type { LedgerCause } from '../domain/money/balance.ts';
import { decimalOf } from '../domain/money/decimal.ts';
import type { Statement, StatementAccount } from '../domain/payouts/statement.ts';
import { type CsvCell, toCsv } from './csv.ts';

const causes: Readonly<Record<LedgerCause['type'], string>> = {
  reward: 'Reward',
  adjustment: 'Adjustment of a reward',
  claim: 'Reward claimed',
  milestone: 'Milestone',
  milestone_reversed: 'Milestone taken back',
  payout: 'Payout requested',
  payout_paid: 'Payout paid',
  payout_cancelled: 'Payout cancelled, returned',
  payout_failed: 'Payout failed, returned',
};

/** What an entry refers to: a payout, an order, else what is nearest. */
function referenceOf(cause: LedgerCause): string {
  return (
    cause.payoutId ??
    cause.orderId ??
    cause.eventId ??
    cause.milestoneId ??
    cause.rewardId ??
    cause.ruleId ??
    ''
  );
}

const unitOf = ({ kind, currency }: StatementAccount): string =>
  kind === 'credit' ? `${currency} credit` : currency;

/** A statement as CSV: for each account an opening line, its entries, and a closing line. */
export function statementCsv({ from, to, accounts }: Statement): string {
  const header = ['account', 'date', 'entry', 'reference', 'amount', 'owed', 'inPayout', 'paid'];
  const rows = accounts.flatMap((account): CsvCell[][] => {
    const money = (amount: number) => ({ number: decimalOf(amount, account.currency) });
    const unit = unitOf(account);
    return [
      [unit, from, 'Opening balance', '', undefined, money(account.opening)],
      ...account.lines.map(({ entry, owed }): CsvCell[] => [
        unit,
        entry.createdAt,
        causes[entry.cause.type] ?? entry.cause.type,
        referenceOf(entry.cause),
        money(entry.amount),
        money(owed),
        money(entry.changes.inPayout),
        money(entry.changes.paid),
      ]),
      [unit, to, 'Closing balance', '', undefined, money(account.closing)],
    ];
  });
  return toCsv([
    header,
    ...rows.map((row) => [...row, ...Array(header.length - row.length).fill(undefined)]),
  ]);
}

const style = `
body { font: 11pt/1.45 system-ui, sans-serif; color: #1a1a1a; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem; margin: 0 0 .25rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0 } dt { color: #666 } dd { margin: 0 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .6rem .3rem 0; vertical-align: top }
thead th { border-bottom: 1px solid #888 } tbody td { border-bottom: 1px solid #ddd; overflow-wrap: anywhere }
.sum { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap } .total { font-weight: 600 }
@media print { body { margin: 0; max-width: none } thead { display: table-header-group } tr { break-inside: avoid } }
`;

/** A statement as a page to print, which loads and runs nothing. */
export function statementHtml(statement: Statement): string {
  const { programId, userId, from, to, accounts } = statement;
  const title = `Statement of ${userId}`;
  const tables = accounts.map(accountTable).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><h1>${escapeHtml(title)}</h1>
<dl><dt>Program</dt><dd>${escapeHtml(programId)}</dd>
<dt>From</dt><dd>${escapeHtml(from ?? 'the first entry')}</dd><dt>Until</dt><dd>${escapeHtml(to)}</dd></dl>
${tables === '' ? '<p>Nothing has been booked until then.</p>' : tables}
</body></html>
`;
}

function accountTable(account: StatementAccount): string {
  const unit = escapeHtml(unitOf(account));
  const money = (amount: number): string => escapeHtml(decimalOf(amount, account.currency));
  const total = (name: string, amount: number): string =>
    `<tr class="total"><td colspan="4">${name}</td><td class="sum">${money(amount)}</td></tr>`;
  const lines = account.lines.map(
    ({ entry, owed }) =>
      `<tr><td>${escapeHtml(entry.createdAt.slice(0, 10))}</td><td>${escapeHtml(causes[entry.cause.type] ?? entry.cause.type)}</td><td>${escapeHtml(referenceOf(entry.cause))}</td><td class="sum">${money(entry.amount)}</td><td class="sum">${money(owed)}</td></tr>`,
  );
  return `<h2>${unit}</h2>
<table><thead><tr><th scope="col">Date</th><th scope="col">Entry</th><th scope="col">Reference</th><th scope="col" class="sum">Amount</th><th scope="col" class="sum">Owed</th></tr></thead>
<tbody>${total('Opening balance', account.opening)}
${lines.join('\n')}
${total('Closing balance', account.closing)}</tbody></table>
`;
}
