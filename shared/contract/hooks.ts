import * as z from 'zod';
import { amount, clickId, code, currency, programId, referralId, text, timestamp, userId } from './fields.ts';

/**
 * What a customer's own logic is asked, and what it may answer: docs/own-logic.md. Requests may gain fields within a
 * version; answers are held to their form.
 */

const envelope = {
  version: z.literal(1),
  id: z.string().meta({ description: 'The same for each repeat of this question; also sent as webhook-id' }),
  program: z.object({ programId, version: z.int() }),
};

const person = z.object({ userId });

export const validationRequest = z
  .object({
    kind: z.literal('validation'),
    ...envelope,
    referrer: person,
    referee: person,
    code,
    clickId: clickId.optional(),
    reasons: z
      .array(z.string())
      .meta({ description: 'Why our own rules would reject it; empty: they would not' }),
  })
  .meta({ id: 'ValidationHookRequest' });

const reason = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be a word such as unknown_customer');

export const validationAnswer = z
  .strictObject({ decision: z.enum(['accept', 'reject', 'hold']), reason: reason.exactOptional() })
  .meta({ id: 'ValidationHookAnswer' });

const rewardKind = z.enum(['cash', 'credit', 'points', 'coupon', 'badge', 'perk']);

export const calculationRequest = z
  .object({
    kind: z.literal('calculation'),
    ...envelope,
    event: z
      .looseObject({ programId, eventId: z.string(), type: z.string(), userId, acceptedAt: timestamp })
      .meta({ description: 'As it was reported' }),
    referral: z.object({
      referralId,
      referrerId: userId,
      refereeId: userId,
      code,
      upline: z.array(userId),
      createdAt: timestamp,
    }),
    proposed: z
      .array(
        z.object({
          ruleId: z.string(),
          beneficiaryId: userId,
          level: z.int().optional(),
          kind: rewardKind,
          amount,
          currency: z.string().optional(),
        }),
      )
      .meta({ description: 'What the rules would pay' }),
  })
  .meta({ id: 'CalculationHookRequest' });

const calculatedReward = z
  .strictObject({
    side: z.enum(['referrer', 'referee']),
    kind: z.enum(['cash', 'credit', 'points']),
    amount,
    currency: z.union([currency, z.literal('points')]),
  })
  .refine((one) => (one.kind === 'points') === (one.currency === 'points'), {
    message: 'must be points for points, and a currency of ISO 4217 else',
    path: ['currency'],
  });

/** With its balances and budgets all of it is one transaction. */
const mostRewards = 10;

export const calculationAnswer = z
  .union([
    z.strictObject({ rewards: z.array(calculatedReward).max(mostRewards) }),
    z.strictObject({ useRules: z.literal(true) }),
  ])
  .meta({ id: 'CalculationHookAnswer' });

export const notificationRequest = z
  .object({
    kind: z.literal('notification'),
    version: z.literal(1),
    id: z.string(),
    event: z.object({ type: text(64), programId, occurredAt: timestamp, data: z.looseObject({}) }),
  })
  .meta({ id: 'NotificationHookRequest' });
