import * as z from 'zod';
import { notificationKinds } from '../domain/notifications/notification.ts';
import { mostEventsPerMessage } from './message-limits.ts';

/** What the reward queue carries: which events of a user, or whose completed referral, settlement in stages, progress or coupon, is to be looked at. */
export const rewardMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('events'),
    programId: z.string(),
    userId: z.string(),
    eventIds: z.array(z.string()).min(1).max(mostEventsPerMessage),
  }),
  z.object({ kind: z.literal('referral'), programId: z.string(), userId: z.string() }),
  z.object({ kind: z.literal('settlement'), programId: z.string(), userId: z.string() }),
  // Of whom a case bans, or bans no more: what else waits of theirs is ended, or put back.
  z.object({ kind: z.literal('ban'), programId: z.string(), userId: z.string(), reviewId: z.string() }),
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
  userId: z.string().exactOptional(),
  occurredAt: z.iso.datetime(),
  data: z.looseObject({}),
});

export type NoticeMessage = z.output<typeof noticeMessage>;

const webhookEvent = z.object({
  ...noticeMessage.shape,
  sequence: z.int().exactOptional(),
  test: z.literal(true).exactOptional(),
});

/**
 * What the webhooks queue carries: a try of a delivery, now or when it is due; deliveries that are to be begun anew; or
 * clicks that an endpoint, or the bus, is to be told of.
 */
export const webhookMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('delivery'),
    endpointId: z.string(),
    event: webhookEvent,
    round: z.int(),
    /** How many tries of this round there have been. */
    attempt: z.int(),
    /** Milliseconds since 1970. */
    dueAt: z.int().exactOptional(),
    slow: z.literal(true).exactOptional(),
  }),
  z.object({
    kind: z.literal('replay'),
    endpointId: z.string(),
    /** Milliseconds since 1970, of the events: from then on, and before then. */
    from: z.int(),
    to: z.int(),
    status: z.enum(['pending', 'delivered', 'failed']).exactOptional(),
    cursor: z.string().exactOptional(),
  }),
  z.object({
    kind: z.literal('clicks'),
    /** Absent: the bus. */
    endpointId: z.string().exactOptional(),
    events: z.array(webhookEvent).min(1),
  }),
]);

/** What the notifications queue carries: what a participant is to be told. Nothing in it is personal. */
export const notificationMessage = z.object({
  notificationId: z.string(),
  kind: z.enum(notificationKinds),
  programId: z.string(),
  userId: z.string(),
  facts: z.object({
    amount: z.int().exactOptional(),
    currency: z.string().exactOptional(),
    name: z.string().exactOptional(),
    availableAt: z.string().exactOptional(),
  }),
});
