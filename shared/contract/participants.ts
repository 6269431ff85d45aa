import * as z from 'zod';
import {
  currency,
  email,
  nextCursor,
  page,
  programId,
  signedAmount,
  text,
  timestamp,
  userId,
} from './fields.ts';
import { referral } from './referrals.ts';
import { reward } from './rewards.ts';
import { defineRoute } from './route.ts';

const tag = 'Participants';
const params = z.strictObject({ programId, userId });

export const participant = z
  .object({
    programId,
    userId,
    status: z.enum(['active', 'inactive']),
    name: z.string().optional(),
    links: z.int().meta({ description: 'How many links have been made' }),
    createdAt: timestamp,
  })
  .meta({ id: 'Participant' });

export const balance = z
  .object({
    currency,
    pending: signedAmount,
    available: signedAmount,
    inPayout: signedAmount,
    paid: signedAmount,
  })
  .meta({ id: 'Balance' });

export const stats = z
  .object({
    userId,
    programId,
    clicks: z.int().meta({ description: 'Human visits, repeats included' }),
    uniqueClicks: z.int().meta({ description: 'Visitors: one an hour, link and visitor' }),
    botClicks: z.int(),
    referrals: z.object({ pending: z.int(), completed: z.int(), rejected: z.int(), inReview: z.int() }),
    conversionRate: z.number().meta({ description: 'Completed referrals of unique clicks, 0 to 1' }),
    rewards: z.object({ count: z.int(), milestones: z.int() }),
    balances: z.array(balance),
  })
  .meta({ id: 'Stats' });

const changes = z.object({
  pending: signedAmount,
  available: signedAmount,
  inPayout: signedAmount,
  paid: signedAmount,
});

export const ledgerEntry = z
  .object({
    entryId: z.string(),
    currency,
    amount: signedAmount.meta({
      description: 'Change of what the participant is owed: pending plus available',
    }),
    changes: changes.meta({ description: 'Change of each column; a balance is the sum of these' }),
    cause: z.object({
      type: z.enum(['reward', 'refund', 'payout', 'payout_cancelled']),
      eventId: z.string().optional(),
      orderId: z.string().optional(),
      payoutId: z.string().optional(),
      ruleId: z.string().optional(),
      programVersion: z.int().optional(),
    }),
    createdAt: timestamp,
  })
  .meta({ id: 'LedgerEntry' });

export const referralStats = defineRoute({
  operationId: 'referralStats',
  method: 'GET',
  path: '/referral-stats/{userId}',
  area: 'participants',
  access: 'server',
  tag: 'Front door',
  summary: "A user's clicks, referrals and balance",
  params: z.strictObject({ userId }),
  query: z.strictObject({ programId: programId.optional() }),
  success: { status: 200, description: 'Counts, exact', schema: stats },
  problems: ['participant_not_found'],
});

export const putParticipant = defineRoute({
  operationId: 'putParticipant',
  method: 'PUT',
  path: '/v1/programs/{programId}/participants/{userId}',
  area: 'participants',
  access: 'server',
  tag,
  summary: 'Create or change a participant',
  description: 'The e-mail address is kept as a keyed hash only, to recognise people who refer themselves.',
  params,
  body: z.strictObject({
    name: text(128).optional(),
    email: email.optional(),
    status: z.enum(['active', 'inactive']).optional(),
  }),
  bodyOptional: true,
  success: { status: 200, description: 'The participant', schema: z.object({ participant }) },
  problems: ['program_not_found'],
});

export const getParticipant = defineRoute({
  operationId: 'getParticipant',
  method: 'GET',
  path: '/v1/programs/{programId}/participants/{userId}',
  area: 'participants',
  access: 'server',
  tag,
  summary: 'Read a participant',
  params,
  success: { status: 200, description: 'The participant', schema: z.object({ participant }) },
  problems: ['participant_not_found'],
});

const listOf = <const Id extends string, const Segment extends string, Schema extends z.ZodType>(
  operationId: Id,
  segment: Segment,
  summary: string,
  schema: Schema,
) =>
  defineRoute({
    operationId,
    method: 'GET',
    path: `/v1/programs/{programId}/participants/{userId}/${segment}`,
    area: 'participants',
    access: 'server',
    tag,
    summary,
    params,
    query: z.strictObject(page),
    success: { status: 200, description: summary, schema },
    problems: ['participant_not_found', 'invalid_cursor'],
  });

export const listReferrals = listOf(
  'listReferrals',
  'referrals',
  "A participant's referrals, newest first",
  z.object({ referrals: z.array(referral), nextCursor }),
);

export const listRewards = listOf(
  'listRewards',
  'rewards',
  "A participant's rewards, newest first",
  z.object({ rewards: z.array(reward), nextCursor }),
);

export const listLedger = listOf(
  'listLedger',
  'ledger',
  "A participant's ledger entries, newest first",
  z.object({ entries: z.array(ledgerEntry), nextCursor }),
);

export const getBalances = defineRoute({
  operationId: 'getBalances',
  method: 'GET',
  path: '/v1/programs/{programId}/participants/{userId}/balances',
  area: 'participants',
  access: 'server',
  tag,
  summary: "A participant's balances, one a currency",
  params,
  success: { status: 200, description: 'Balances', schema: z.object({ balances: z.array(balance) }) },
  problems: ['participant_not_found'],
});

export const getStats = defineRoute({
  operationId: 'getStats',
  method: 'GET',
  path: '/v1/programs/{programId}/participants/{userId}/stats',
  area: 'participants',
  access: 'server',
  tag,
  summary: "A participant's clicks, referrals and balance",
  params,
  success: { status: 200, description: 'Counts, exact', schema: stats },
  problems: ['participant_not_found'],
});
