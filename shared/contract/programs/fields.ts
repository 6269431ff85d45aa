import * as z from 'zod';
import { currency, positiveAmount, unit } from '../fields.ts';

/** What rules, tiers, milestones and pools are called. */
export const ruleId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits or hyphens')
  .meta({ id: 'OwnName', description: 'A name of your own within the program' });

export const eventType = z
  .string()
  .regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/, 'must be an event type such as order.paid')
  .max(64)
  .meta({ id: 'EventType', example: 'order.paid' });

export const rewardKind = z
  .enum(['cash', 'credit', 'points', 'coupon', 'badge', 'perk'])
  .meta({ id: 'RewardKind' });

export const rate = z
  .string()
  .regex(
    /^(100(\.0{1,6})?|\d{1,2}(\.\d{1,6})?)$/,
    'must be a decimal from 0 to 100 with at most 6 places, as a string',
  )
  .meta({ id: 'Rate', description: 'Percent, an exact decimal', example: '10' });

export const period = z
  .enum(['day', 'week', 'month', 'ever'])
  .meta({ description: 'In UTC; weeks begin on Monday' });

export const cap = z
  .strictObject({
    period,
    amount: positiveAmount.exactOptional(),
    currency: unit.exactOptional(),
    rewards: z.int().min(1).max(1_000_000).exactOptional(),
  })
  .refine(
    (one) => (one.amount === undefined) !== (one.rewards === undefined),
    'needs either amount or rewards',
  )
  .refine((one) => (one.amount === undefined) === (one.currency === undefined), {
    message: 'goes with an amount',
    path: ['currency'],
  })
  .meta({ id: 'Cap' });

export const threshold = z
  .strictObject({
    metric: z.enum(['completedReferrals', 'paidOrders', 'revenue', 'points']),
    value: z.int().min(1).max(999_999_999_999),
    currency: currency.exactOptional(),
  })
  .refine((one) => (one.metric === 'revenue') === (one.currency !== undefined), {
    message: 'goes with revenue',
    path: ['currency'],
  })
  .meta({ id: 'Threshold' });

/** Whether a list repeats nothing. */
export function hasUniqueIds(ids: readonly string[]): boolean {
  return new Set(ids).size === ids.length;
}
