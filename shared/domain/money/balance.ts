/** The four columns of a balance, in minor units of one currency. */
export interface BalanceColumns {
  readonly pending: number;
  readonly available: number;
  readonly inPayout: number;
  readonly paid: number;
}

/** What a balance is made of: money that can leave, credit that the customer's product takes, or points. */
export type BalanceKind = 'cash' | 'credit' | 'points';

/** The currency of points. */
export const pointsCurrency = 'points';

export interface Balance extends BalanceColumns {
  readonly kind: BalanceKind;
  readonly currency: string;
}

/**
 * Where a sum lies until it can be spent: `available` at once, `waiting` for an event or a decision, or held until
 * the start of a UTC day (`2026-12-01`), from when on it counts as available without anything being written.
 */
export type Bucket = 'available' | 'waiting' | `${number}-${number}-${number}`;

/** A balance as it is kept: what is held lies in a bucket for each day. */
export interface Account {
  readonly kind: BalanceKind;
  readonly currency: string;
  readonly available: number;
  readonly waiting: number;
  readonly held: Readonly<Record<string, number>>;
  readonly inPayout: number;
  readonly paid: number;
  /** The last day of whose ended holds the outside has been told. @default - of none */
  readonly endsToldUntil?: string;
}

/** Whose account, and of what. */
export interface AccountName {
  readonly programId: string;
  readonly userId: string;
  readonly kind: BalanceKind;
  readonly currency: string;
}

/** An account that nothing has happened to. */
export function emptyAccount(kind: BalanceKind, currency: string): Account {
  return { kind, currency, available: 0, waiting: 0, held: {}, inPayout: 0, paid: 0 };
}

/** Whether what lies in a bucket can be spent at a time (ISO 8601). */
export function isDue(bucket: string, now: string): boolean {
  return bucket === 'available' || (bucket !== 'waiting' && bucket <= now.slice(0, 10));
}

/** The column that a bucket counts to at a time (ISO 8601). */
export function columnOf(bucket: string, now: string): 'available' | 'pending' {
  return isDue(bucket, now) ? 'available' : 'pending';
}

/** An account's balance at a time (ISO 8601): what is held until then has become available. */
export function balanceAt(account: Account, now: string): Balance {
  let { available, waiting: pending } = account;
  for (const [day, amount] of Object.entries(account.held)) {
    if (isDue(day, now)) available += amount;
    else pending += amount;
  }
  const { kind, currency, inPayout, paid } = account;
  return { kind, currency, pending, available, inPayout, paid };
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
  readonly type:
    | 'reward'
    | 'adjustment'
    | 'claim'
    | 'milestone'
    | 'milestone_reversed'
    | 'payout'
    | 'payout_paid'
    | 'payout_cancelled'
    | 'payout_failed';
  readonly eventId?: string;
  readonly eventType?: string;
  readonly orderId?: string;
  readonly payoutId?: string;
  readonly rewardId?: string;
  readonly milestoneId?: string;
  readonly ruleId?: string;
  readonly programVersion?: number;
}

/** One line of the ledger. `amount` is the change of what is owed: pending plus available. */
export interface LedgerEntry {
  readonly entryId: string;
  readonly kind: BalanceKind;
  readonly currency: string;
  readonly amount: number;
  /** As of the time at which it is read: what was held counts as available from its day on. */
  readonly changes: BalanceColumns;
  readonly cause: LedgerCause;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601; where the sum was held. */
  readonly availableAt?: string;
}
