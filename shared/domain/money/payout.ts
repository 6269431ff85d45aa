import { type BalanceColumns, type LedgerCause, noChange } from './balance.ts';

export type PayoutStatus = 'requested' | 'processing' | 'paid' | 'failed' | 'cancelled';

/** Who moves the money: people with a CSV, the customer's payment system, or Stripe Connect. */
export type PayoutProviderName = 'manual' | 'webhook' | 'stripe';

/** Money on its way out. */
export interface Payout {
  readonly payoutId: string;
  readonly programId: string;
  readonly userId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly status: PayoutStatus;
  readonly batchId?: string;
  readonly provider?: PayoutProviderName;
  /** It may have left: the provider's answer is not known. */
  readonly uncertain?: true;
  /** What the provider calls it. */
  readonly reference?: string;
  /** Why it failed, or was cancelled where nobody asked for that. */
  readonly reason?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly processingAt?: string;
  readonly paidAt?: string;
  readonly failedAt?: string;
  readonly cancelledAt?: string;
}

/** A place that a payout has taken in a limit, to be given back if it does not come about. */
export interface Counted {
  readonly counter: string;
  readonly amount: number;
}

/** That a payout is about to leave: stored before the provider is called. */
export interface PayoutIntent {
  readonly provider: PayoutProviderName;
  /** The same for every attempt. */
  readonly idempotencyKey: string;
  /** ISO 8601; the first attempt, and the last. */
  readonly startedAt: string;
  readonly attemptedAt: string;
  readonly attempts: number;
}

/** A payout with what is only ours to know. */
export interface PayoutRecord {
  readonly payout: Payout;
  readonly counted: readonly Counted[];
  /** The participant's account at the provider, fixed with the payout. */
  readonly destination?: string;
  readonly intent?: PayoutIntent;
}

/** What came of a payout. */
export interface PayoutResult {
  readonly status: 'paid' | 'failed';
  readonly reference?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * A payout about to leave. It counts as uncertain until a clear answer is recorded, so that a death after this is
 * stored leaves what is true: nobody knows.
 *
 * @param at ISO 8601
 */
export function started(record: PayoutRecord, provider: PayoutProviderName, at: string): PayoutRecord {
  const { payout } = record;
  return {
    ...record,
    payout: {
      ...payout,
      status: 'processing',
      provider,
      processingAt: at,
      ...(provider !== 'manual' && { uncertain: true }),
    },
    intent: { provider, idempotencyKey: payout.payoutId, startedAt: at, attemptedAt: at, attempts: 1 },
  };
}

/** A payout about to be sent once more under the same key. @param at ISO 8601 */
export function startedAgain(record: PayoutRecord, intent: PayoutIntent, at: string): PayoutRecord {
  return { ...record, intent: { ...intent, attemptedAt: at, attempts: intent.attempts + 1 } };
}

/** A payout that the provider has taken on, and will report on. */
export function accepted(record: PayoutRecord, reference: string | undefined): PayoutRecord {
  const { uncertain: _, ...payout } = record.payout;
  return { ...record, payout: { ...payout, ...(reference !== undefined && { reference }) } };
}

/** A payout with its result. @param at ISO 8601 */
export function settled(record: PayoutRecord, result: PayoutResult, at: string): PayoutRecord {
  const { uncertain: _, ...payout } = record.payout;
  const { status, reference, reason } = result;
  return {
    ...record,
    payout: {
      ...payout,
      status,
      ...(reference !== undefined && { reference }),
      ...(reason !== undefined && { reason }),
      ...(status === 'paid' ? { paidAt: at } : { failedAt: at }),
    },
  };
}

/**
 * Whether a result says what is already known of a payout. A `paid` under another reference does not: money may
 * have gone twice, and somebody should look.
 */
export function saysTheSame(payout: Payout, result: PayoutResult): boolean {
  if (payout.status !== result.status) return false;
  const { reference } = payout;
  return result.reference === undefined || reference === undefined || reference === result.reference;
}

/** When a payout came into its state, ISO 8601. */
export function stateSince(payout: Payout): string {
  const since: Readonly<Record<PayoutStatus, string | undefined>> = {
    requested: payout.createdAt,
    processing: payout.processingAt,
    paid: payout.paidAt,
    failed: payout.failedAt,
    cancelled: payout.cancelledAt,
  };
  return since[payout.status] ?? payout.createdAt;
}

/** What a payout's coming into its state does to its balance, and what the ledger calls it; none for `processing`. */
export function movementOf({
  status,
  amount,
}: Payout): { readonly changes: BalanceColumns; readonly cause: LedgerCause['type'] } | undefined {
  switch (status) {
    case 'requested':
      return { cause: 'payout', changes: { ...noChange, available: -amount, inPayout: amount } };
    case 'paid':
      return { cause: 'payout_paid', changes: { ...noChange, inPayout: -amount, paid: amount } };
    case 'failed':
      return { cause: 'payout_failed', changes: { ...noChange, available: amount, inPayout: -amount } };
    case 'cancelled':
      return { cause: 'payout_cancelled', changes: { ...noChange, available: amount, inPayout: -amount } };
    default:
      return undefined;
  }
}
