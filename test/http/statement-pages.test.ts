import { describe, expect, it } from 'vitest';
import { escapeHtml } from '../../shared/domain/escape-html.ts';
import type { LedgerEntry } from '../../shared/domain/money/balance.ts';
import { type Statement, statementAccounts } from '../../shared/domain/payouts/statement.ts';
import { statementCsv, statementHtml } from '../../shared/http/statement-pages.ts';

const entry = (amount: number, cause: LedgerEntry['cause'], createdAt: string): LedgerEntry => ({
  entryId: 'ent_1',
  kind: 'cash',
  currency: 'USD',
  amount,
  changes: { pending: 0, available: amount, inPayout: amount < 0 ? -amount : 0, paid: 0 },
  cause,
  createdAt,
});
const statement = (userId: string, orderId: string): Statement => ({
  programId: 'default',
  userId,
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-12-01T00:00:00.000Z',
  accounts: statementAccounts(new Map([['USD cash', 1_000]]), [
    entry(490, { type: 'reward', orderId }, '2026-11-03T00:00:00.000Z'),
    entry(-1_200, { type: 'payout', payoutId: 'pay_1' }, '2026-11-04T00:00:00.000Z'),
  ]),
});

describe('a statement as CSV', () => {
  it('goes from the opening to the closing balance', () => {
    expect(statementCsv(statement('alice', '=cmd()')).split('\r\n')).toEqual([
      'account,date,entry,reference,amount,owed,inPayout,paid',
      'USD,2026-11-01T00:00:00.000Z,Opening balance,,,10.00,,',
      "USD,2026-11-03T00:00:00.000Z,Reward,'=cmd(),4.90,14.90,0.00,0.00",
      'USD,2026-11-04T00:00:00.000Z,Payout requested,pay_1,-12.00,2.90,12.00,0.00',
      'USD,2026-12-01T00:00:00.000Z,Closing balance,,,2.90,,',
      '',
    ]);
  });
});

describe('a statement as a page', () => {
  it('shows the sums', () => {
    const page = statementHtml(statement('alice', 'o1'));
    for (const text of ['Statement of alice', '10.00', '4.90', '-12.00', '2.90', 'Payout requested']) {
      expect(page).toContain(text);
    }
  });

  it('lets nothing of outsiders become markup, and loads nothing', () => {
    const evil = `"><script>alert('1')</script>&amp;`;
    const page = statementHtml(statement(evil, evil));
    expect(page).not.toContain('<script');
    expect(page).not.toContain(`">alert`);
    expect(page).toContain(escapeHtml(evil));
    expect(page).not.toMatch(/(src|href)=/);
  });
});
