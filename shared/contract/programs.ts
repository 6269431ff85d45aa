import * as z from 'zod';
import { amount, currency, httpsUrl, nextCursor, page, programId, text, timestamp } from './fields.ts';
import { defineRoute } from './route.ts';

const ruleId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits or hyphens');
const rewardKind = z.enum(['cash']);

const rewardAmount = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('percentage'),
    rate: z
      .string()
      .regex(
        /^(100(\.0{1,6})?|\d{1,2}(\.\d{1,6})?)$/,
        'must be a decimal from 0 to 100 with at most 6 places, as a string',
      )
      .meta({ description: 'Percent of the order, an exact decimal', example: '10' }),
  }),
  z.strictObject({ type: z.literal('flat'), amount, currency }),
]);

export const rule = z.strictObject({
  ruleId,
  event: z
    .string()
    .regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/, 'must be an event type such as order.paid')
    .max(64),
  side: z.enum(['referrer', 'referee']),
  kind: rewardKind,
  amount: rewardAmount,
  limitPerReferee: z
    .int()
    .min(1)
    .max(1000)
    .nullable()
    .meta({ description: 'How often one referee can make it pay; null: always' }),
  excludedPaymentMethods: z.array(text(64)).max(50).default([]),
});

export const milestone = z.strictObject({
  milestoneId: ruleId,
  name: text(64),
  kind: z.enum(['badge', 'perk']),
  completedReferrals: z.int().min(1).max(1_000_000),
});

/** A refund that changes the rewards of all rules is one transaction of 100 items: an entry, a reward, a balance each. */
const mostRules = 33;

const settings = {
  name: text(128),
  destination: httpsUrl.meta({ description: 'Where links lead unless they name a destination' }),
  fallbackUrl: httpsUrl.meta({ description: 'Where unknown and dead codes lead' }),
  destinationHosts: z
    .array(
      z
        .string()
        .regex(/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a host such as example.com or *.example.com'),
    )
    .max(50)
    .meta({ description: 'Hosts that links may lead to; empty: any https host that a server key sets' }),
  attribution: z.strictObject({
    model: z.enum(['first_touch', 'last_touch']),
    windowDays: z.int().min(1).max(365),
  }),
  linkLimit: z.int().min(1).max(1000),
  rules: z.array(rule).max(mostRules),
  milestones: z.array(milestone).max(50),
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
  attribution: settings.attribution.optional(),
  linkLimit: settings.linkLimit.optional(),
  rules: settings.rules
    .refine((rules) => hasUniqueIds(rules.map((r) => r.ruleId)), 'must have different ruleIds')
    .optional(),
  milestones: settings.milestones
    .refine((list) => hasUniqueIds(list.map((m) => m.milestoneId)), 'must have different milestoneIds')
    .optional(),
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

const programAnswer = z.object({ program });
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
  success: { status: 201, description: 'The program, version 1', schema: programAnswer },
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
  success: { status: 200, description: 'The new version', schema: programAnswer },
  problems: ['program_not_found', 'version_conflict'],
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
