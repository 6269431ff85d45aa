import * as z from 'zod';
import {
  currency,
  cursor,
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

const provider = z.enum(['manual', 'webhook', 'stripe']).meta({
  description:
    'manual: by the CSV, by hand; webhook: the payment system that the deployment names; stripe: transfers to connected accounts',
});

const status = z.enum(['requested', 'processing', 'paid', 'failed', 'cancelled']);

export const payout = z
  .object({
    payoutId,
    programId,
    userId,
    amount: positiveAmount,
    currency,
    status,
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

const result = {
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
  tag,
  summary: 'Record what came of a payout; a failed one returns the amount',
  params,
  body: z.strictObject(result),
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

const batchId = z
  .string()
  .regex(/^pbt_[0-9a-z]{26}$/, 'must be the id of a payout batch')
  .meta({ description: 'Payout batch' });

export const payoutBatch = z
  .object({
    batchId,
    programId,
    programVersion: z.int(),
    currency,
    status: z.enum(['freezing', 'frozen', 'sending', 'sent', 'cancelling', 'cancelled']),
    provider,
    name: z.string().optional(),
    minimum: positiveAmount.optional(),
    selected: z.int().optional().meta({ description: 'Participants it was made for; absent: all' }),
    count: z.int().meta({ description: 'Payouts reserved' }),
    total: z.int().meta({ description: 'Their sum in minor units' }),
    createdAt: timestamp,
    frozenAt: timestamp.optional(),
    sentAt: timestamp.optional(),
    cancelledAt: timestamp.optional(),
  })
  .meta({ id: 'PayoutBatch' });

const batchAnswer = z.object({ batch: payoutBatch });
const batchParams = z.strictObject({ batchId });

export const createPayoutBatch = defineRoute({
  operationId: 'createPayoutBatch',
  method: 'POST',
  path: '/v1/payout-batches',
  area: 'payouts',
  access: 'server',
  tag,
  summary: 'Make a batch of payouts: of chosen participants, or of all who have enough',
  description:
    'Reserves what each can be paid and freezes the set. With very many participants the batch is still `freezing` when this answers: freeze it until it is `frozen`. Nothing leaves before it is sent.',
  body: z.strictObject({
    programId: programId.optional(),
    currency,
    userIds: z
      .array(userId)
      .min(1)
      .max(1000)
      .optional()
      .meta({ description: 'Only these; all who have enough unless given' }),
    minimum: positiveAmount.optional().meta({ description: 'Who has less is left out' }),
    provider: provider.optional(),
    name: text(128).optional(),
  }),
  success: { status: 201, description: 'The batch', schema: batchAnswer },
  problems: ['program_not_found', 'payout_provider_not_set_up'],
});

export const listPayoutBatches = defineRoute({
  operationId: 'listPayoutBatches',
  method: 'GET',
  path: '/v1/payout-batches',
  area: 'payouts',
  access: 'server',
  tag,
  summary: 'List the payout batches of a program, newest first',
  query: z.strictObject({ programId: programId.optional(), ...page }),
  success: {
    status: 200,
    description: 'Batches',
    schema: z.object({ batches: z.array(payoutBatch), nextCursor }),
  },
  problems: ['invalid_cursor'],
});

const sum = z.object({ count: z.int(), amount: z.int() });

export const getPayoutBatch = defineRoute({
  operationId: 'getPayoutBatch',
  method: 'GET',
  path: '/v1/payout-batches/{batchId}',
  area: 'payouts',
  access: 'server',
  tag,
  summary: 'Read a payout batch with its sums by state',
  params: batchParams,
  success: {
    status: 200,
    description: 'The batch, and who of the chosen is not in it',
    schema: z.object({
      batch: payoutBatch,
      totals: z.object({
        requested: sum,
        processing: sum,
        uncertain: sum,
        paid: sum,
        failed: sum,
        cancelled: sum,
      }),
      skipped: z.array(
        z.object({
          userId,
          reason: z.enum([
            'participant_not_found',
            'insufficient_balance',
            'payout_below_minimum',
            'payout_not_yet_allowed',
            'payout_limit_reached',
            'payout_account_missing',
          ]),
        }),
      ),
    }),
  },
  problems: ['payout_batch_not_found'],
});

export const listBatchPayouts = defineRoute({
  operationId: 'listBatchPayouts',
  method: 'GET',
  path: '/v1/payout-batches/{batchId}/payouts',
  area: 'payouts',
  access: 'server',
  tag,
  summary: 'List the payouts of a batch',
  params: batchParams,
  query: z.strictObject(page),
  success: {
    status: 200,
    description: 'Payouts',
    schema: z.object({ payouts: z.array(payout), nextCursor }),
  },
  problems: ['payout_batch_not_found', 'invalid_cursor'],
});

export const exportPayoutBatch = defineRoute({
  operationId: 'exportPayoutBatch',
  method: 'GET',
  path: '/v1/payout-batches/{batchId}/csv',
  area: 'payouts',
  access: 'server',
  tag,
  summary: 'The payouts of a frozen batch as CSV (RFC 4180)',
  description:
    'A batch of more than 20,000 payouts comes in several files: the header `plusone-next-cursor` is the `cursor` of the next.',
  params: batchParams,
  query: z.strictObject({ cursor: cursor.optional() }),
  success: { status: 200, description: 'The file', media: ['text/csv'] },
  problems: ['payout_batch_not_found', 'payout_batch_not_frozen', 'invalid_cursor'],
});

const batchStep = <const Id extends string, const Segment extends string>(
  operationId: Id,
  segment: Segment,
  summary: string,
  problem: 'payout_batch_not_frozen' | 'payout_batch_not_cancellable' | 'payout_batch_not_found',
) =>
  defineRoute({
    operationId,
    method: 'POST',
    path: `/v1/payout-batches/{batchId}/${segment}`,
    area: 'payouts',
    access: 'server',
    tag,
    summary,
    description: 'Works for at most 20 seconds, and goes on where it was when it is called again.',
    params: batchParams,
    success: { status: 200, description: 'The batch', schema: batchAnswer },
    problems: [...new Set(['payout_batch_not_found', problem, 'payout_provider_not_set_up'] as const)],
  });

export const freezePayoutBatch = batchStep(
  'freezePayoutBatch',
  'freeze',
  'Go on with freezing a batch, until it is `frozen`',
  'payout_batch_not_found',
);

export const sendPayoutBatch = batchStep(
  'sendPayoutBatch',
  'send',
  'Approve a frozen batch and hand its payouts over, each at most once, until it is `sent`',
  'payout_batch_not_frozen',
);

export const cancelPayoutBatch = batchStep(
  'cancelPayoutBatch',
  'cancel',
  'Cancel a batch of which nothing has left, until it is `cancelled`; what was reserved returns',
  'payout_batch_not_cancellable',
);

export const reconcilePayoutBatch = defineRoute({
  operationId: 'reconcilePayoutBatch',
  method: 'POST',
  path: '/v1/payout-batches/{batchId}/reconcile',
  area: 'payouts',
  access: 'server',
  tag,
  summary: 'Ask the provider what became of the payouts in doubt',
  params: batchParams,
  success: {
    status: 200,
    description: 'How many came to what; `complete` is false when time ran out',
    schema: z.object({
      reconciled: z.object({
        too_early: z.int(),
        paid: z.int(),
        failed: z.int(),
        accepted: z.int(),
        uncertain: z.int(),
        complete: z.boolean(),
      }),
    }),
  },
  problems: ['payout_batch_not_found', 'payout_provider_not_set_up'],
});

export const recordBatchResults = defineRoute({
  operationId: 'recordBatchResults',
  method: 'POST',
  path: '/v1/payout-batches/{batchId}/results',
  area: 'payouts',
  access: 'server',
  tag,
  summary: 'Record what came of payouts of a batch, one by one',
  description:
    'A repeat is answered as the first time. A result that contradicts an earlier one is a `conflict` and changes nothing.',
  params: batchParams,
  body: z.strictObject({
    results: z
      .array(z.strictObject({ payoutId, ...result }))
      .min(1)
      .max(100),
  }),
  success: {
    status: 200,
    description: 'What became of each, in order',
    schema: z.object({
      results: z.array(
        z.object({
          payoutId,
          outcome: z.enum(['recorded', 'conflict', 'not_sent', 'not_found', 'again']),
          status: status.optional(),
        }),
      ),
    }),
  },
  problems: ['payout_batch_not_found'],
});

const participantParams = z.strictObject({ programId, userId });

const moment = z
  .union([timestamp, z.iso.date()], { error: 'must be an ISO 8601 date or date-time with an offset' })
  .meta({ description: 'ISO 8601 date (its start in UTC) or date-time', example: '2026-11-01' });

export const getStatement = defineRoute({
  operationId: 'getStatement',
  method: 'GET',
  path: '/v1/programs/{programId}/participants/{userId}/statement',
  area: 'payouts',
  access: 'server',
  tag,
  summary: "A participant's statement: opening balance, entries, closing balance, for each currency",
  params: participantParams,
  query: z.strictObject({
    from: moment.optional(),
    to: moment.optional(),
    format: z.enum(['csv', 'html']).optional().meta({ description: 'html unless given: a page to print' }),
  }),
  success: { status: 200, description: 'The statement', media: ['text/html', 'text/csv'] },
  problems: ['participant_not_found'],
});

const payoutAccountAnswer = z.object({
  account: z.object({ programId, userId, stripeAccount: z.string() }),
});

export const putPayoutAccount = defineRoute({
  operationId: 'putPayoutAccount',
  method: 'PUT',
  path: '/v1/programs/{programId}/participants/{userId}/payout-account',
  area: 'payouts',
  access: 'server',
  tag,
  summary: 'Set where a participant is paid',
  params: participantParams,
  body: z.strictObject({
    stripeAccount: z
      .string()
      .regex(/^acct_[A-Za-z0-9]{1,64}$/, 'must be a connected account such as acct_1MTfjCQ9PRzxEwkZ'),
  }),
  success: { status: 200, description: 'The account', schema: payoutAccountAnswer },
  problems: ['participant_not_found'],
});

export const getPayoutAccount = defineRoute({
  operationId: 'getPayoutAccount',
  method: 'GET',
  path: '/v1/programs/{programId}/participants/{userId}/payout-account',
  area: 'payouts',
  access: 'server',
  tag,
  summary: 'Read where a participant is paid',
  params: participantParams,
  success: { status: 200, description: 'The account', schema: payoutAccountAnswer },
  problems: ['payout_account_missing'],
});
