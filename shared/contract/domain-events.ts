import * as z from 'zod';
import { click } from './clicks.ts';
import { deadLetter } from './dead-letters.ts';
import { code, destinationUrl, programId, rewardId, timestamp, userId } from './fields.ts';
import { balance, ledgerEntry, participant } from './participants.ts';
import { payoutBatch } from './payout-batches.ts';
import { payout } from './payouts.ts';
import { referral } from './referrals.ts';
import { review } from './reviews.ts';
import { reward } from './rewards.ts';

/**
 * What the outside is told of: on the event bus, by webhooks and to programs' own logic. docs/events-out.md explains it.
 * Within a version events may gain fields. No address, hash, name or field of a person is in any of them.
 */

/** Nobody is told more at once: what could outgrow it is cut to a reference. */
export const mostEventBytes = 20_000;

const link = z
  .object({
    code,
    programId,
    userId,
    destination: destinationUrl,
    status: z.enum(['active', 'inactive']),
    createdAt: timestamp,
  })
  .meta({ id: 'LinkEvent' });

/** Attribution, whose it was before, and an operator's reason are for whoever asks: `GET /v1/referrals/{referralId}`. */
const toldReferral = referral
  .omit({ attribution: true, reason: true, earlier: true })
  .meta({ id: 'ReferralEvent' });

const toldParticipant = participant
  .omit({ name: true, fields: true, links: true, ban: true })
  .meta({ id: 'ParticipantEvent' });

/** The case itself, with its evidence, is for whoever decides: `GET /v1/programs/{programId}/reviews`. */
const toldReview = review.omit({ findings: true, note: true, decidedBy: true }).meta({ id: 'ReviewEvent' });

/** Kind and doubts, network and user agent are for whoever asks: `GET /v1/clicks/{clickId}`. */
const toldClick = click
  .pick({
    ...{ clickId: true, code: true, programId: true, userId: true, createdAt: true },
    ...{ country: true, referrerHost: true, utm: true },
  })
  .meta({ id: 'ClickEvent' });

/** What an operator called it is for whoever asks: `GET /v1/payout-batches/{batchId}`. */
const toldBatch = payoutBatch.omit({ name: true }).meta({ id: 'PayoutBatchEvent' });

/** A program's settings can be long: `GET /v1/programs/{programId}`. */
const program = z
  .object({
    programId,
    version: z.int(),
    name: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'ProgramEvent' });

const key = '0h7z1c8f4m2w9k3q6t5v0x1y2z';
const at = '2026-11-21T10:00:00.000Z';
const alice = { userId: 'alice' };
const owner = { programId: 'default', ...alice, createdAt: at };

/** What events are about: the form of their data, and an example of it. */
interface Subject {
  readonly data: z.ZodObject;
  readonly example: object;
  /** It concerns no participant. @default - alice, as all examples do */
  readonly ofNobody?: true;
}

const aboutLink: Subject = {
  data: z.object({ link }),
  example: { link: { ...owner, code: 'k7m2qxw9', destination: 'https://example.com/', status: 'active' } },
};

const aboutReferral = (status: z.output<typeof referral>['status']): Subject => ({
  data: z.object({ referral: toldReferral }),
  example: {
    referral: {
      referralId: `ref_${key}`,
      programId: 'default',
      referrerId: 'alice',
      refereeId: 'bob',
      code: 'k7m2qxw9',
      upline: ['alice'],
      programVersion: 1,
      createdAt: at,
      ...(status === 'completed' && { completedAt: at }),
      status,
    },
  },
});

const rewardExample = {
  ...{
    ...owner,
    rewardId: `rwd_${key}_1_0`,
    kind: 'cash',
    status: 'available',
    amount: 490,
    currency: 'USD',
  },
  ...{ level: 1, referralId: `ref_${key}`, eventId: 'order-1', orderId: 'order-1' },
  ...{ ruleId: 'order-commission', programVersion: 1 },
};
const badgeExample = { ...owner, rewardId: `rwd_${key}_m-bronze`, name: 'Bronze', milestoneId: 'bronze' };
const milestoneExample = { ...badgeExample, kind: 'badge', programVersion: 1 };

/** The entry of the ledger by which an event changed what a reward is worth. */
const entryExample = (position: number, amount: number, cause: object) => ({
  ...{ entryId: `ent_${key}_${position}_0`, kind: 'cash', currency: 'USD', amount },
  changes: { pending: 0, available: amount, inPayout: 0, paid: 0 },
  cause: {
    ...{ ...cause, orderId: 'order-1', rewardId: rewardExample.rewardId },
    ...{ ruleId: 'order-commission', programVersion: 1 },
  },
  createdAt: at,
});

