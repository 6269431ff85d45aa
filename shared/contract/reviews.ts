import * as z from 'zod';
import {
  nextCursor,
  page,
  programId,
  referralId,
  signedAmount,
  text,
  timestamp,
  unit,
  userId,
} from './fields.ts';
import { fraudSettings } from './fraud.ts';
import { changeOf } from './programs/change-of.ts';
import { referral } from './referrals.ts';
import { previewedReward } from './rewards.ts';
import { defineRoute } from './route.ts';

const tag = 'Reviews';

const reviewId = z.string().regex(/^rev_[0-9a-z]{26}$/, 'must be a review id');
const origin = z.enum(['open', 'flagged', 'auto_rejected', 'manual']);
const state = z.enum([...origin.options, 'approved', 'rejected', 'banned', 'reassigned']).meta({
  description:
    'open: held, and waits for a decision. flagged: counts, though something speaks against it. auto_rejected: by rules, or by your own validation. manual: counts, was made a case by hand, and that was undone. reassigned: of a referrer whose the referral is no more, so that nothing is left to decide. The others are decisions of people',
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
    followsBan: reviewId.optional().meta({
      description:
        'The case that banned the referrer, where this one was rejected with that: it is put back when the ban ends',
    }),
    settling: z
      .object({
        moved: z.int().meta({ description: 'How many rewards have been made, changed or taken back' }),
        left: z.int().meta({ description: 'How many are left' }),
      })
      .optional()
      .meta({
        description: 'Set while the rewards of a decision move in stages, being too many for one step',
      }),
  })
  .meta({ id: 'Review' });

const stateQuery = state.optional().meta({ description: 'open unless given' });

