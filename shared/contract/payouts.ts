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
    reason: z.string().optional().meta({
      description:
        'Why it failed; of a cancelled one that nobody asked to cancel: `participant_banned` or `insufficient_balance`',
    }),
    createdAt: timestamp,
    processingAt: timestamp.optional(),
    paidAt: timestamp.optional(),
    failedAt: timestamp.optional(),
    cancelledAt: timestamp.optional(),
  })
  .meta({ id: 'Payout' });

const payoutAnswer = z.object({ payout });
const ownPayout = payout.omit({ batchId: true, provider: true, uncertain: true });
const ownPayoutAnswer = z.object({ payout: ownPayout });
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
  audited: ['payout.requested'],
  tag,
  summary: 'Take an amount from a balance for payout',
  description:
    "Checks the program's terms, reserves and records in one step. The amount moves from `available` to `inPayout`.",
  body: z.strictObject({ userId, programId: programId.optional(), amount: positiveAmount, currency }),
  success: {
    status: 201,
    description: 'The payout, requested',
    schema: payoutAnswer,
    forSelf: ownPayoutAnswer,
  },
  problems: [
    'program_not_found',
    'participant_not_found',
    'participant_banned',
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
  tag,
  summary: 'List the payouts of a program or of a participant, newest first',
  query: z.strictObject({
    programId: programId.optional(),
    userId: userId.optional().meta({ description: 'Of this participant alone' }),
    ...page,
  }),
  success: {
    status: 200,
    description: 'Payouts',
    schema: z.object({ payouts: z.array(payout), nextCursor }),
    forSelf: z.object({ payouts: z.array(ownPayout), nextCursor }),
  },
  problems: ['invalid_cursor'],
});

export const getPayout = defineRoute({
  operationId: 'getPayout',
  method: 'GET',
  path: '/v1/payouts/{payoutId}',
  area: 'payouts',
  tag,
  summary: 'Read a payout',
  params,
  success: { status: 200, description: 'The payout', schema: payoutAnswer, forSelf: ownPayoutAnswer },
  problems: ['payout_not_found'],
});

export const cancelPayout = defineRoute({
  operationId: 'cancelPayout',
  method: 'POST',
  path: '/v1/payouts/{payoutId}/cancel',
  area: 'payouts',
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
  audited: ['payout.processing', 'payout.paid', 'payout.failed'],
  tag,
  summary: 'Hand a payout that is in no batch to a provider, once',
  description:
    'Refused for a participant who is banned, and with `insufficient_balance` where what was taken back since has left less than is in payout: `available` is below zero. Cancel it, or another, then.',
  params,
  body: z.strictObject({ provider: provider.optional() }),
  bodyOptional: true,
  success: { status: 200, description: 'The payout, processing or settled', schema: payoutAnswer },
  problems: [
    'payout_not_found',
    'payout_not_sendable',
    'participant_banned',
    'insufficient_balance',
    'payout_provider_not_set_up',
    'payout_account_missing',
    'contended',
  ],
});

export const recordPayoutResult = defineRoute({
  operationId: 'recordPayoutResult',
  method: 'POST',
  path: '/v1/payouts/{payoutId}/result',
  area: 'payouts',
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
