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
  findBalance(programId: string, userId: string, currency: string): Promise<Balance | undefined>;
  pause(ms: number): Promise<void>;
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
    const found = await findMismatch(ports, owned);
    if (found === undefined) continue;
    mismatches++;
    ports.mismatch(found.owned, found.sum);
  }
  return { checked, mismatches };
}

const looks = 4;
const firstPauseMs = 250;

/**
 * A balance that is written to while it is looked at, or whose list lags behind, differs for a moment. So what
 * differs is read again, after growing pauses, before it counts.
 */
async function findMismatch(
  ports: ReconcilePorts,
  scanned: OwnedBalance,
): Promise<{ owned: OwnedBalance; sum: BalanceColumns } | undefined> {
  let owned = scanned;
  for (let look = 0; ; look++) {
    const sum = await sumLedger(ports, owned);
    if (isSame(sum, owned.balance)) return undefined;
    if (look === looks) return { owned, sum };
    await ports.pause(firstPauseMs * 2 ** look);
    const { programId, userId, balance } = owned;
    owned = { ...owned, balance: (await ports.findBalance(programId, userId, balance.currency)) ?? balance };
  }
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
