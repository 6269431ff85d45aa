import * as z from 'zod';

/** What the reward queue carries: which event, or whose completed referral, progress or coupon, is to be looked at. */
export const rewardMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), programId: z.string(), userId: z.string(), eventId: z.string() }),
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
