import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../shared/domain/money/balance.ts';
import { addOpening, type Openings, statementAccounts } from '../../../shared/domain/payouts/statement.ts';

const entry = (amount: number, second: number, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  entryId: `ent_${second}`,
  kind: 'cash',
  currency: 'USD',
  amount,
  changes: { pending: 0, available: amount, inPayout: 0, paid: 0 },
  cause: { type: 'reward' },
  createdAt: new Date(second * 1000).toISOString(),
  ...more,
});

describe('a statement', () => {
  it('keeps currencies and kinds apart, each from opening to closing', () => {
    const openings: Openings = new Map([
      ['USD cash', 500],
      ['EUR cash', 70],
    ]);
    const entries = [
      entry(-500, 30),
      entry(100, 10),
      entry(3, 20, { currency: 'points', kind: 'points' }),
      entry(9, 25, { kind: 'credit' }),
    ];
    const shown = statementAccounts(openings, entries).map((account) => ({
      ...account,
      lines: account.lines.map(({ owed }) => owed),
    }));
    expect(shown).toEqual([
      { kind: 'cash', currency: 'EUR', opening: 70, lines: [], closing: 70 },
      { kind: 'cash', currency: 'USD', opening: 500, lines: [600, 100], closing: 100 },
      { kind: 'credit', currency: 'USD', opening: 0, lines: [9], closing: 9 },
      { kind: 'points', currency: 'points', opening: 0, lines: [3], closing: 3 },
    ]);
  });

  it('closes with the sum of all entries, wherever the period begins', () => {
    const amounts = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(amounts, fc.nat(30), (list, cut) => {
        const entries = list.map((amount, index) => entry(amount, index));
        let openings: Openings = new Map();
        for (const before of entries.slice(0, cut)) openings = addOpening(openings, before);
        const [account] = statementAccounts(openings, entries.slice(cut).reverse());
        expect(account?.closing ?? 0).toBe(list.reduce((sum, amount) => sum + amount, 0));
      }),
    );
  });
});
