/** The four columns of a balance, in minor units of one currency. */
export interface BalanceColumns {
  readonly pending: number;
  readonly available: number;
  readonly inPayout: number;
  readonly paid: number;
}

export interface Balance extends BalanceColumns {
  readonly currency: string;
}

export const noChange: BalanceColumns = { pending: 0, available: 0, inPayout: 0, paid: 0 };

/** Adds two sets of columns. */
export function addColumns(a: BalanceColumns, b: BalanceColumns): BalanceColumns {
  return {
    pending: a.pending + b.pending,
    available: a.available + b.available,
    inPayout: a.inPayout + b.inPayout,
    paid: a.paid + b.paid,
  };
}

/** What caused a ledger entry. */
export interface LedgerCause {
  readonly type: 'reward' | 'refund' | 'payout' | 'payout_cancelled';
  readonly eventId?: string;
  readonly orderId?: string;
  readonly payoutId?: string;
  readonly ruleId?: string;
  readonly programVersion?: number;
}

/** One line of the ledger. `amount` is the change of what is owed: pending plus available. */
export interface LedgerEntry {
  readonly entryId: string;
  readonly currency: string;
  readonly amount: number;
  readonly changes: BalanceColumns;
  readonly cause: LedgerCause;
  /** ISO 8601. */
  readonly createdAt: string;
}
