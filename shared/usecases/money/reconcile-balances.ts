import {
  type Account,
  type AccountName,
  addColumns,
  type Balance,
  type BalanceColumns,
  balanceAt,
  type LedgerEntry,
  noChange,
} from '../../domain/money/balance.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import { everyItem } from '../every-item.ts';
import { isoTime, type System } from '../system.ts';

interface OwnedBalance {
  readonly programId: string;
  readonly userId: string;
  readonly balance: Balance;
}

export interface ReconcilePorts extends System {
  scanBalances(now: string): AsyncIterable<OwnedBalance>;
  listLedger(
    programId: string,
    userId: string,
    page: PageRequest,
    now: string,
  ): Promise<Page<LedgerEntry> | undefined>;
  findAccount(name: AccountName): Promise<Account>;
  pause(ms: number): Promise<void>;
  /** Told of every balance that is not the sum of its entries. */
  mismatch(found: OwnedBalance, sum: BalanceColumns): void;
}

/** Recomputes every balance from the ledger, all as of one moment. @returns how many were looked at, and how many differ */
export async function reconcileBalances(
  ports: ReconcilePorts,
): Promise<{ checked: number; mismatches: number }> {
  const now = isoTime(ports.now());
  let checked = 0;
  let mismatches = 0;
  for await (const owned of ports.scanBalances(now)) {
    checked++;
    const found = await findMismatch(ports, owned, now);
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
  now: string,
): Promise<{ owned: OwnedBalance; sum: BalanceColumns } | undefined> {
  let owned = scanned;
  for (let look = 0; ; look++) {
    const sum = await sumLedger(ports, owned, now);
    if (isSame(sum, owned.balance)) return undefined;
    if (look === looks) return { owned, sum };
    await ports.pause(firstPauseMs * 2 ** look);
    const { programId, userId, balance } = owned;
    const { kind, currency } = balance;
    const account = await ports.findAccount({ programId, userId, kind, currency });
    owned = { ...owned, balance: balanceAt(account, now) };
  }
}

async function sumLedger(
  ports: ReconcilePorts,
  { programId, userId, balance }: OwnedBalance,
  now: string,
): Promise<BalanceColumns> {
  let sum = noChange;
  for await (const entry of everyItem(100, (page) => ports.listLedger(programId, userId, page, now))) {
    const isOfIt = entry.currency === balance.currency && entry.kind === balance.kind;
    if (isOfIt) sum = addColumns(sum, entry.changes);
  }
  return sum;
}

function isSame(a: BalanceColumns, b: BalanceColumns): boolean {
  return (
    a.pending === b.pending && a.available === b.available && a.inPayout === b.inPayout && a.paid === b.paid
  );
}
