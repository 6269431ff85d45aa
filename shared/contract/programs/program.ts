import * as z from 'zod';
import {
  code,
  currency,
  destinationUrl,
  httpsUrl,
  positiveAmount,
  programId,
  text,
  timestamp,
  unit,
} from '../fields.ts';
import { fraudSettings } from '../fraud.ts';
import { attributionSettings } from './attribution.ts';
import { changeOf } from './change-of.ts';
import { cap, eventType, hasUniqueIds, period, rate, ruleId, threshold } from './fields.ts';
import { hooks } from './hook-settings.ts';
import { milestone } from './milestone.ts';
import { redirect } from './redirect.ts';
import { keptRule, rule } from './rule.ts';

const tier = z.strictObject({ tierId: ruleId, name: text(64), threshold }).meta({ id: 'Tier' });

const requirement = z
  .strictObject({
    event: eventType,
    times: z.int().min(1).max(100).default(1),
    minimumAmount: positiveAmount.exactOptional(),
  })
  .meta({ id: 'Requirement', description: 'An event that a referral needs to be completed' });

const budget = z
  .strictObject({ currency: unit, amount: positiveAmount, period: period.default('ever') })
  .meta({ id: 'Budget' });

const rateOverride = z
  .union([z.strictObject({ coupon: text(64), rate }), z.strictObject({ code, rate })])
  .meta({ id: 'RateOverride' });

const payoutTerms = z
  .strictObject({
    minimums: z
      .array(z.strictObject({ currency, amount: positiveAmount }))
      .max(50)
      .default([]),
    requires: z.array(threshold).max(10).default([]),
    limits: z.array(cap).max(8).default([]),
  })
  .meta({ id: 'PayoutTerms', description: 'What must be reached before money leaves, and how much may' });

/** A refund that changes the rewards of all rules is one transaction of 100 items: an entry, a reward, a balance each. */
const mostRules = 33;

const settings = {
  name: text(128),
  destination: destinationUrl.meta({ description: 'Where links lead unless they name a destination' }),
  fallbackUrl: httpsUrl
    .nullable()
    .meta({ description: 'Where codes lead that are unknown or out of use; null: a page says so' }),
  destinationHosts: z
    .array(
      z
        .string()
        .regex(
          /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?$/,
          'must be a host such as example.com, *.example.com or example.com:8443',
        ),
    )
    .max(50)
    .meta({ description: 'Hosts that links may lead to; empty: any https host that a server key sets' }),
  redirect,
  attribution: attributionSettings,
  linkLimit: z.int().min(1).max(1000),
  versioning: z.enum(['kept', 'latest']).meta({
    description: 'Whether referrals keep the version that they began with, or events follow the newest',
  }),
  qualification: z
    .array(requirement)
    .max(10)
    .meta({ description: 'What completes a referral; empty: its registration' }),
  rules: z
    .array(rule)
    .max(mostRules)
    .refine((list) => hasUniqueIds(list.map((r) => r.ruleId)), 'must have different ruleIds'),
  freedLimits: z.enum(['kept', 'returned']).meta({
    description: 'Whether what a refund frees of limits, caps and budgets goes back to later orders',
  }),
  budgets: z
    .array(budget)
    .max(10)
    .refine(
      (list) => hasUniqueIds(list.map((b) => `${b.currency} ${b.period}`)),
      'must not repeat a currency and period',
    )
    .meta({ description: 'The most that the program pays in all' }),
  rates: z.array(rateOverride).max(200).meta({
    description: "Rates for a coupon or a link's code, in place of a rule's own percentage",
  }),
  tiers: z
    .array(tier)
    .max(20)
    .refine((list) => hasUniqueIds(list.map((t) => t.tierId)), 'must have different tierIds'),
  milestones: z
    .array(milestone)
    .max(50)
    .refine((list) => hasUniqueIds(list.map((m) => m.milestoneId)), 'must have different milestoneIds'),
  payouts: payoutTerms,
  hooks,
  fraud: fraudSettings.exactOptional(),
};

const { name, destination, ...others } = settings;

export const newProgram = z.strictObject({
  programId,
  name,
  destination,
  ...z.strictObject(others).partial().shape,
});

/** Any part of a program's settings. */
export const someSettings = z.strictObject(settings).partial();

export const programChange = z.strictObject({
  ...changeOf(z.strictObject(settings)).shape,
  expectedVersion: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Refuse unless this is the current version' }),
});

export const program = z
  .object({
    programId,
    ...settings,
    rules: z.array(keptRule),
    version: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
    inUse: z.literal(true).optional().meta({
      description: 'Somebody takes part, or has: it cannot be deleted. Not said of the default program',
    }),
  })
  .meta({ id: 'Program' });
