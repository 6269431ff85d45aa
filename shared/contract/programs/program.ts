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
import { cap, eventType, hasUniqueIds, period, rate, ruleId, threshold } from './fields.ts';
import { hooks } from './hook-settings.ts';
import { milestone } from './milestone.ts';
import { redirect } from './redirect.ts';
import { rule } from './rule.ts';

const tier = z.strictObject({ tierId: ruleId, name: text(64), threshold });

const requirement = z.strictObject({
  event: eventType,
  times: z.int().min(1).max(100).default(1),
  minimumAmount: positiveAmount.exactOptional(),
});

const budget = z.strictObject({ currency: unit, amount: positiveAmount, period: period.default('ever') });

const rateOverride = z.union([z.strictObject({ coupon: text(64), rate }), z.strictObject({ code, rate })]);

const payoutTerms = z.strictObject({
  minimums: z
    .array(z.strictObject({ currency, amount: positiveAmount }))
    .max(50)
    .default([]),
  requires: z.array(threshold).max(10).default([]),
  limits: z.array(cap).max(8).default([]),
});

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
  rules: z.array(rule).max(mostRules),
  freedLimits: z.enum(['kept', 'returned']).meta({
    description: 'Whether what a refund frees of limits, caps and budgets goes back to later orders',
  }),
  budgets: z.array(budget).max(10).meta({ description: 'The most that the program pays in all' }),
  rates: z.array(rateOverride).max(200).meta({
    description: "Rates for a coupon or a link's code, in place of a rule's own percentage",
  }),
  tiers: z.array(tier).max(20),
  milestones: z.array(milestone).max(50),
  payouts: payoutTerms,
  hooks,
  fraud: fraudSettings.exactOptional(),
};

export const newProgram = z.strictObject({
  programId,
  name: settings.name,
  destination: settings.destination,
  fallbackUrl: settings.fallbackUrl.optional(),
  destinationHosts: settings.destinationHosts.optional(),
  redirect: settings.redirect.optional(),
  attribution: settings.attribution.optional(),
  linkLimit: settings.linkLimit.optional(),
  versioning: settings.versioning.optional(),
  qualification: settings.qualification.optional(),
  rules: settings.rules
    .refine((rules) => hasUniqueIds(rules.map((r) => r.ruleId)), 'must have different ruleIds')
    .optional(),
  freedLimits: settings.freedLimits.optional(),
  budgets: settings.budgets
    .refine(
      (list) => hasUniqueIds(list.map((b) => `${b.currency} ${b.period}`)),
      'must not repeat a currency and period',
    )
    .optional(),
  rates: settings.rates.optional(),
  tiers: settings.tiers
    .refine((list) => hasUniqueIds(list.map((t) => t.tierId)), 'must have different tierIds')
    .optional(),
  milestones: settings.milestones
    .refine((list) => hasUniqueIds(list.map((m) => m.milestoneId)), 'must have different milestoneIds')
    .optional(),
  payouts: settings.payouts.optional(),
  hooks: settings.hooks.optional(),
  fraud: settings.fraud.optional(),
});

export const programChange = newProgram
  .omit({ programId: true })
  .partial()
  .extend({
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
    version: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
    inUse: z.literal(true).optional().meta({
      description: 'Somebody takes part, or has: it cannot be deleted. Not said of the default program',
    }),
  })
  .meta({ id: 'Program' });
