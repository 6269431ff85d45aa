import * as z from 'zod';
import {
  amount,
  code,
  currency,
  destinationUrl,
  httpsUrl,
  nextCursor,
  page,
  positiveAmount,
  programId,
  text,
  timestamp,
  unit,
} from './fields.ts';
import { fraudSettings } from './fraud.ts';
import { apps } from './links.ts';
import { defineRoute } from './route.ts';

const ruleId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits or hyphens');

const eventType = z
  .string()
  .regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/, 'must be an event type such as order.paid')
  .max(64);

const rewardKind = z.enum(['cash', 'credit', 'points', 'coupon', 'badge', 'perk']);

const rate = z
  .string()
  .regex(
    /^(100(\.0{1,6})?|\d{1,2}(\.\d{1,6})?)$/,
    'must be a decimal from 0 to 100 with at most 6 places, as a string',
  )
  .meta({ description: 'Percent, an exact decimal', example: '10' });

const simpleAmount = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('percentage'), rate }),
  z.strictObject({ type: z.literal('flat'), amount, currency: unit }),
]);

const names = z.array(text(128)).min(1).max(200);

const rewardAmount = z.discriminatedUnion('type', [
  ...simpleAmount.options,
  z.strictObject({
    type: z.literal('by_tier'),
    tiers: z
      .array(z.strictObject({ tierId: ruleId, amount: simpleAmount }))
      .min(1)
      .max(20),
    otherwise: simpleAmount,
  }),
  z.strictObject({
    type: z.literal('stepped'),
    steps: z
      .array(z.strictObject({ times: z.int().min(1).max(1000), amount: simpleAmount }))
      .min(1)
      .max(20),
    after: simpleAmount,
  }),
  z.strictObject({
    type: z.literal('by_product'),
    products: z
      .array(
        z
          .strictObject({
            productIds: names.exactOptional(),
            categories: names.exactOptional(),
            amount: simpleAmount,
          })
          .refine(
            (entry) => entry.productIds !== undefined || entry.categories !== undefined,
            'needs productIds or categories',
          ),
      )
      .min(1)
      .max(50),
    otherwise: simpleAmount,
  }),
]);

const basis = z.strictObject({
  type: z
    .enum(['gross', 'net'])
    .default('gross')
    .meta({ description: 'net: without tax, shipping and fees' }),
  minimum: positiveAmount.exactOptional().meta({ description: 'An order that is worth less pays nothing' }),
  excludedProducts: z.array(text(128)).max(200).default([]),
  excludedCategories: z.array(text(128)).max(200).default([]),
});

const scalar = z.union([text(512), z.number(), z.boolean(), z.null()]);

/** Operators with the values that they take. */
const condition = z
  .strictObject({
    field: z
      .string()
      .max(128)
      .regex(
        /^(event|referral|referrer|referee)(\.[A-Za-z0-9_-]{1,64}){1,3}$/,
        'must be a path such as event.amount or referrer.fields.plan',
      ),
    operator: z.enum([
      'equals',
      'not_equals',
      'in',
      'not_in',
      'greater_than',
      'at_least',
      'less_than',
      'at_most',
      'between',
      'contains',
      'starts_with',
      'matches',
      'exists',
    ]),
    value: z.union([scalar, z.array(scalar).min(1).max(100)]),
  })
  .superRefine(({ operator, value }, context) => {
    const wanted = expectedValue(operator, value);
    if (wanted !== undefined) context.addIssue({ code: 'custom', path: ['value'], message: wanted });
  });

function expectedValue(operator: string, value: unknown): string | undefined {
  const isList = Array.isArray(value);
  if (operator === 'in' || operator === 'not_in') return isList ? undefined : 'must be a list';
  if (operator === 'between') {
    return isList && value.length === 2 && typeof value[0] === typeof value[1]
      ? undefined
      : 'must be a list of two values of one type';
  }
  if (operator === 'exists') return typeof value === 'boolean' ? undefined : 'must be true or false';
  if (isList) return 'must be a single value';
  if (/contains|starts_with|matches/.test(operator)) {
    return typeof value === 'string' ? undefined : 'must be a text';
  }
  if (/than|at_/.test(operator)) {
    return typeof value === 'number' || typeof value === 'string' ? undefined : 'must be a number or a text';
  }
  return undefined;
}

