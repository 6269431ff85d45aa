import * as z from 'zod';
import {
  currency,
  nextCursor,
  page,
  payoutId,
  positiveAmount,
  programId,
  text,
  timestamp,
  userId,
} from './fields.ts';
import { defineRoute } from './route.ts';

const tag = 'Payouts';

export const provider = z.enum(['manual', 'webhook', 'stripe']).meta({
  description:
    'manual: by the CSV, by hand; webhook: the payment system that the deployment names; stripe: transfers to connected accounts',
});

export const payoutStatus = z.enum(['requested', 'processing', 'paid', 'failed', 'cancelled']);

export const payout = z
  .object({
    payoutId,
    programId,
    userId,
    amount: positiveAmount,
    currency,
    status: payoutStatus,
    batchId: z.string().optional(),
    provider: provider.optional(),
    uncertain: z
      .literal(true)
      .optional()
      .meta({ description: 'It may have left: the provider gave no clear answer' }),
    reference: z.string().optional().meta({ description: 'What the provider calls it' }),
    reason: z.string().optional().meta({ description: 'Why it failed' }),
    createdAt: timestamp,
    processingAt: timestamp.optional(),
    paidAt: timestamp.optional(),
    failedAt: timestamp.optional(),
    cancelledAt: timestamp.optional(),
  })
  .meta({ id: 'Payout' });

const payoutAnswer = z.object({ payout });
const params = z.strictObject({ payoutId });

/** What came of a payout. */
export const payoutResult = {
  status: z.enum(['paid', 'failed']),
  reference: text(200).optional(),
  reason: text(200).optional(),
};

export const createPayout = defineRoute({
  operationId: 'createPayout',
  method: 'POST',
  path: '/v1/payouts',
  area: 'payouts',
  access: 'server',
  audited: ['payout.requested'],
  tag,
  summary: 'Take an amount from a balance for payout',
  description:
    "Checks the program's terms, reserves and records in one step. The amount moves from `available` to `inPayout`.",
  body: z.strictObject({ userId, programId: programId.optional(), amount: positiveAmount, currency }),
  success: { status: 201, description: 'The payout, requested', schema: payoutAnswer },
  problems: [
    'program_not_found',
    'participant_not_found',
    'insufficient_balance',
    'payout_below_minimum',
    'payout_not_yet_allowed',
    'payout_limit_reached',
    'contended',
  ],
});

export const listPayouts = defineRoute({
  operationId: 'listPayouts',
  method: 'GET',
  path: '/v1/payouts',
  area: 'payouts',
  access: 'server',
  tag,
  summary: 'List the payouts of a program, newest first',
  query: z.strictObject({ programId: programId.optional(), ...page }),
  success: {
    status: 200,
    description: 'Payouts',
    schema: z.object({ payouts: z.array(payout), nextCursor }),
  },
  problems: ['invalid_cursor'],
});

export const getPayout = defineRoute({
  operationId: 'getPayout',
  method: 'GET',
  path: '/v1/payouts/{payoutId}',
  area: 'payouts',
  access: 'server',
  tag,
  summary: 'Read a payout',
  params,
  success: { status: 200, description: 'The payout', schema: payoutAnswer },
  problems: ['payout_not_found'],
});

export const cancelPayout = defineRoute({
  operationId: 'cancelPayout',
  method: 'POST',
  path: '/v1/payouts/{payoutId}/cancel',
  area: 'payouts',
  access: 'server',
  audited: ['payout.cancelled'],
  tag,
  summary: 'Cancel a payout that has not left; the amount returns to the balance',
  params,
  success: { status: 200, description: 'The payout, cancelled', schema: payoutAnswer },
  problems: ['payout_not_found', 'payout_not_cancellable', 'contended'],
});

export const sendPayout = defineRoute({
  operationId: 'sendPayout',
  method: 'POST',
  path: '/v1/payouts/{payoutId}/send',
  area: 'payouts',
  access: 'server',
  audited: ['payout.processing', 'payout.paid', 'payout.failed'],
  tag,
  summary: 'Hand a payout that is in no batch to a provider, once',
  params,
  body: z.strictObject({ provider: provider.optional() }),
  bodyOptional: true,
  success: { status: 200, description: 'The payout, processing or settled', schema: payoutAnswer },
  problems: [
    'payout_not_found',
    'payout_not_sendable',
    'payout_provider_not_set_up',
    'payout_account_missing',
  ],
});

export const recordPayoutResult = defineRoute({
  operationId: 'recordPayoutResult',
  method: 'POST',
  path: '/v1/payouts/{payoutId}/result',
  area: 'payouts',
  access: 'server',
  audited: ['payout.paid', 'payout.failed'],
  tag,
  summary: 'Record what came of a payout; a failed one returns the amount',
  params,
  body: z.strictObject(payoutResult),
  success: {
    status: 200,
    description: 'The payout, settled; a repeat is answered alike',
    schema: payoutAnswer,
  },
  problems: ['payout_not_found', 'payout_not_sent', 'payout_result_conflict', 'contended'],
});

const reconcileOutcome = z.enum(['certain', 'too_early', 'paid', 'failed', 'accepted', 'uncertain']);

export const reconcilePayout = defineRoute({
  operationId: 'reconcilePayout',
  method: 'POST',
  path: '/v1/payouts/{payoutId}/reconcile',
  area: 'payouts',
  access: 'server',
  audited: ['payout.processing', 'payout.paid', 'payout.failed'],
  tag,
  summary: 'Ask the provider what became of a payout in doubt',
  params,
  success: {
    status: 200,
    description: 'What was found out',
    schema: z.object({ outcome: reconcileOutcome, payout }),
  },
  problems: ['payout_not_found', 'payout_provider_not_set_up'],
});
