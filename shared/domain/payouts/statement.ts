import type { BalanceKind, LedgerEntry } from '../money/balance.ts';

/** A participant's account in a period: what was owed before, what happened, what is owed after. Minor units. */
export interface StatementAccount {
  readonly kind: BalanceKind;
  readonly currency: string;
  /** Pending and available together. */
  readonly opening: number;
  /** Oldest first, each with what was owed after it. */
  readonly lines: readonly { readonly entry: LedgerEntry; readonly owed: number }[];
  readonly closing: number;
}

/** A participant's accounts in a period, from its start up to and without its end (ISO 8601). */
export interface Statement {
  readonly programId: string;
  readonly userId: string;
  /** Not given: from the first entry. */
  readonly from?: string;
  readonly to: string;
  readonly accounts: readonly StatementAccount[];
}

/** Sums of entries before a period, by account. */
export type Openings = ReadonlyMap<string, number>;

/** The name of an entry's account, by which statements are cut. */
function accountKey({ kind, currency }: Pick<LedgerEntry, 'kind' | 'currency'>): string {
  return `${currency} ${kind}`;
}

/** Adds an entry to what was owed before. */
export function addOpening(openings: Openings, entry: LedgerEntry): Openings {
  const key = accountKey(entry);
  return new Map([...openings, [key, (openings.get(key) ?? 0) + entry.amount]]);
}

/**
 * Cuts a period's entries by account and runs the sums.
 *
 * @param entries of the period, in any order
 */
export function statementAccounts(
  openings: Openings,
  entries: readonly LedgerEntry[],
): readonly StatementAccount[] {
  const keys = [...new Set([...openings.keys(), ...entries.map(accountKey)])].sort();
  const inOrder = [...entries].sort((a, b) =>
    a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0,
  );
  return keys.map((key) => {
    const [currency = '', kind = 'cash'] = key.split(' ');
    const opening = openings.get(key) ?? 0;
    let owed = opening;
    const lines = inOrder
      .filter((entry) => accountKey(entry) === key)
      .map((entry) => {
        owed += entry.amount;
        return { entry, owed };
      });
    return { kind: kind as BalanceKind, currency, opening, lines, closing: owed };
  });
}

/** A statement as its participant sees it: not which order of whom an entry is of. */
export function withoutOrders(statement: Statement): Statement {
  const accounts = statement.accounts.map((account) => ({
    ...account,
    lines: account.lines.map(({ entry, owed }) => {
      const { eventId: _event, orderId: _order, ...cause } = entry.cause;
      return { entry: { ...entry, cause }, owed };
    }),
  }));
  return { ...statement, accounts };
}
