import * as z from 'zod';
import { auditActions } from './audit-actions.ts';
import { nextCursor, page, programId, text, timestamp, userId } from './fields.ts';
import { defineRoute } from './route.ts';

const targetType = z.enum([
  'program',
  'participant',
  'link',
  'referral',
  'review',
  'coupon_pool',
  'signing_key',
  'reward',
  'payout',
  'payout_batch',
  'api_key',
  'dead_letter',
  'notification_template',
  'webhook_endpoint',
]);
const fields = z.record(z.string(), z.unknown()).nullable();
const action = z.enum(auditActions);

const programOrDeployment = z.union([programId, z.literal('*')], 'must be the id of a program, or *').meta({
  description: '`*`: what is of no program, such as API keys, for keys that reach all programs',
});

export const auditEntry = z
  .object({
    auditId: z.string().meta({ example: 'aud_01kakzv2qe3h8s7w9n5c4b6d2f' }),
    programId: programOrDeployment,
    actor: z.object({ type: z.literal('api_key'), id: z.string() }),
    action,
    target: z.object({
      type: targetType,
      id: z.string(),
      userId: userId.optional(),
      referrerId: userId
        .optional()
        .meta({ description: 'Of a case: who brought `userId`, and is banned by a ban' }),
    }),
    before: fields.meta({
      description:
        'What changed, as it stood before; `…` for a value that is personal or too long; null: nothing',
    }),
    after: fields.meta({ description: 'What changed, as it stands now' }),
    reason: z.string().optional(),
    requestId: z.string(),
    at: timestamp,
  })
  .meta({ id: 'AuditEntry' });

export const listAuditLog = defineRoute({
  operationId: 'listAuditLog',
  method: 'GET',
  path: '/v1/audit-log',
  area: 'audit',
  tag: 'Access',
  summary: 'List what was changed by API keys, newest first',
  description:
    'Changes by an operator of one program, also of one that was deleted; not the traffic of your users. Filters that are given must all be met. A page looks at 5,000 entries at most, so with filters it can have fewer than `limit`, or none, and yet a `nextCursor`. Needs a key with the scope `audit:read`, or with all.',
  query: z
    .strictObject({
      ...page,
      programId: programOrDeployment.optional(),
      userId: userId
        .optional()
        .meta({ description: 'The participant whom a change concerns, also as the referrer of a case' }),
      target: text(200).optional().meta({ description: 'Id of what was changed' }),
      actor: text(200).optional().meta({ description: 'Id of the API key' }),
      action: action.optional(),
      from: timestamp.optional().meta({ description: 'From then on' }),
      to: timestamp.optional().meta({ description: 'Before then' }),
    })
    .refine(({ from, to }) => from === undefined || to === undefined || Date.parse(from) < Date.parse(to), {
      path: ['to'],
      error: 'must be after from',
    }),
  success: {
    status: 200,
    description: 'Entries',
    schema: z.object({ entries: z.array(auditEntry), nextCursor }),
  },
  problems: ['invalid_cursor'],
});
