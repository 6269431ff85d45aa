import type * as z from 'zod';
import * as accounts from '../payout-accounts.ts';
import * as batches from '../payout-batches.ts';
import * as contract from '../payouts.ts';
import { getStatement } from '../statements.ts';
import { exampleOf } from './example.ts';
import { alices, ids, times } from './story.ts';

type Payout = z.output<typeof contract.payout>;

const requested: Payout = {
  payoutId: ids.payout,
  ...alices,
  amount: 490,
  currency: 'USD',
  status: 'requested',
  createdAt: times.requested,
};
const processing: Payout = {
  ...requested,
  status: 'processing',
  provider: 'manual',
  processingAt: times.requested,
};
const paid: Payout = { ...processing, status: 'paid', reference: 'tr-2026-1128', paidAt: times.paid };

const batch: z.output<typeof batches.payoutBatch> = {
  batchId: ids.batch,
  programId: 'default',
  programVersion: 1,
  currency: 'USD',
  status: 'frozen',
  provider: 'manual',
  name: 'November',
  minimum: 100,
  count: 1,
  total: 490,
  createdAt: times.requested,
  frozenAt: times.requested,
};
const none = { count: 0, amount: 0 };
const account = { account: { ...alices, stripeAccount: 'acct_1MTfjCQ9PRzxEwkZ' } };

const singles = [
  exampleOf(contract.createPayout, {
    body: { userId: 'alice', amount: 490, currency: 'USD' },
    answer: { payout: requested },
  }),
  exampleOf(contract.listPayouts, { answer: { payouts: [requested] } }),
  exampleOf(contract.getPayout, { answer: { payout: paid } }),
  exampleOf(contract.cancelPayout, {
    answer: { payout: { ...requested, status: 'cancelled', cancelledAt: times.paid } },
  }),
  exampleOf(contract.sendPayout, { body: { provider: 'manual' }, answer: { payout: processing } }),
  exampleOf(contract.recordPayoutResult, {
    body: { status: 'paid', reference: 'tr-2026-1128' },
    answer: { payout: paid },
  }),
  exampleOf(contract.reconcilePayout, { answer: { outcome: 'paid', payout: paid } }),
];

const ofBatches = [
  exampleOf(batches.createPayoutBatch, {
    body: { currency: 'USD', minimum: 100, provider: 'manual', name: 'November' },
    answer: { batch },
  }),
  exampleOf(batches.listPayoutBatches, { answer: { batches: [batch] } }),
  exampleOf(batches.getPayoutBatch, {
    answer: {
      batch,
      totals: {
        requested: { count: 1, amount: 490 },
        processing: none,
        uncertain: none,
        paid: none,
        failed: none,
        cancelled: none,
      },
      skipped: [{ userId: 'carol', reason: 'payout_below_minimum' }],
    },
  }),
  exampleOf(batches.listBatchPayouts, {
    answer: { payouts: [{ ...requested, batchId: ids.batch, provider: 'manual' }] },
  }),
  exampleOf(batches.exportPayoutBatch, {
    texts: {
      'text/csv': `payoutId,userId,amount,amountMinor,currency,status,uncertain,reference,reason,createdAt\r\n${ids.payout},alice,4.90,490,USD,requested,,,,${times.requested}\r\n`,
    },
  }),
  exampleOf(batches.freezePayoutBatch, { answer: { batch } }),
  exampleOf(batches.sendPayoutBatch, { answer: { batch: { ...batch, status: 'sent', sentAt: times.paid } } }),
  exampleOf(batches.cancelPayoutBatch, {
    answer: { batch: { ...batch, status: 'cancelled', cancelledAt: times.paid } },
  }),
  exampleOf(batches.reconcilePayoutBatch, {
    answer: {
      reconciled: { too_early: 0, paid: 1, failed: 0, accepted: 0, uncertain: 0, complete: true },
    },
  }),
  exampleOf(batches.recordBatchResults, {
    body: { results: [{ payoutId: ids.payout, status: 'paid', reference: 'tr-2026-1128' }] },
    answer: { results: [{ payoutId: ids.payout, outcome: 'recorded', status: 'paid' }] },
  }),
];

export const payoutExamples = [
  ...singles,
  ...ofBatches,
  exampleOf(getStatement, {
    texts: {
      'text/csv': `account,date,entry,reference,amount,owed,inPayout,paid\r\nUSD,${times.ordered},Reward,order-1,4.90,4.90,0.00,0.00\r\n`,
    },
  }),
  exampleOf(accounts.putPayoutAccount, {
    body: { stripeAccount: 'acct_1MTfjCQ9PRzxEwkZ' },
    answer: account,
  }),
  exampleOf(accounts.getPayoutAccount, { answer: account }),
];
