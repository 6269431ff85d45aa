import { decimalOf } from '../domain/money/decimal.ts';
import type { Payout } from '../domain/money/payout.ts';
import { toCsv } from './csv.ts';

const columns = [
  'payoutId',
  'userId',
  'amount',
  'amountMinor',
  'currency',
  'status',
  'uncertain',
  'reference',
  'reason',
  'createdAt',
];

/** The payouts of a batch as a file for whoever pays by hand. `amount` is in the currency's own units. */
export function payoutCsv(payouts: readonly Payout[]): string {
  const rows = payouts.map((payout) => [
    payout.payoutId,
    payout.userId,
    { number: decimalOf(payout.amount, payout.currency) },
    { number: payout.amount },
    payout.currency,
    payout.status,
    payout.uncertain ? 'yes' : '',
    payout.reference,
    payout.reason,
    payout.createdAt,
  ]);
  return toCsv([columns, ...rows]);
}
