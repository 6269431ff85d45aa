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
  'reward',
  'payout',
  'payout_batch',
]);
const fields = z.record(z.string(), z.unknown()).nullable();
const action = z.enum(auditActions);

export const auditEntry = z
  .object({
    auditId: z.string().meta({ example: 'aud_01kakzv2qe3h8s7w9n5c4b6d2f' }),
    programId,
    actor: z.object({ type: z.literal('api_key'), id: z.string() }),
    action,
    target: z.object({ type: targetType, id: z.string(), userId: userId.optional() }),
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
  access: 'server',
  scope: 'audit:read',
  tag: 'Access',
  summary: 'List what was changed by API keys, newest first',
  description:
    'Changes by an operator of one program, also of one that was deleted; not the traffic of your users. Filters that are given must all be met. A page looks at 5,000 entries at most, so with filters it can have fewer than `limit`, or none, and yet a `nextCursor`. Needs a key with the scope `audit:read`, or with all.',
  query: z
    .strictObject({
      ...page,
      programId: programId.optional(),
      userId: userId.optional().meta({ description: 'The participant whom a change concerns' }),
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
