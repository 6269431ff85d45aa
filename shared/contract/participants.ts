import * as z from 'zod';
import type { OperationId } from './access.ts';
import { clickTotals } from './analytics.ts';
import {
  code,
  currency,
  nextCursor,
  page,
  programId,
  signedAmount,
  text,
  timestamp,
  userId,
} from './fields.ts';
import { personSignals } from './fraud.ts';
import { ownReferral, referral } from './referrals.ts';
import { ownReward, reward } from './rewards.ts';
import { defineRoute } from './route.ts';

const tag = 'Participants';
const params = z.strictObject({ programId, userId });

/** A currency of ISO 4217, or `points`. */
const unit = z.union([currency, z.literal('points')], 'must be an ISO 4217 code such as USD, or points');

const balanceKind = z
  .enum(['cash', 'credit', 'points'])
  .meta({ description: 'Money that can leave, credit that your product takes, or points' });

const percent = z
  .string()
  .regex(
    /^(100(\.0{1,6})?|\d{1,2}(\.\d{1,6})?)$/,
    'must be a decimal from 0 to 100 with at most 6 places, as a string',
  )
  .meta({ description: 'Percent, an exact decimal', example: '12.5' });

/** A number that the table keeps as it is: integers are exact to 2^53, fractions not below its smallest. */
const fieldNumber = z
  .number()
  .min(-Number.MAX_SAFE_INTEGER)
  .max(Number.MAX_SAFE_INTEGER)
  .refine((value) => value === 0 || Math.abs(value) > 1e-100, 'must not be that small');

const fields = z
  .record(
    z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -'),
    z.union(
      [text(512), fieldNumber, z.boolean()],
      'must be a text of 1 to 512 characters without control characters, a number up to 2^53, true or false',
    ),
  )
  .refine((given) => Object.keys(given).length <= 30, 'must have at most 30 entries')
  .meta({
    description:
      'Your own data of the participant, which rules can look at: `referrer.fields.plan`. Takes the place of all fields there are',
    example: { plan: 'pro' },
  });

const policy = z
  .object({
    commissionRate: percent.optional(),
    triggerLimit: z.int().nullable().optional(),
    mayInvite: z.boolean(),
  })
  .meta({ id: 'Policy', description: 'What is left out is as the program says' });

const status = z
  .enum(['active', 'inactive'])
  .meta({ description: 'inactive: earns nothing and invites nobody from then on' });

export const participant = z
  .object({
    programId,
    userId,
    status,
    ban: z
      .object({ cases: z.int(), statusBefore: status })
      .optional()
      .meta({ description: 'Set as long as cases of the review queue ban them' }),
    name: z.string().optional(),
    code: code.optional().meta({ description: 'The first of their codes' }),
    links: z.int().meta({ description: 'How many links have been made' }),
    policy,
    fields: fields.optional(),
    createdAt: timestamp,
  })
  .meta({ id: 'Participant' });

export const balance = z
  .object({
    kind: balanceKind,
    currency: unit,
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
    ...clickTotals,
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
    kind: balanceKind,
    currency: unit,
    amount: signedAmount.meta({
      description: 'Change of what the participant is owed: pending plus available',
    }),
    changes: changes.meta({
      description:
        'Change of each column as of now: what was held counts as available from its day on. A balance is the sum of these',
    }),
    cause: z.object({
      type: z.enum([
        'reward',
        'adjustment',
        'claim',
        'milestone',
        'milestone_reversed',
        'payout',
        'payout_paid',
        'payout_cancelled',
        'payout_failed',
      ]),
      eventId: z.string().optional(),
      eventType: z.string().optional(),
      orderId: z.string().optional(),
      payoutId: z.string().optional(),
      rewardId: z.string().optional(),
      milestoneId: z.string().optional(),
      ruleId: z.string().optional(),
      programVersion: z.int().optional(),
    }),
    createdAt: timestamp,
    availableAt: timestamp.optional().meta({ description: 'Where the sum was held: until when' }),
  })
  .meta({ id: 'LedgerEntry' });

/** What a participant sees of an entry: not which order of whom it is of. */
const ownLedgerEntry = ledgerEntry.extend({
  cause: ledgerEntry.shape.cause.omit({
    eventId: true,
    eventType: true,
    orderId: true,
    ruleId: true,
    programVersion: true,
  }),
});

export const referralStats = defineRoute({
  operationId: 'referralStats',
  method: 'GET',
  path: '/referral-stats/{userId}',
  area: 'participants',
  tag: 'Front door',
  summary: "A user's clicks, referrals and balance",
  params: z.strictObject({ userId }),
  query: z.strictObject({ programId: programId.optional() }),
  success: { status: 200, description: 'Counts, exact', schema: stats },
  problems: ['participant_not_found'],
});

const participantAnswer = z.object({ participant });

const participantInput = z
  .strictObject({
    name: text(128).optional(),
    ...personSignals,
    status: status.optional(),
    fields: fields.optional(),
  })
  .meta({ id: 'ParticipantInput', description: 'What is given of a participant' });

const ofParticipant = {
  path: '/v1/programs/{programId}/participants/{userId}',
  area: 'participants',
  tag,
  params,
} as const;

