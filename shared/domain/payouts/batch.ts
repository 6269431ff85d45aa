import type { PayoutProviderName } from '../money/payout.ts';

/**
 * `freezing`: payouts are being reserved. `frozen`: the set and its sum stand. `sending`: payouts are being handed
 * over. `sent`: all have been. `cancelling`, `cancelled`: what was reserved goes back.
 */
export type PayoutBatchStatus = 'freezing' | 'frozen' | 'sending' | 'sent' | 'cancelling' | 'cancelled';

/** Payouts that leave together. */
export interface PayoutBatch {
  readonly batchId: string;
  readonly programId: string;
  /** Whose terms hold for it. */
  readonly programVersion: number;
  readonly currency: string;
  readonly status: PayoutBatchStatus;
  readonly provider: PayoutProviderName;
  readonly name?: string;
  /** Minor units; who has less is left out. */
  readonly minimum?: number;
  /** How many participants it was made for; all unless given. */
  readonly selected?: number;
  /** Payouts reserved, and their sum in minor units. */
  readonly count: number;
  readonly total: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly frozenAt?: string;
  readonly sentAt?: string;
  readonly cancelledAt?: string;
}

/** Why somebody who was chosen is not paid. */
export interface Skipped {
  readonly userId: string;
  readonly reason:
    | 'participant_not_found'
    | 'insufficient_balance'
    | 'participant_banned'
    | 'payout_below_minimum'
    | 'payout_not_yet_allowed'
    | 'payout_limit_reached'
    | 'payout_account_missing';
}

/** The id of a batch. */
export function payoutBatchIdOf(ulid: string): string {
  return `pbt_${ulid}`;
}

/**
 * The ULID within a batch's id, which its payouts share: with the participant's key it makes the id of a payout, so
 * that whoever freezes the set, and however often, asks for the same one.
 */
export function batchUlidOf(batchId: string): string {
  return batchId.slice('pbt_'.length);
}

/** Sums of a batch's payouts by state. */
export type BatchTotals = Readonly<
  Record<
    'requested' | 'processing' | 'uncertain' | 'paid' | 'failed' | 'cancelled',
    { readonly count: number; readonly amount: number }
  >
>;

const nothing = { count: 0, amount: 0 };

/** Totals of nothing. */
export const noTotals: BatchTotals = {
  requested: nothing,
  processing: nothing,
  uncertain: nothing,
  paid: nothing,
  failed: nothing,
  cancelled: nothing,
};

/** Adds a payout to totals. One in doubt counts as `uncertain`, and not as `processing`. */
export function addToTotals(
  totals: BatchTotals,
  payout: {
    readonly status: Exclude<keyof BatchTotals, 'uncertain'>;
    readonly uncertain?: true;
    readonly amount: number;
  },
): BatchTotals {
  const state = payout.uncertain ? 'uncertain' : payout.status;
  const { count, amount } = totals[state];
  return { ...totals, [state]: { count: count + 1, amount: amount + payout.amount } };
}
