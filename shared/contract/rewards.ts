import * as z from 'zod';
import { event, explanation } from './events.ts';
import {
  amount,
  currency,
  nextCursor,
  page,
  programId,
  rewardId,
  signedAmount,
  timestamp,
  unit,
  userId,
} from './fields.ts';
import { defineRoute } from './route.ts';

const tag = 'Rewards';

export const reward = z
  .object({
    rewardId,
    programId,
    userId,
    kind: z.enum(['cash', 'credit', 'points', 'coupon', 'badge', 'perk']),
    status: z.enum(['pending', 'available', 'claimed', 'paid', 'reversed', 'rejected', 'in_review']),
    amount: signedAmount.optional(),
    currency: unit.optional(),
    name: z.string().optional(),
    referralId: z.string().optional(),
    eventId: z.string().optional(),
    orderId: z.string().optional(),
    ruleId: z.string().optional(),
    programVersion: z.int().optional(),
    level: z.int().optional(),
    milestoneId: z.string().optional(),
    pool: z.string().optional(),
    couponCode: z.string().optional(),
    createdAt: timestamp,
    availableAt: timestamp.optional(),
    claimedAt: timestamp.optional(),
  })
  .meta({ id: 'Reward' });

export const milestoneProgress = z
  .object({
    milestoneId: z.string(),
    name: z.string(),
    metric: z.enum(['completedReferrals', 'paidOrders', 'revenue', 'points']),
    currency: currency.optional().meta({ description: 'Where the metric is revenue' }),
    target: z.int().meta({ description: 'What it takes; minor units where the metric is revenue' }),
    progress: z.int().meta({ description: 'What has been reached so far, at most the target' }),
    status: z.enum(['locked', 'available', 'claimed', 'reversed']),
    rewardId: rewardId.optional().meta({ description: 'Present once reached' }),
  })
  .meta({ id: 'MilestoneProgress' });

/** What a participant sees of a reward: not which order of whom it is of. */
export const ownReward = reward.omit({
  eventId: true,
  orderId: true,
  ruleId: true,
  programVersion: true,
  pool: true,
});

const rewardAnswer = z.object({ reward });
const ownRewardAnswer = z.object({ reward: ownReward });

export const userRewards = defineRoute({
  operationId: 'userRewards',
  method: 'GET',
  path: '/rewards/{userId}',
  area: 'participants',
  tag: 'Front door',
  summary: "A user's rewards, newest first, and milestones",
  params: z.strictObject({ userId }),
  query: z.strictObject({ programId: programId.optional(), ...page }),
  success: {
    status: 200,
    description: 'Rewards and milestones',
    schema: z.object({ rewards: z.array(reward), milestones: z.array(milestoneProgress), nextCursor }),
    forSelf: z.object({ rewards: z.array(ownReward), milestones: z.array(milestoneProgress), nextCursor }),
  },
  problems: ['participant_not_found', 'invalid_cursor'],
});

export const claimRewardOfUser = defineRoute({
  operationId: 'claimRewardOfUser',
  method: 'POST',
  path: '/claim-reward',
  area: 'rewards',
  audited: false,
  tag: 'Front door',
  summary: 'Claim a reward that waits to be claimed',
  snakeCase: true,
  body: z.strictObject({ userId, rewardId }),
  success: {
    status: 200,
    description: 'The reward, claimed',
    schema: rewardAnswer,
    forSelf: ownRewardAnswer,
  },
  problems: ['reward_not_found', 'already_claimed', 'not_claimable', 'insufficient_balance'],
});

const params = z.strictObject({ rewardId });

export const getReward = defineRoute({
  operationId: 'getReward',
  method: 'GET',
  path: '/v1/rewards/{rewardId}',
  area: 'rewards',
  tag,
  summary: 'Read a reward',
  params,
  success: { status: 200, description: 'The reward', schema: rewardAnswer, forSelf: ownRewardAnswer },
  problems: ['reward_not_found'],
});

export const claimReward = defineRoute({
  operationId: 'claimReward',
  method: 'POST',
  path: '/v1/rewards/{rewardId}/claim',
  area: 'rewards',
  audited: ['reward.claimed'],
  tag,
  summary: 'Claim a reward',
  params,
  success: {
    status: 200,
    description: 'The reward, claimed',
    schema: rewardAnswer,
    forSelf: ownRewardAnswer,
  },
  problems: ['reward_not_found', 'already_claimed', 'not_claimable', 'insufficient_balance'],
});

/** A reward that would be made or changed. */
export const previewedReward = z
  .object({
    userId,
    ruleId: z.string(),
    programVersion: z.int(),
    kind: z.enum(['cash', 'credit', 'points', 'coupon', 'badge', 'perk']),
    level: z.int().optional(),
    amount: amount.optional().meta({ description: 'What the reward would be worth' }),
    change: signedAmount.optional().meta({ description: 'What would change, where the reward exists' }),
    currency: unit.optional(),
    name: z.string().optional(),
    availableAt: timestamp.optional(),
  })
  .meta({ id: 'PreviewedReward' });

export const previewRewards = defineRoute({
  operationId: 'previewRewards',
  method: 'POST',
  path: '/v1/rewards/preview',
  area: 'events',
  audited: false,
  tag,
  summary: 'What an event would pay, and why others did not; nothing is written',
  body: event,
  success: {
    status: 200,
    description: 'What would be paid or changed',
    schema: z.object({
      rewards: z.array(previewedReward),
      explanation: z.array(explanation),
      completesReferral: z.boolean(),
      isRepeat: z.boolean().meta({ description: 'Whether an event of this id has been processed' }),
    }),
  },
  problems: ['program_not_found'],
});
