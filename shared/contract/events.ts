import * as z from 'zod';
import {
  amount,
  currency,
  eventId,
  programId,
  rewardId,
  signedAmount,
  text,
  timestamp,
  unit,
  userId,
} from './fields.ts';
import { personSignals } from './fraud.ts';
import { defineRoute } from './route.ts';

const tag = 'Events';

const eventType = z
  .string()
  .max(64, 'must be at most 64 characters')
  .regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/, 'must be a type such as order.paid')
  .meta({
    description: '`order.paid`, `order.refunded`, `user.registered`, or a name of your own',
    example: 'order.paid',
  });

/** A number that the table keeps as it is: integers are exact to 2^53, fractions not below its smallest. */
const propertyNumber = z
  .number()
  .min(-Number.MAX_SAFE_INTEGER)
  .max(Number.MAX_SAFE_INTEGER)
  .refine((value) => value === 0 || Math.abs(value) > 1e-100, 'must not be that small');

const propertyValue = z.union(
  [text(512), propertyNumber, z.boolean(), z.null()],
  'must be a text of 1 to 512 characters without control characters, a number up to 2^53, true, false or null',
);

const orderLine = z.strictObject({
  productId: text(128).exactOptional(),
  category: text(128).exactOptional(),
  amount: amount.meta({ description: 'Minor units, for all pieces of the line' }),
  quantity: z.int().min(1).max(1_000_000).exactOptional(),
});

/** Amounts of an order that lie within its gross. */
const withinAmount = ['tax', 'shipping', 'fees'] as const;

/** What the customer's backend reports. `properties` carries anything of the customer's own. */
export const event = z
  .strictObject({
    type: eventType,
    userId,
    id: eventId,
    programId: programId.optional(),
    occurredAt: timestamp.optional(),
    amount: amount.optional(),
    currency: currency.optional(),
    tax: amount.optional().meta({ description: 'Tax within the amount' }),
    shipping: amount.optional().meta({ description: 'Shipping within the amount' }),
    fees: amount.optional().meta({ description: 'Fees within the amount' }),
    lines: z.array(orderLine).min(1).max(100).optional().meta({ description: 'What was bought' }),
    coupon: text(64).optional(),
    paymentMethod: text(64).optional(),
    orderId: eventId.optional(),
    paymentId: eventId.optional().meta({
      description: 'One of several payments of an order: their amounts add up',
    }),
    disputeId: eventId.optional().meta({ description: 'One of several charge-backs of an order' }),
    amountRefunded: amount.optional().meta({ description: 'Cumulative sum refunded of the order so far' }),
    properties: z
      .record(text(64), propertyValue)
      .refine((properties) => Object.keys(properties).length <= 30, 'must have at most 30 entries')
      .optional(),
    ...personSignals,
  })
  .superRefine((input, context) => {
    for (const field of requiredFields(input.type)) {
      if (input[field] === undefined) {
        context.addIssue({ code: 'custom', path: [field], message: `is needed for ${input.type}` });
      }
    }
    const within = withinAmount.reduce((sum, field) => sum + (input[field] ?? 0), 0);
    if (within > 0 && within > (input.amount ?? 0)) {
      const path = [withinAmount.find((field) => input[field] !== undefined) ?? 'amount'];
      context.addIssue({
        code: 'custom',
        path,
        message: 'must lie within the amount, with tax, shipping and fees',
      });
    }
    const isNamed = requiredFields(input.type).includes('currency');
    if (input.amount !== undefined && input.currency === undefined && !isNamed) {
      context.addIssue({ code: 'custom', path: ['currency'], message: 'is needed with an amount' });
    }
  })
  .meta({ id: 'EventInput' });

function requiredFields(type: string): ('amount' | 'currency' | 'orderId' | 'amountRefunded')[] {
  if (type === 'order.paid') return ['amount', 'currency'];
  if (type === 'order.refunded') return ['orderId', 'amountRefunded'];
  if (type === 'order.updated') return ['orderId', 'amount', 'currency'];
  if (type === 'order.cancelled' || type.startsWith('order.charge')) return ['orderId'];
  return [];
}

export const recordEvents = defineRoute({
  operationId: 'recordEvents',
  method: 'POST',
  path: '/v1/events',
  area: 'events',
  audited: false,
  tag,
  summary: 'Report one event, or up to 100',
  description:
    'A 202 means that every event is stored. Sending the same id again is safe: the answer is the same and nothing is paid twice. All events of a batch are taken, or none. Those of a user without a referral count as well if the sign-up comes within 24 hours. What is told of the person (`email`, `ip`, `deviceId`, `paymentFingerprint`, `userAgent`) is hashed here for the fraud rules, and shown by no route.',
  body: z.union([event, z.strictObject({ events: z.array(event).min(1).max(100) })]),
  success: {
    status: 202,
    description: 'Stored',
    schema: z.object({ events: z.array(z.object({ id: eventId, status: z.literal('accepted') })) }),
  },
  problems: ['program_not_found', 'event_conflict'],
});

export const explanation = z
  .object({
    ruleId: z.string().optional(),
    beneficiaryId: userId.optional(),
    outcome: z.enum(['paid', 'adjusted', 'skipped', 'flagged', 'held', 'rejected']),
    reason: z.string().meta({ description: 'Of flagged, held and rejected: the fraud rule' }),
    amount: signedAmount.optional().meta({ description: 'What the reward is worth now' }),
    currency: unit.optional(),
    programVersion: z.int().optional(),
  })
  .meta({ id: 'Explanation' });

export const getEvent = defineRoute({
  operationId: 'getEvent',
  method: 'GET',
  path: '/v1/events/{programId}/{eventId}',
  area: 'events',
  tag,
  summary: 'Read what an event did, and why',
  params: z.strictObject({ programId, eventId }),
  success: {
    status: 200,
    description: 'The event and its outcome',
    schema: z.object({
      event: z.object({
        id: eventId,
        type: eventType,
        userId,
        programId,
        status: z.enum(['accepted', 'processed']),
        acceptedAt: timestamp,
        occurredAt: timestamp.optional(),
        amount: amount.optional(),
        currency: currency.optional(),
        orderId: eventId.optional(),
        amountRefunded: amount.optional(),
        paymentMethod: z.string().optional(),
        tax: amount.optional(),
        shipping: amount.optional(),
        fees: amount.optional(),
        lines: z.array(orderLine).optional(),
        coupon: z.string().optional(),
        paymentId: eventId.optional(),
        disputeId: eventId.optional(),
        explanation: z.array(explanation),
        entries: z.array(
          z.object({
            entryId: z.string(),
            userId,
            kind: z.enum(['cash', 'credit', 'points', 'coupon', 'badge', 'perk']),
            ruleId: z.string(),
            programVersion: z.int(),
            amount: signedAmount.optional(),
            currency: unit.optional(),
            rewardId: rewardId.optional(),
          }),
        ),
      }),
    }),
  },
  problems: ['event_not_found'],
});
