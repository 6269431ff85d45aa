import * as z from 'zod';
import { domainEventTypes } from './domain-events.ts';
import { nextCursor, page, programId, text, timestamp } from './fields.ts';
import { hookUrl } from './programs/hook-settings.ts';
import { defineRoute } from './route.ts';

/** docs/webhooks.md explains endpoints, deliveries and how to verify them. */

const tag = 'Webhooks';

const endpointId = z.string().regex(/^whe_[0-9a-z]{26}$/, 'must be the id of a webhook endpoint');
const deliveryId = z.string().regex(/^dlv_[0-9a-z]{25}$/, 'must be the id of a delivery');

const subjects = [...new Set(domainEventTypes.map((type) => type.split('.')[0]))];

const filter = z
  .enum([...subjects.map((subject) => `${subject}.*`), ...domainEventTypes] as [string, ...string[]], {
    error: 'must be a type of event such as payout.paid, or all of a subject as reward.*',
  })
  .meta({ example: 'reward.*' });

const secret = z
  .string()
  .meta({ description: 'Signs what is sent. Shown here and never again', example: 'whsec_…' });

const settings = {
  url: hookUrl.meta({ description: 'Absolute https URL of a public host' }),
  types: z
    .array(filter)
    .max(50, 'must have at most 50')
    .meta({ description: 'What it is told of: everything but clicks, if there are none' }),
  programIds: z
    .array(programId)
    .max(50, 'must have at most 50')
    .meta({ description: 'Whose events: those of all programs and of the deployment, if there are none' }),
  description: text(200),
  enabled: z.boolean(),
};