type ConditionGroup =
  | { readonly all: readonly (z.output<typeof condition> | ConditionGroup)[] }
  | { readonly any: readonly (z.output<typeof condition> | ConditionGroup)[] };

const groupAtDepth = (depth: number): z.ZodType<ConditionGroup> => {
  const part = depth === 0 ? condition : z.union([condition, groupAtDepth(depth - 1)]);
  const parts = z.array(part).min(1).max(20) as z.ZodType<(z.output<typeof condition> | ConditionGroup)[]>;
  return z.union([z.strictObject({ all: parts }), z.strictObject({ any: parts })]);
};

/** Groups nest three deep. */
const conditions = groupAtDepth(2).meta({ id: 'Conditions' });

const period = z
  .enum(['day', 'week', 'month', 'ever'])
  .meta({ description: 'In UTC; weeks begin on Monday' });

const cap = z
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
  });

const hold = z.union([
  z.strictObject({ days: z.int().min(1).max(365) }),
  z.strictObject({ untilEvent: eventType }),
]);

/** With all levels and caps of all rules one event must stay within a transaction of 100 items. */
const mostCaps = 4;

export const rule = z
  .strictObject({
    ruleId,
    event: eventType,
    side: z.enum(['referrer', 'referee', 'both', 'upline']),
    level: z
      .int()
      .min(1)
      .max(10)
      .exactOptional()
      .meta({ description: 'With side upline: 1 is the referrer' }),
    kind: rewardKind,
    amount: rewardAmount.exactOptional(),
    name: text(64).exactOptional(),
    pool: ruleId.exactOptional().meta({ description: 'Where a coupon comes from' }),
    basis: basis.default({ type: 'gross', excludedProducts: [], excludedCategories: [] }),
    conditions: conditions.exactOptional(),
    limitPerReferee: z.int().min(1).max(1000).nullable().exactOptional().meta({
      description:
        'How often one referee can make it pay: 3 unless set, or without limit where months is set; null: always',
    }),
    months: z
      .int()
      .min(1)
      .max(120)
      .nullable()
      .default(null)
      .meta({ description: 'Pays only in the first months after the referral began' }),
    caps: z
      .array(cap)
      .max(mostCaps)
      .default([])
      .meta({ description: 'The most that one beneficiary earns by the rule' }),
    excludedPaymentMethods: z.array(text(64)).max(50).default([]),
    hold: hold.exactOptional(),
    group: ruleId.exactOptional().meta({
      description:
        'Of the rules of one group that match, one pays: the highest priority, then what pays most',
    }),
    priority: z.int().min(-1000).max(1000).default(0),
  })
  .superRefine((one, context) => {
    for (const [field, message] of ruleFaults(one)) {
      context.addIssue({ code: 'custom', path: [field], message });
    }
  })
  .transform((one) => ({
    ...one,
    limitPerReferee:
      one.limitPerReferee === undefined ? (one.months === null ? 3 : null) : one.limitPerReferee,
  }));

interface RuleShape {
  readonly side: string;
  readonly level?: number | undefined;
  readonly kind: z.output<typeof rewardKind>;
  readonly amount?: z.output<typeof rewardAmount> | undefined;
  readonly name?: string | undefined;
  readonly pool?: string | undefined;
  readonly caps: readonly z.output<typeof cap>[];
}

function ruleFaults(one: RuleShape): [string, string][] {
  const faults: [string, string][] = [];
  if ((one.side === 'upline') !== (one.level !== undefined)) faults.push(['level', 'goes with side upline']);
  const isMoney = one.kind === 'cash' || one.kind === 'credit' || one.kind === 'points';
  if (isMoney !== (one.amount !== undefined)) {
    faults.push(['amount', isMoney ? `is needed for ${one.kind}` : `does not go with ${one.kind}`]);
  }
  if (!isMoney && one.name === undefined) faults.push(['name', `is needed for ${one.kind}`]);
  if ((one.kind === 'coupon') !== (one.pool !== undefined)) faults.push(['pool', 'goes with kind coupon']);
  for (const unitOf of flatUnits(one.amount)) {
    if ((unitOf === 'points') !== (one.kind === 'points')) {
      faults.push(['amount', one.kind === 'points' ? 'must be in points' : 'must not be in points']);
    }
  }
  const kinds = one.caps.map((each) => `${each.period} ${each.currency ?? ''}`);
  if (!hasUniqueIds(kinds)) faults.push(['caps', 'must not repeat a period']);
  return faults;
}