const rewardCreated: Subject = {
  data: z.object({ userId, reward, entry: ledgerEntry.optional() }),
  example: {
    ...alice,
    reward: rewardExample,
    entry: entryExample(1, 490, { type: 'reward', eventId: 'order-1', eventType: 'order.paid' }),
  },
};
const rewardAdjusted: Subject = {
  data: z.object({ userId, orderId: z.string().optional(), entry: ledgerEntry.optional() }),
  example: {
    ...alice,
    orderId: 'order-1',
    entry: entryExample(2, -245, { type: 'adjustment', eventId: 'refund-1', eventType: 'order.refunded' }),
  },
};
const rewardClaimed: Subject = {
  data: z.object({ reward }),
  example: { reward: { ...milestoneExample, status: 'claimed', claimedAt: at } },
};

const aboutMilestone = (status: 'available' | 'reversed'): Subject => ({
  data: z.object({ reward }),
  example: { reward: { ...milestoneExample, status } },
});

const badgeEarned: Subject = {
  data: z.object({
    badge: z.object({
      rewardId,
      programId,
      userId,
      name: z.string(),
      milestoneId: z
        .string()
        .optional()
        .meta({ description: 'The milestone that gave it; absent for a rule' }),
      createdAt: timestamp,
    }),
  }),
  example: { badge: badgeExample },
};

const balanceChanged: Subject = {
  data: z.object({ userId, balance }),
  example: {
    ...alice,
    balance: { kind: 'cash', currency: 'USD', pending: 0, available: 490, inPayout: 0, paid: 0 },
  },
};

const balanceAvailable: Subject = {
  data: z.object({
    userId,
    ...balance.pick({ kind: true, currency: true }).shape,
    amount: z
      .int()
      .meta({ description: 'What was held until then, as it came to be; minor units, or points' }),
    heldUntil: z.iso
      .date()
      .meta({ description: 'Held until the start of this day (UTC)', example: '2026-12-05' }),
  }),
  example: { ...alice, kind: 'cash', currency: 'USD', amount: 490, heldUntil: '2026-12-05' },
};

const aboutPayout = (status: z.output<typeof payout>['status']): Subject => ({
  data: z.object({ payout }),
  example: {
    payout: {
      ...{ ...owner, payoutId: `pay_${key}_${key}`, amount: 490, currency: 'USD', status },
      ...(status === 'cancelled' && { cancelledAt: at }),
    },
  },
});

const aboutBatch = (status: z.output<typeof payoutBatch>['status']): Subject => ({
  ofNobody: true,
  data: z.object({ batch: toldBatch }),
  example: {
    batch: {
      ...{ batchId: `pbt_${key}`, programId: 'default', programVersion: 1, currency: 'USD', status },
      ...{ provider: 'stripe', minimum: 1_000, count: 12, total: 48_250, createdAt: at },
    },
  },
});

const aboutParticipant = (changed?: readonly string[]): Subject => ({
  data: z.object({
    participant: toldParticipant,
    changed: z
      .array(z.string())
      .optional()
      .meta({ description: 'Names of what changed, also of what is not told here' }),
  }),
  example: {
    participant: { ...owner, status: 'active', code: 'k7m2qxw9', policy: { mayInvite: true } },
    ...(changed && { changed }),
  },
});

const aboutReview = (state: z.output<typeof review>['state']): Subject => ({
  data: z.object({ review: toldReview }),
  example: {
    review: {
      reviewId: `rev_${key}`,
      programId: 'default',
      referralId: `ref_${key}`,
      referrerId: 'alice',
      refereeId: 'bob',
      origin: 'open',
      state,
      reasons: ['same_device'],
      score: 60,
      decisions: 0,
      createdAt: at,
    },
  },
});

const aboutProgram: Subject = {
  ofNobody: true,
  data: z.object({ program }),
  example: { program: { programId: 'default', version: 2, name: 'Default', createdAt: at, updatedAt: at } },
};

const endpointDisabled: Subject = {
  ofNobody: true,
  data: z.object({
    endpoint: z.object({
      endpointId: z.string(),
      because: z
        .enum(['gone', 'failing'])
        .meta({ description: 'It answered 410, or nothing but failures for five days' }),
      disabledAt: timestamp,
    }),
  }),
  example: { endpoint: { endpointId: `whe_${key}`, because: 'failing', disabledAt: at } },
};