export const putParticipant = defineRoute({
  ...ofParticipant,
  operationId: 'putParticipant',
  method: 'PUT',
  audited: ['participant.changed', 'participant.deactivated', 'participant.reactivated'],
  summary: 'Register or change a participant',
  description:
    'Whoever has no link yet gets their first one with it, which counts towards the limit of the program. E-mail address, IP address, device and means of payment are kept as keyed hashes only, to recognise people who refer themselves; the last that was given of each counts.',
  body: participantInput,
  bodyOptional: true,
  success: { status: 200, description: 'The participant', schema: participantAnswer },
  problems: ['program_not_found', 'contended'],
});

export const getParticipant = defineRoute({
  ...ofParticipant,
  operationId: 'getParticipant',
  method: 'GET',
  summary: 'Read a participant',
  success: {
    status: 200,
    description: 'The participant',
    schema: participantAnswer,
    forSelf: z.object({ participant: participant.omit({ policy: true, fields: true, ban: true }) }),
  },
  problems: ['participant_not_found'],
});

export const updateParticipant = defineRoute({
  ...ofParticipant,
  operationId: 'updateParticipant',
  method: 'PATCH',
  audited: ['participant.changed', 'participant.deactivated', 'participant.reactivated'],
  summary: 'Change what is given of a participant',
  body: participantInput.refine((change) => Object.keys(change).length > 0, 'must change something'),
  success: { status: 200, description: 'The participant', schema: participantAnswer },
  problems: ['participant_not_found'],
});

export const deactivateParticipant = defineRoute({
  ...ofParticipant,
  operationId: 'deactivateParticipant',
  method: 'DELETE',
  audited: ['participant.deactivated'],
  summary: 'Deactivate a participant',
  description:
    'The participant earns nothing and invites nobody from then on. Nothing is deleted: what was earned stays theirs, and `status: active` brings them back.',
  success: { status: 200, description: 'The participant, inactive', schema: participantAnswer },
  problems: ['participant_not_found'],
});

const policyAnswer = z.object({ policy });

export const putPolicy = defineRoute({
  ...ofParticipant,
  operationId: 'putPolicy',
  method: 'PUT',
  audited: ['participant.policy_set'],
  path: '/v1/programs/{programId}/participants/{userId}/policy',
  summary: 'Set what holds for one participant in place of what the program says',
  description:
    'Takes the place of the whole policy: what is left out is as the program says. It holds for events and invitations from then on.',
  body: z.strictObject({
    commissionRate: percent
      .nullable()
      .optional()
      .meta({ description: "Percent in place of a rule's own; null: the rule's own", example: '12.5' }),
    triggerLimit: z
      .int()
      .min(1)
      .max(1000)
      .nullable()
      .optional()
      .meta({ description: "In place of a rule's limit per referee; null: without limit" }),
    mayInvite: z
      .boolean()
      .optional()
      .meta({ description: 'false: new links and new referrals of theirs are refused' }),
  }),
  success: { status: 200, description: 'The policy', schema: policyAnswer },
  problems: ['participant_not_found'],
});

export const getPolicy = defineRoute({
  ...ofParticipant,
  operationId: 'getPolicy',
  method: 'GET',
  path: '/v1/programs/{programId}/participants/{userId}/policy',
  summary: "Read a participant's policy",
  success: { status: 200, description: 'The policy', schema: policyAnswer },
  problems: ['participant_not_found'],
});

export const getUpline = defineRoute({
  ...ofParticipant,
  operationId: 'getUpline',
  method: 'GET',
  path: '/v1/programs/{programId}/participants/{userId}/upline',
  summary: 'Who invited a participant, who invited that one, and so on',
  description:
    'As it stood when the participant signed up, at most ten levels. Those below are listed level by level: `/referrals` of each.',
  success: {
    status: 200,
    description: 'The chain, nearest first; empty for whoever was not referred',
    schema: z.object({
      upline: z.array(
        z.object({ level: z.int().min(1).max(10).meta({ description: '1: the referrer' }), userId }),
      ),
    }),
  },
  problems: ['participant_not_found'],
});

const listOf = <const Id extends OperationId, const Segment extends string, Schema extends z.ZodType>(
  operationId: Id,
  segment: Segment,
  summary: string,
  schema: Schema,
  forSelf: z.ZodType,
) =>
  defineRoute({
    operationId,
    method: 'GET',
    path: `/v1/programs/{programId}/participants/{userId}/${segment}`,
    area: 'participants',
    tag,
    summary,
    params,
    query: z.strictObject(page),
    success: { status: 200, description: summary, schema, forSelf },
    problems: ['participant_not_found', 'invalid_cursor'],
  });

export const listReferrals = listOf(
  'listReferrals',
  'referrals',
  "A participant's referrals, newest first",
  z.object({ referrals: z.array(referral), nextCursor }),
  z.object({ referrals: z.array(ownReferral), nextCursor }),
);

export const listRewards = listOf(
  'listRewards',
  'rewards',
  "A participant's rewards, newest first",
  z.object({ rewards: z.array(reward), nextCursor }),
  z.object({ rewards: z.array(ownReward), nextCursor }),
);

export const listLedger = listOf(
  'listLedger',
  'ledger',
  "A participant's ledger entries, newest first",
  z.object({ entries: z.array(ledgerEntry), nextCursor }),
  z.object({ entries: z.array(ownLedgerEntry), nextCursor }),
);

export const getBalances = defineRoute({
  operationId: 'getBalances',
  method: 'GET',
  path: '/v1/programs/{programId}/participants/{userId}/balances',
  area: 'participants',
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
  tag,
  summary: "A participant's clicks, referrals and balance",
  params,
  success: { status: 200, description: 'Counts, exact', schema: stats },
  problems: ['participant_not_found'],
});