type AnyAmount = z.output<typeof rewardAmount>;

/** Currencies of the flat sums within an amount. */
function flatUnits(of: AnyAmount | undefined): string[] {
  return simpleAmountsOf(of).flatMap((one) => (one.type === 'flat' ? [one.currency] : []));
}

function simpleAmountsOf(of: AnyAmount | undefined): z.output<typeof simpleAmount>[] {
  if (of === undefined) return [];
  if (of.type === 'by_tier') return [...of.tiers.map((tier) => tier.amount), of.otherwise];
  if (of.type === 'stepped') return [...of.steps.map((step) => step.amount), of.after];
  if (of.type === 'by_product') return [...of.products.map((entry) => entry.amount), of.otherwise];
  return [of];
}

const threshold = z
  .strictObject({
    metric: z.enum(['completedReferrals', 'paidOrders', 'revenue', 'points']),
    value: z.int().min(1).max(999_999_999_999),
    currency: currency.exactOptional(),
  })
  .refine((one) => (one.metric === 'revenue') === (one.currency !== undefined), {
    message: 'goes with revenue',
    path: ['currency'],
  });

export const milestone = z
  .strictObject({
    milestoneId: ruleId,
    name: text(64),
    kind: rewardKind,
    threshold,
    amount: z.strictObject({ amount: positiveAmount, currency: unit }).exactOptional(),
    pool: ruleId.exactOptional(),
    grant: z.enum(['claim', 'automatic']).default('claim'),
    onReversal: z.enum(['keep', 'take_back']).default('keep'),
  })
  .superRefine((one, context) => {
    const isMoney = one.kind === 'cash' || one.kind === 'credit' || one.kind === 'points';
    if (isMoney !== (one.amount !== undefined)) {
      const message = isMoney ? `is needed for ${one.kind}` : `does not go with ${one.kind}`;
      context.addIssue({ code: 'custom', path: ['amount'], message });
    }
    if (one.amount !== undefined && (one.amount.currency === 'points') !== (one.kind === 'points')) {
      const message = one.kind === 'points' ? 'must be points' : 'must not be points';
      context.addIssue({ code: 'custom', path: ['amount', 'currency'], message });
    }
    if ((one.kind === 'coupon') !== (one.pool !== undefined)) {
      context.addIssue({ code: 'custom', path: ['pool'], message: 'goes with kind coupon' });
    }
  });

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

const ownHost = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?(\/[^\s\\]*)?$/;

/** Without TLS only one's own machine can be called, and only by a local stack that allows it. */
const hookUrl = z
  .union(
    [httpsUrl, text(2048).refine((value) => ownHost.test(value) && URL.canParse(value))],
    'must be an absolute https URL without user name, password or backslash',
  )
  .meta({ description: 'Absolute https URL of a public host', example: 'https://example.com/hooks/plusone' });

const hook = z
  .strictObject({
    lambdaArn: z
      .string()
      .max(256)
      .regex(
        /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_:-]+$/,
        'must be the ARN of a Lambda function',
      )
      .exactOptional(),
    url: hookUrl.exactOptional(),
    timeoutMs: z.int().min(100).max(10_000).default(3000),
    fallback: z.enum(['default', 'hold', 'reject']).default('default'),
  })
  .refine(
    (one) => (one.lambdaArn === undefined) !== (one.url === undefined),
    'needs either lambdaArn or url',
  );

const hooks = z.strictObject({
  validation: hook.exactOptional(),
  calculation: hook.exactOptional(),
  notification: hook.exactOptional(),
});

/** A refund that changes the rewards of all rules is one transaction of 100 items: an entry, a reward, a balance each. */
const mostRules = 33;

