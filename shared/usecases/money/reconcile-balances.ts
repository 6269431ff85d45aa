import {
  addColumns,
  type Balance,
  type BalanceColumns,
  type LedgerEntry,
  noChange,
} from '../../domain/money/balance.ts';

interface OwnedBalance {
  readonly programId: string;
  readonly userId: string;
  readonly balance: Balance;
}

export interface ReconcilePorts {
  scanBalances(): AsyncIterable<OwnedBalance>;
  listLedger(
    programId: string,
    userId: string,
    page: { limit: number; cursor?: string },
  ): Promise<{ items: readonly LedgerEntry[]; nextCursor?: string } | undefined>;
  /** Told of every balance that is not the sum of its entries. */
  mismatch(found: OwnedBalance, sum: BalanceColumns): void;
}

/** Recomputes every balance from the ledger. @returns how many were looked at, and how many differ */
export async function reconcileBalances(
  ports: ReconcilePorts,
): Promise<{ checked: number; mismatches: number }> {
  let checked = 0;
  let mismatches = 0;
  for await (const owned of ports.scanBalances()) {
    checked++;
    const sum = await sumLedger(ports, owned);
    if (isSame(sum, owned.balance)) continue;
    mismatches++;
    ports.mismatch(owned, sum);
  }
  return { checked, mismatches };
}

async function sumLedger(
  ports: ReconcilePorts,
  { programId, userId, balance }: OwnedBalance,
): Promise<BalanceColumns> {
  let sum = noChange;
  let cursor: string | undefined;
  do {
    const page = await ports.listLedger(programId, userId, {
      limit: 100,
      ...(cursor !== undefined && { cursor }),
    });
    for (const entry of page?.items ?? []) {
      if (entry.currency === balance.currency) sum = addColumns(sum, entry.changes);
    }
    cursor = page?.nextCursor;
  } while (cursor !== undefined);
  return sum;
}

function isSame(a: BalanceColumns, b: BalanceColumns): boolean {
  return (
    a.pending === b.pending && a.available === b.available && a.inPayout === b.inPayout && a.paid === b.paid
  );
}