export const webhookEndpoint = z
  .object({
    endpointId,
    url: z.string(),
    types: z.array(z.string()),
    programIds: z.array(z.string()),
    description: z.string().optional(),
    enabled: z.boolean(),
    disabledAt: timestamp.optional(),
    disabledBecause: z.enum(['gone', 'failing']).optional().meta({
      description: 'Where that was not by hand: it answered 410, or nothing but failures for five days',
    }),
    failures: z.int().meta({ description: 'Failed tries in a row' }),
    failingSince: timestamp.optional(),
    slowUntil: timestamp.optional().meta({
      description: 'It took long to answer: until then it is called apart from the others',
    }),
    oldSecretUntil: timestamp.optional().meta({ description: 'Until then two secrets sign' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'WebhookEndpoint' });

const status = z.enum(['pending', 'delivered', 'failed']);

const tried = z.object({
  at: timestamp,
  url: z.string().optional().meta({
    description: 'Where it went: the URL of that time without its query, its first 256 characters',
  }),
  durationMs: z.int(),
  status: z.int().optional().meta({ description: 'Of HTTP; absent where no answer came' }),
  failure: z.enum(['timeout', 'unreachable', 'address_not_allowed', 'redirected', 'refused']).optional(),
  answer: z.string().optional().meta({ description: 'The start of its body' }),
});

export const delivery = z
  .object({
    deliveryId,
    endpointId,
    event: z.looseObject({ id: z.string(), type: z.string(), occurredAt: timestamp }).meta({
      description: 'As it was sent: the schemas of events are in `webhooks` of this document',
    }),
    status,
    because: z
      .enum(['no_more_tries', 'endpoint_disabled', 'gone', 'failing'])
      .optional()
      .meta({ description: 'Why it was given up' }),
    tries: z.array(tried).meta({ description: 'The oldest first' }),
    nextTryAt: timestamp.optional(),
  })
  .meta({ id: 'Delivery' });

const endpointAnswer = z.object({ endpoint: webhookEndpoint });

const ofEndpoint = {
  path: '/v1/webhook-endpoints/{endpointId}',
  area: 'webhooks',
  tag,
  params: z.strictObject({ endpointId }),
} as const;

export const createWebhookEndpoint = defineRoute({
  operationId: 'createWebhookEndpoint',
  method: 'POST',
  path: '/v1/webhook-endpoints',
  area: 'webhooks',
  audited: ['webhook_endpoint.created'],
  tag,
  summary: 'Have an address of yours told of what happens',
  description: 'It is told from ten seconds later on. A deployment has 20 endpoints at most.',
  body: z.strictObject({
    url: settings.url,
    types: settings.types.optional(),
    programIds: settings.programIds.optional(),
    description: settings.description.optional(),
    enabled: settings.enabled.optional(),
  }),
  success: {
    status: 201,
    description: 'The endpoint, and its secret',
    schema: z.object({ endpoint: webhookEndpoint, secret }),
  },
  problems: ['webhook_url_not_allowed', 'program_not_found', 'webhook_endpoint_limit_reached', 'contended'],
});

export const listWebhookEndpoints = defineRoute({
  operationId: 'listWebhookEndpoints',
  method: 'GET',
  path: '/v1/webhook-endpoints',
  area: 'webhooks',
  tag,
  summary: 'List all endpoints, the oldest first',
  success: {
    status: 200,
    description: 'Endpoints',
    schema: z.object({ endpoints: z.array(webhookEndpoint) }),
  },
});

export const getWebhookEndpoint = defineRoute({
  ...ofEndpoint,
  operationId: 'getWebhookEndpoint',
  method: 'GET',
  summary: 'Read an endpoint, and how it answers',
  success: { status: 200, description: 'The endpoint', schema: endpointAnswer },
  problems: ['webhook_endpoint_not_found'],
});

export const updateWebhookEndpoint = defineRoute({
  ...ofEndpoint,
  operationId: 'updateWebhookEndpoint',
  method: 'PATCH',
  audited: ['webhook_endpoint.changed', 'webhook_endpoint.enabled', 'webhook_endpoint.disabled'],
  summary: 'Change an endpoint, disable it or enable it again',
  description:
    'Its URL changes at once, its filters within ten seconds. What came in its first 30 days of being disabled can be replayed.',
  body: z
    .strictObject({
      url: settings.url.optional(),
      types: settings.types.optional(),
      programIds: settings.programIds.optional(),
      description: settings.description.optional(),
      enabled: settings.enabled.optional(),
    })
    .refine((change) => Object.keys(change).length > 0, 'must change something'),
  success: { status: 200, description: 'The endpoint', schema: endpointAnswer },
  problems: ['webhook_endpoint_not_found', 'webhook_url_not_allowed', 'program_not_found', 'contended'],
});

export const deleteWebhookEndpoint = defineRoute({
  ...ofEndpoint,
  operationId: 'deleteWebhookEndpoint',
  method: 'DELETE',
  audited: ['webhook_endpoint.deleted'],
  summary: 'Delete an endpoint with its secrets',
  description: 'What waits for it is dropped. To end it for a time, disable it.',
  success: { status: 200, description: 'The endpoint, as it was', schema: endpointAnswer },
  problems: ['webhook_endpoint_not_found', 'contended'],
});

export const rotateWebhookSecret = defineRoute({
  ...ofEndpoint,
  operationId: 'rotateWebhookSecret',
  method: 'POST',
  path: '/v1/webhook-endpoints/{endpointId}/rotate-secret',
  audited: ['webhook_endpoint.secret_rotated'],
  summary: 'Give an endpoint another secret',
  description:
    'Until the overlap ends, each request has two signatures: receivers take the new secret when it suits them.',
  body: z.strictObject({
    overlapSeconds: z
      .int()
      .min(0, 'must not be negative')
      .max(7 * 86_400, 'must be at most 604800')
      .optional()
      .meta({ description: 'How long the old secret signs as well: a day unless given' }),
  }),
  bodyOptional: true,
  success: {
    status: 200,
    description: 'The new secret',
    schema: z.object({ endpoint: webhookEndpoint, secret, oldSecretUntil: timestamp }),
  },
  problems: ['webhook_endpoint_not_found', 'contended'],
});

export const testWebhookEndpoint = defineRoute({
  ...ofEndpoint,
  operationId: 'testWebhookEndpoint',
  method: 'POST',
  path: '/v1/webhook-endpoints/{endpointId}/test',
  audited: ['webhook_endpoint.tested'],
  summary: 'Send an example of an event to an endpoint',
  description: 'Whatever its filters are. The example says `test: true`.',
  body: z.strictObject({
    type: z
      .enum(domainEventTypes as [string, ...string[]])
      .optional()
      .meta({ description: '`reward.created` unless given' }),
  }),
  bodyOptional: true,
  success: {
    status: 202,
    description: 'It is on its way: the log tells what became of it',
    schema: z.object({ deliveryId }),
  },
  problems: ['webhook_endpoint_not_found', 'webhook_endpoint_disabled'],
});

export const listDeliveries = defineRoute({
  ...ofEndpoint,
  operationId: 'listDeliveries',
  method: 'GET',
  path: '/v1/webhook-endpoints/{endpointId}/deliveries',
  summary: 'List what became of events at an endpoint, newest first',
  description:
    'Of 30 days. A page looks at 1,000 deliveries at most, so with a filter it can have fewer than `limit`, or none, and yet a `nextCursor`.',
  query: z.strictObject({ ...page, status: status.optional() }),
  success: {
    status: 200,
    description: 'Deliveries',
    schema: z.object({ deliveries: z.array(delivery), nextCursor }),
  },
  problems: ['webhook_endpoint_not_found', 'invalid_cursor'],
});

const ofDelivery = {
  ...ofEndpoint,
  path: '/v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}',
  params: z.strictObject({ endpointId, deliveryId }),
} as const;

export const getDelivery = defineRoute({
  ...ofDelivery,
  operationId: 'getDelivery',
  method: 'GET',
  summary: 'Read a delivery with each of its tries',
  success: { status: 200, description: 'The delivery', schema: z.object({ delivery }) },
  problems: ['delivery_not_found'],
});

export const replayDelivery = defineRoute({
  ...ofDelivery,
  operationId: 'replayDelivery',
  method: 'POST',
  path: '/v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}/replay',
  audited: ['webhook_endpoint.replayed'],
  summary: 'Send an event to an endpoint again',
  description: 'Under the same id, with all tries of a new one.',
  success: {
    status: 202,
    description: 'It is on its way; the delivery as it stands',
    schema: z.object({ delivery }),
  },
  problems: ['webhook_endpoint_not_found', 'delivery_not_found', 'webhook_endpoint_disabled'],
});

export const replayDeliveries = defineRoute({
  ...ofEndpoint,
  operationId: 'replayDeliveries',
  method: 'POST',
  path: '/v1/webhook-endpoints/{endpointId}/replay',
  audited: ['webhook_endpoint.replayed'],
  summary: 'Send the events of a time to an endpoint again',
  description: 'Any number of them, those of the newest first, under the same ids.',
  body: z
    .strictObject({
      from: timestamp.meta({ description: 'Events that happened from then on' }),
      to: timestamp.optional().meta({ description: 'Before then; now unless given' }),
      status: status
        .optional()
        .meta({ description: 'Only deliveries that are so, such as `failed`; all unless given' }),
    })
    .refine(({ from, to }) => to === undefined || Date.parse(from) < Date.parse(to), {
      path: ['to'],
      error: 'must be after from',
    }),
  success: {
    status: 202,
    description: 'They are on their way',
    schema: z.object({ from: timestamp, to: timestamp }),
  },
  problems: ['webhook_endpoint_not_found', 'webhook_endpoint_disabled'],
});