export const listReviews = defineRoute({
  operationId: 'listReviews',
  method: 'GET',
  path: '/v1/programs/{programId}/reviews',
  area: 'reviews',
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
const verdict = z
  .object({
    action: z.enum(['accept', 'flag', 'hold', 'reject']),
    score: z.int(),
    findings: z.array(finding),
  })
  .meta({ id: 'Verdict' });

const comparedSignUp = { referral, before: verdict, after: verdict };
const comparison = {
  judged: z.int(),
  before: actions.meta({ description: "By the program's rules as they are" }),
  after: actions.meta({ description: 'By those that are given' }),
  rules: z.array(z.object({ ruleId: z.string(), before: z.int(), after: z.int() })),
  changed: z.int(),
};

export const dryRunRules = defineRoute({
  operationId: 'dryRunFraudRules',
  method: 'POST',
  path: '/v1/programs/{programId}/fraud/dry-run',
  area: 'reviews',
  audited: false,
  tag,
  summary: 'Say what other fraud rules would have made of the last sign-ups and orders',
  description:
    'Judges sign-ups and orders anew, from what was seen of each when it came, by the rules of the program as they are and by those that are given, and says where they differ. Nothing is written. A page looks at so many participants of the program and at all whom they brought, in an order that is the same as a draw: the first pages are a fair sample of all.',
  params: z.strictObject({ programId }),
  body: z.strictObject({
    fraud: changeOf(fraudSettings).meta({
      description: 'As a `PATCH` of the program takes it: merged into what it says of fraud',
    }),
    days: z.int().min(1).max(400).optional().meta({ description: 'How far back; 30 unless given' }),
    limit: z.int().min(1).max(1000).optional().meta({
      description:
        'Participants to look at, 1,000 unless given; fewer where they brought more than a thousand users',
    }),
    cursor: page.cursor,
  }),
  success: {
    status: 200,
    description: 'What would have been',
    schema: z.object({
      participants: z.int().meta({
        description: 'Looked at; judged is whom they brought, and what these ordered, within the days',
      }),
      cut: z
        .array(userId)
        .meta({ description: 'Participants who brought more than 5,000, of whom the newest were looked at' }),
      ...comparison,
      examples: z
        .array(z.object(comparedSignUp))
        .meta({ description: 'The first 20 of the page that changed' }),
      unknown: z.int().meta({
        description: 'Of whose sign-up nothing was kept: assigned by hand, or from before it was',
      }),
      incomplete: z.int().meta({
        description:
          'Of the judged: of whom rules would have looked at more, which were off at their sign-up',
      }),
      orders: z
        .object({ ...comparison, examples: z.array(z.object({ eventId: z.string(), ...comparedSignUp })) })
        .meta({
          description:
            'The same of orders, and of what changes them, as far as journals keep them, by the rules that look at those',
        }),
      nextCursor,
    }),
  },
  problems: ['program_not_found', 'invalid_cursor'],
});

export const getReview = defineRoute({
  operationId: 'getReview',
  method: 'GET',
  path: '/v1/reviews/{reviewId}',
  area: 'reviews',
  tag,
  summary: 'Read a case, with what speaks against its referral',
  params: z.strictObject({ reviewId }),
  success: { status: 200, description: 'The case', schema: z.object({ review }) },
  problems: ['review_not_found'],
});

const decision = z.enum(['approve', 'reject', 'ban', 'undo']);

export const previewDecision = defineRoute({
  operationId: 'previewDecision',
  method: 'GET',
  path: '/v1/reviews/{reviewId}/preview',
  area: 'reviews',
  tag,
  summary: 'What a decision of a case would pay or take back, and whom; nothing is written',
  description:
    'Of this case alone, if it were decided now: a ban also ends what else of the referrer waits. Where your own logic calculates rewards it is not asked; what it said of earlier orders holds.',
  params: z.strictObject({ reviewId }),
  query: z.strictObject({ decision: decision.optional().meta({ description: 'approve unless given' }) }),
  success: {
    status: 200,
    description: 'What it would do',
    schema: z.object({
      state: state.meta({ description: 'Of the case' }),
      referralStatus: referral.shape.status,
      totals: z
        .array(
          z.object({
            userId,
            kind: z.enum(['cash', 'credit', 'points']),
            currency: unit,
            change: signedAmount,
          }),
        )
        .meta({ description: 'What balances would gain or lose by it, the largest change first' }),
      count: z.int().meta({ description: 'How many rewards would be made or changed' }),
      rewards: z.array(previewedReward).meta({ description: 'The first 100 of them' }),
    }),
  },
  problems: ['review_not_found', 'review_decided', 'referral_cycle', 'upline_too_long'],
});

export const decideReviews = defineRoute({
  operationId: 'decideReviews',
  method: 'POST',
  path: '/v1/programs/{programId}/reviews/decisions',
  area: 'reviews',
  audited: ['review.approved', 'review.rejected', 'review.banned', 'review.undone'],
  tag,
  summary: 'Decide cases alike: all of a state, of a referrer or a rule',
  description:
    'A page of the list of cases at a time, newest first, each decided as by `POST /v1/reviews/{reviewId}/decision`; with `nextCursor` as `cursor` the next call goes on. Filters that are given must all be met, and a page looks at 5,000 cases at most, so that it can have none, and yet a `nextCursor`. What has left the state meanwhile is left as it is.',
  params: z.strictObject({ programId }),
  body: z.strictObject({
    state: state.meta({ description: 'The state of the cases to decide' }),
    userId: userId.optional().meta({ description: 'Only those of this referrer' }),
    rule: text(64)
      .optional()
      .meta({ description: 'Only those that this rule speaks against', example: 'same_device' }),
    decision,
    reason: text(512).meta({ description: 'Why, for the audit log', example: 'A ring of one device' }),
    limit: z.int().min(1).max(25).optional().meta({ description: 'Cases of a call; 25 unless given' }),
    cursor: page.cursor,
  }),
  success: {
    status: 200,
    description: 'What became of each',
    schema: z.object({
      results: z.array(
        z.object({
          reviewId,
          outcome: z.enum([
            'decided',
            'changed_meanwhile',
            'review_decided',
            'referral_cycle',
            'upline_too_long',
            'contended',
          ]),
          state: state.optional().meta({ description: 'As the decision left it' }),
        }),
      ),
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
  audited: ['review.approved', 'review.rejected', 'review.banned', 'review.undone'],
  tag,
  summary: 'Approve or reject a referral that something speaks against, ban its referrer, or undo that',
  description:
    'An approval settles all that the referee has done meanwhile; a rejection earns nothing, and takes back what was earned. A ban rejects it too, deactivates the referrer, cancels their payouts that have not been sent, and rejects what else of theirs is open. Undo puts it back as it was before, takes back what an approval gave, or gives what a rejection took, and lifts the ban; what was rejected with the ban is open again within seconds. Any case can be decided, also one that only flags, or was rejected by rules; what closes a circle stays rejected. The same decision again changes nothing. All of it and the entry of the audit log are one step. Of more than some 90 rewards, those that one step does not take move within seconds after it: the case says how far they are (`settling`), and can be decided anew meanwhile.',
  params: z.strictObject({ reviewId }),
  body: z.strictObject({
    decision,
    reason: text(512).meta({ description: 'Why, for the audit log', example: 'Knows them from a fair' }),
  }),
  success: { status: 200, description: 'The case', schema: z.object({ review }) },
  problems: ['review_not_found', 'review_decided', 'referral_cycle', 'upline_too_long', 'contended'],
});
