import * as z from 'zod';
import type { OperationId } from './access.ts';
import type { AuditActionName } from './audit-actions.ts';
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
import { payout, payoutResult, payoutStatus, provider } from './payouts.ts';
import { defineRoute } from './route.ts';

const tag = 'Payouts';

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
  audited: ['payout_batch.freezing', 'payout_batch.frozen'],
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
            'participant_banned',
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
  tag,
  summary: 'The payouts of a frozen batch as CSV (RFC 4180)',
  description:
    'A batch of more than 20,000 payouts comes in several files: the header `plusone-next-cursor` is the `cursor` of the next.',
  params: batchParams,
  query: z.strictObject({ cursor: cursor.optional() }),
  success: { status: 200, description: 'The file', media: ['text/csv'] },
  problems: ['payout_batch_not_found', 'payout_batch_not_frozen', 'invalid_cursor'],
});

const batchStep = <const Id extends OperationId, const Segment extends string>(
  operationId: Id,
  segment: Segment,
  summary: string,
  audited: readonly AuditActionName[],
  problem: 'payout_batch_not_frozen' | 'payout_batch_not_cancellable' | 'payout_batch_not_found',
) =>
  defineRoute({
    operationId,
    method: 'POST',
    path: `/v1/payout-batches/{batchId}/${segment}`,
    area: 'payouts',
    audited,
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
  ['payout_batch.frozen'],
  'payout_batch_not_found',
);

export const sendPayoutBatch = batchStep(
  'sendPayoutBatch',
  'send',
  'Approve a frozen batch and hand its payouts over, each at most once, until it is `sent`',
  ['payout_batch.sending', 'payout_batch.sent'],
  'payout_batch_not_frozen',
);

export const cancelPayoutBatch = batchStep(
  'cancelPayoutBatch',
  'cancel',
  'Cancel a batch of which nothing has left, until it is `cancelled`; what was reserved returns',
  ['payout_batch.cancelling', 'payout_batch.cancelled'],
  'payout_batch_not_cancellable',
);

export const reconcilePayoutBatch = defineRoute({
  operationId: 'reconcilePayoutBatch',
  method: 'POST',
  path: '/v1/payout-batches/{batchId}/reconcile',
  area: 'payouts',
  audited: ['payout.processing', 'payout.paid', 'payout.failed'],
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
  audited: ['payout.paid', 'payout.failed'],
  tag,
  summary: 'Record what came of payouts of a batch, one by one',
  description:
    'A repeat is answered as the first time. A result that contradicts an earlier one is a `conflict` and changes nothing.',
  params: batchParams,
  body: z.strictObject({
    results: z
      .array(z.strictObject({ payoutId, ...payoutResult }))
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
          status: payoutStatus.optional(),
        }),
      ),
    }),
  },
  problems: ['payout_batch_not_found'],
});