const deadLetterCreated: Subject = {
  ofNobody: true,
  data: z.object({ deadLetter: deadLetter.meta({ id: undefined }) }),
  example: {
    deadLetter: {
      deadLetterId: '5c3f0a1e-8f0d-4b1c-9a57-1d1f7f6f6a10',
      queue: 'rewards',
      status: 'open',
      cause: { code: 'timed_out_or_crashed' },
      about: { kind: 'events', programId: 'default', userId: 'bob', eventIds: ['order-1'] },
      firstTriedAt: at,
      tries: 5,
      recordedAt: at,
    },
  },
};

const clickRecorded: Subject = {
  data: z.object({ click: toldClick }),
  example: {
    click: {
      ...{ ...owner, clickId: `clk_${key}`, code: 'k7m2qxw9', country: 'DE' },
      ...{ referrerHost: 'blog.example.com', utm: { source: 'newsletter', medium: 'email' } },
    },
  },
};

/** Every type. All are of version 1. */
const subjects = {
  'link.created': aboutLink,
  'link.changed': aboutLink,
  'click.recorded': clickRecorded,
  'referral.created': aboutReferral('completed'),
  'referral.pending': aboutReferral('pending'),
  'referral.completed': aboutReferral('completed'),
  'referral.rejected': aboutReferral('rejected'),
  'referral.in_review': aboutReferral('in_review'),
  'referral.reassigned': aboutReferral('completed'),
  'reward.created': rewardCreated,
  'reward.adjusted': rewardAdjusted,
  'reward.claimed': rewardClaimed,
  'balance.changed': balanceChanged,
  'balance.available': balanceAvailable,
  'milestone.reached': aboutMilestone('available'),
  'milestone.reversed': aboutMilestone('reversed'),
  'badge.earned': badgeEarned,
  'payout.requested': aboutPayout('requested'),
  'payout.processing': aboutPayout('processing'),
  'payout.paid': aboutPayout('paid'),
  'payout.failed': aboutPayout('failed'),
  'payout.cancelled': aboutPayout('cancelled'),
  'payout_batch.freezing': aboutBatch('freezing'),
  'payout_batch.frozen': aboutBatch('frozen'),
  'payout_batch.sending': aboutBatch('sending'),
  'payout_batch.sent': aboutBatch('sent'),
  'payout_batch.cancelling': aboutBatch('cancelling'),
  'payout_batch.cancelled': aboutBatch('cancelled'),
  'participant.created': aboutParticipant(),
  'participant.changed': aboutParticipant(['status', 'name']),
  'review.opened': aboutReview('open'),
  'review.flagged': aboutReview('flagged'),
  'review.auto_rejected': aboutReview('auto_rejected'),
  'review.approved': aboutReview('approved'),
  'review.rejected': aboutReview('rejected'),
  'review.banned': aboutReview('banned'),
  'review.undone': aboutReview('open'),
  'review.reassigned': aboutReview('reassigned'),
  'program.changed': aboutProgram,
  'program.deleted': aboutProgram,
  'webhook_endpoint.disabled': endpointDisabled,
  'dead_letter.created': deadLetterCreated,
} as const satisfies Record<string, Subject>;

export type DomainEventType = keyof typeof subjects;

export const domainEventTypes = Object.keys(subjects) as readonly DomainEventType[];

const envelope = {
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,150}$/)
    .meta({
      description: 'The same each time this event is sent, also on the bus',
      example: '4b1c-referral-created',
    }),
  version: z.literal(1),
  programId: programId.meta({ description: '`default` for what concerns the whole deployment' }),
  userId: userId.optional().meta({ description: 'The participant whom it concerns, and who counts it' }),
  sequence: z.int().optional().meta({
    description:
      'By webhook only: a number that rises with each event of this participant, not without gaps. Clicks have none',
  }),
  occurredAt: timestamp,
  test: z.literal(true).optional().meta({ description: 'An example that was asked for' }),
};

/** Each event as it is sent, by its type. */
export const domainEvents: ReadonlyMap<DomainEventType, z.ZodObject> = new Map(
  domainEventTypes.map((type) => [
    type,
    z.object({ ...envelope, type: z.literal(type), data: subjects[type].data }),
  ]),
);

/** An example of what an event of a type is about, and of whom it concerns. */
export function exampleOf(type: DomainEventType): { readonly userId?: string; readonly data: object } {
  const { example: data, ofNobody }: Subject = subjects[type];
  return ofNobody ? { data } : { ...alice, data };
}