const deepLinkPath = text(256).regex(
  /^(\/[\p{L}\p{M}\p{N}\-._~!$&'()+,=:@ ]+)*(\/|\/\*)?$/u,
  'must be a path such as /pricing, or /products/* for all below',
);

const redirect = z.strictObject({
  status: z.union([z.literal(301), z.literal(302), z.literal(307)]).default(302),
  passthrough: z.enum(['all', 'utm', 'none']).default('all').meta({
    description: "What of a visitor's query goes on to the destination; the destination's own stands",
  }),
  deepLinkPaths: z.array(deepLinkPath).max(50).default([]).meta({
    description: "Paths that visitors may ask for behind a link, on its destination's host; empty: none",
  }),
  apps: apps.default({}),
});

export const attributionSettings = z.strictObject({
  model: z.enum(['first_touch', 'last_touch']),
  windowDays: z.int().min(1).max(365),
  precedence: z
    .array(z.enum(['click', 'code', 'link', 'coupon']))
    .min(1)
    .refine(hasUniqueIds, 'must not repeat a kind')
    .exactOptional()
    .meta({
      description:
        'What earns a sign-up, the highest first; what is left out earns nothing. Click, code, link, coupon unless given',
    }),
});

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

function hasUniqueIds(ids: string[]): boolean {
  return new Set(ids).size === ids.length;
}

const newProgram = z.strictObject({
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

const programChange = newProgram
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
  .object({ programId, ...settings, version: z.int(), createdAt: timestamp, updatedAt: timestamp })
  .meta({ id: 'Program' });

/** Something about a program that is allowed, but surely not meant. */
const warning = z.object({ field: z.string(), message: z.string() });

const programAnswer = z.object({ program });
const savedAnswer = z.object({ program, warnings: z.array(warning) });
const params = z.strictObject({ programId });
const tag = 'Programs';

export const createProgram = defineRoute({
  operationId: 'createProgram',
  method: 'POST',
  path: '/v1/programs',
  area: 'programs',
  access: 'server',
  tag,
  summary: 'Create a program',
  body: newProgram,
  success: { status: 201, description: 'The program, version 1', schema: savedAnswer },
  problems: ['program_exists'],
});

export const listPrograms = defineRoute({
  operationId: 'listPrograms',
  method: 'GET',
  path: '/v1/programs',
  area: 'programs',
  access: 'server',
  tag,
  summary: 'List programs',
  query: z.strictObject(page),
  success: {
    status: 200,
    description: 'Programs by id',
    schema: z.object({ programs: z.array(program), nextCursor }),
  },
  problems: ['invalid_cursor'],
});

export const getProgram = defineRoute({
  operationId: 'getProgram',
  method: 'GET',
  path: '/v1/programs/{programId}',
  area: 'programs',
  access: 'server',
  tag,
  summary: 'Read a program',
  params,
  success: { status: 200, description: 'The current version', schema: programAnswer },
  problems: ['program_not_found'],
});

export const updateProgram = defineRoute({
  operationId: 'updateProgram',
  method: 'PATCH',
  path: '/v1/programs/{programId}',
  area: 'programs',
  access: 'server',
  tag,
  summary: 'Change a program',
  description: 'Makes a new version. Referrals keep the version that they began with.',
  params,
  body: programChange,
  success: { status: 200, description: 'The new version', schema: savedAnswer },
  problems: ['program_not_found', 'version_conflict'],
});

export const deleteProgram = defineRoute({
  operationId: 'deleteProgram',
  method: 'DELETE',
  path: '/v1/programs/{programId}',
  area: 'programs',
  access: 'server',
  tag,
  summary: 'Delete a program that nobody takes part in',
  description:
    'Only a program without participants: links, referrals and money all belong to one. It is gone for all routes within ten seconds; its versions are kept, and its id is not given again. A program that has participants is refused: end it by taking its rules out, so that nothing new is earned.',
  params,
  success: { status: 200, description: 'The program as it was', schema: programAnswer },
  problems: ['program_not_found', 'program_in_use', 'version_conflict'],
});

export const listProgramVersions = defineRoute({
  operationId: 'listProgramVersions',
  method: 'GET',
  path: '/v1/programs/{programId}/versions',
  area: 'programs',
  access: 'server',
  tag,
  summary: 'List the versions of a program, newest first',
  params,
  query: z.strictObject(page),
  success: {
    status: 200,
    description: 'Versions',
    schema: z.object({ versions: z.array(program), nextCursor }),
  },
  problems: ['program_not_found', 'invalid_cursor'],
});
