import * as z from 'zod';
import {
  currency,
  nextCursor,
  page,
  payoutId,
  positiveAmount,
  programId,
  timestamp,
  userId,
} from './fields.ts';
import { defineRoute } from './route.ts';

const tag = 'Payouts';

export const payout = z
  .object({
    payoutId,
    programId,
    userId,
    amount: positiveAmount,
    currency,
    status: z.enum(['requested', 'processing', 'paid', 'failed', 'cancelled']),
    createdAt: timestamp,
    cancelledAt: timestamp.optional(),
  })
  .meta({ id: 'Payout' });

const payoutAnswer = z.object({ payout });
const params = z.strictObject({ payoutId });

export const createPayout = defineRoute({
  operationId: 'createPayout',
  method: 'POST',
  path: '/v1/payouts',
  area: 'payouts',
  access: 'server',
  tag,
  summary: 'Take an amount from a balance for payout',
  description: 'Checks, reserves and records in one step. The amount moves from `available` to `inPayout`.',
  body: z.strictObject({ userId, programId: programId.optional(), amount: positiveAmount, currency }),
  success: { status: 201, description: 'The payout, requested', schema: payoutAnswer },
  problems: ['participant_not_found', 'insufficient_balance'],
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
  problems: ['payout_not_found', 'payout_not_cancellable'],
});
