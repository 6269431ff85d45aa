import * as z from 'zod';
import { nextCursor, page, programId, rewardId, timestamp, userId } from './fields.ts';
import { defineRoute } from './route.ts';

const badge = z
  .object({
    rewardId,
    name: z.string(),
    status: z.enum(['available', 'claimed']),
    milestoneId: z.string().optional().meta({ description: 'The milestone that gave it; absent for a rule' }),
    createdAt: timestamp,
    claimedAt: timestamp.optional(),
  })
  .meta({ id: 'Badge' });

const nextTier = z.object({
  tierId: z.string(),
  name: z.string(),
  metric: z.enum(['completedReferrals', 'paidOrders', 'revenue', 'points']),
  currency: z.string().optional().meta({ description: 'Present where the metric is revenue' }),
  progress: z.int().meta({ description: 'At most the target; minor units where the metric is revenue' }),
  target: z.int(),
});

export const listBadges = defineRoute({
  operationId: 'listBadges',
  method: 'GET',
  path: '/v1/programs/{programId}/participants/{userId}/badges',
  area: 'rewards',
  tag: 'Participants',
  summary: "A participant's badges, their tier, and how far the next one is",
  description: 'Badges of milestones come first, on the first page; those of rules follow, newest first.',
  params: z.strictObject({ programId, userId }),
  query: z.strictObject(page),
  success: {
    status: 200,
    description: 'Badges and tier',
    schema: z.object({
      badges: z.array(badge),
      tier: z.object({ tierId: z.string(), name: z.string() }).optional(),
      nextTier: nextTier.optional(),
      nextCursor,
    }),
  },
  problems: ['participant_not_found', 'invalid_cursor'],
});
