import * as z from 'zod';

/** As many as one call of the function has time for, should each of them ask the customer's own logic in vain. */
export const mostEventsPerMessage = 10;

/** What the reward queue carries: which events of a user, or whose completed referral, progress or coupon, is to be looked at. */
export const rewardMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('events'),
    programId: z.string(),
    userId: z.string(),
    eventIds: z.array(z.string()).min(1).max(mostEventsPerMessage),
  }),
  z.object({ kind: z.literal('referral'), programId: z.string(), userId: z.string() }),
  z.object({ kind: z.literal('progress'), programId: z.string(), userId: z.string() }),
  // For a reward that begins or ceases to want a code, and for those that wait for a pool's.
  z.object({
    kind: z.literal('coupon'),
    programId: z.string(),
    userId: z.string(),
    rewardId: z.string(),
  }),
  z.object({ kind: z.literal('couponPool'), programId: z.string(), pool: z.string() }),
]);

export type RewardMessage = z.output<typeof rewardMessage>;

/**
 * What the notices queue carries: something that happened in a program that wants to hear of it, as it also is on the
 * event bus. `id` is the same for each delivery.
 */
export const noticeMessage = z.object({
  id: z.string(),
  version: z.literal(1),
  type: z.string(),
  programId: z.string(),
  occurredAt: z.iso.datetime(),
  data: z.looseObject({}),
});

export type NoticeMessage = z.output<typeof noticeMessage>;
