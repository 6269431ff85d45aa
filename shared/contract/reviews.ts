import * as z from 'zod';
import { nextCursor, page, programId, referralId, text, timestamp, userId } from './fields.ts';
import { fraudSettings } from './fraud.ts';
import { referral } from './referrals.ts';
import { defineRoute } from './route.ts';

const tag = 'Reviews';

const reviewId = z.string().regex(/^rev_[0-9a-z]{26}$/, 'must be a review id');
const origin = z.enum(['open', 'flagged', 'auto_rejected']);
const state = z.enum([...origin.options, 'approved', 'rejected', 'banned']).meta({
  description:
    'open: held, and waits for a decision. flagged: counts, though something speaks against it. auto_rejected: by rules, or by your own validation. The others are decisions of people',
});

const finding = z.object({
  ruleId: z.string(),
  score: z.int(),
  reason: z.string(),
  evidence: z.record(z.string(), z.union([z.string(), z.number()])),
});

export const review = z
  .object({
    reviewId,
    programId,
    referralId,
    referrerId: userId,
    refereeId: userId,
    state,
    origin: origin.meta({ description: 'The state before anybody decided, to which undo returns' }),
    reasons: z.array(z.string()),
    score: z.int(),
    findings: z.array(
      finding.extend({
        cause: z.string().optional().meta({
          description: 'The event that it was found of, where that came after the sign-up',
        }),
      }),
    ),
    decisions: z.int().meta({ description: 'How often it was decided, undoing included' }),
    createdAt: timestamp,
    decidedAt: timestamp.optional(),
    decidedBy: z.string().optional().meta({ description: 'The API key by which it was decided' }),
    note: z.string().optional(),
  })
  .meta({ id: 'Review' });

const stateQuery = state.optional().meta({ description: 'open unless given' });

export const listReviews = defineRoute({
  operationId: 'listReviews',
  method: 'GET',
  path: '/v1/programs/{programId}/reviews',
  area: 'reviews',
  access: 'server',
  tag,
  summary: 'List cases, newest first: referrals that something speaks against',
  description:
    'Filters that are given must all be met. A page looks at 5,000 cases at most, so with filters it can have fewer than `limit`, or none, and yet a `nextCursor`.',
  params: z.strictObject({ programId }),
  query: z.strictObject({
    ...page,
    state: stateQuery,
    userId: userId.optional().meta({ description: 'The referrer' }),
    reason: text(64)
      .optional()
      .meta({ description: 'A rule that speaks against them', example: 'same_device' }),
  }),
  success: {
    status: 200,
    description: 'Cases',
    schema: z.object({ reviews: z.array(review), nextCursor }),
  },
  problems: ['program_not_found', 'invalid_cursor'],
});

const group = {
  cases: z.int(),
  newest: z.object({ reviewId, createdAt: timestamp }),
};

export const groupReviews = defineRoute({
  operationId: 'groupReviews',
  method: 'GET',
  path: '/v1/programs/{programId}/reviews/groups',
  area: 'reviews',
  access: 'server',
  tag,
  summary: 'Count cases by referrer and by rule',
  description:
    'The largest groups first, of the 1,000 newest cases of a state; `nextCursor` leads on to the groups of the next 1,000. A case counts for every rule that speaks against it.',
  params: z.strictObject({ programId }),
  query: z.strictObject({ cursor: page.cursor, state: stateQuery }),
  success: {
    status: 200,
    description: 'Groups',
    schema: z.object({
      cases: z.int().meta({ description: 'How many were counted' }),
      byReferrer: z.array(z.object({ userId, ...group })),
      byReason: z.array(z.object({ reason: z.string(), ...group })),
      nextCursor,
    }),
  },
  problems: ['program_not_found', 'invalid_cursor'],
});

const actions = z.object({ accept: z.int(), flag: z.int(), hold: z.int(), reject: z.int() });
const verdict = z.object({
  action: z.enum(['accept', 'flag', 'hold', 'reject']),
  score: z.int(),
  findings: z.array(finding),
});

export const dryRunRules = defineRoute({
  operationId: 'dryRunFraudRules',
  method: 'POST',
  path: '/v1/programs/{programId}/fraud/dry-run',
  area: 'reviews',
  access: 'server',
  audited: false,
  tag,
  summary: 'Say what other fraud rules would have made of the last sign-ups',
  description:
    'Judges sign-ups anew, from what was seen of each when it came, by the rules of the program as they are and by those that are given, and says where they differ. Nothing is written. A page looks at so many participants of the program, in an order that is the same as a draw: the first pages are a fair sample of all.',
  params: z.strictObject({ programId }),
  body: z.strictObject({
    fraud: fraudSettings.meta({ description: 'In place of all that the program says of fraud' }),
    days: z.int().min(1).max(400).optional().meta({ description: 'How far back; 30 unless given' }),
    limit: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .meta({ description: 'Participants to look at; 1,000 unless given' }),
    cursor: page.cursor,
  }),
  success: {
    status: 200,
    description: 'What would have been',
    schema: z.object({
      participants: z
        .int()
        .meta({ description: 'Looked at; of these those count who signed up within the days' }),
      judged: z.int(),
      unknown: z.int().meta({
        description: 'Of whose sign-up nothing was kept: assigned by hand, or from before it was',
      }),
      incomplete: z.int().meta({
        description:
          'Of the judged: of whom rules would have looked at more, which were off at their sign-up',
      }),
      before: actions.meta({ description: "By the program's rules as they are" }),
      after: actions.meta({ description: 'By those that are given' }),
      rules: z.array(z.object({ ruleId: z.string(), before: z.int(), after: z.int() })),
      changed: z.int(),
      examples: z
        .array(z.object({ referral, before: verdict, after: verdict }))
        .meta({ description: 'The first 20 of the page that changed' }),
      nextCursor,
    }),
  },
  problems: ['program_not_found', 'invalid_cursor'],
});

export const decideReview = defineRoute({
  operationId: 'decideReview',
  method: 'POST',
  path: '/v1/reviews/{reviewId}/decision',
  area: 'reviews',
  access: 'server',
  audited: ['review.approved', 'review.rejected', 'review.banned', 'review.undone'],
  tag,
  summary: 'Approve or reject a referral that something speaks against, ban its referrer, or undo that',
  description:
    'An approval settles all that the referee has done meanwhile; a rejection earns nothing, and takes back what was earned. A ban rejects it too, and deactivates the referrer. Undo puts it back as it was before, takes back what an approval gave, or gives what a rejection took, and lifts the ban. Any case can be decided, also one that only flags, or was rejected by rules; what closes a circle stays rejected. The same decision again changes nothing. All of it and the entry of the audit log are one step.',
  params: z.strictObject({ reviewId }),
  body: z.strictObject({
    decision: z.enum(['approve', 'reject', 'ban', 'undo']),
    reason: text(512).meta({ description: 'Why, for the audit log', example: 'Knows them from a fair' }),
  }),
  success: { status: 200, description: 'The case', schema: z.object({ review }) },
  problems: [
    'review_not_found',
    'review_decided',
    'review_too_large',
    'referral_cycle',
    'upline_too_long',
    'contended',
  ],
});
