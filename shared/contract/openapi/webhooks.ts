import { type DomainEventType, domainEvents, exampleOf } from '../domain-events.ts';
import { describeContent } from './responses.ts';
import type { Json, SchemaCollector } from './schemas.ts';

/** An event of a type as a webhook brings it. */
export function exampleEvent(type: DomainEventType): Json {
  const { userId, data } = exampleOf(type);
  return {
    id: `4b1c-${type.replaceAll(/[._]/g, '-')}`,
    type,
    version: 1,
    programId: 'default',
    ...(userId !== undefined && { userId }),
    occurredAt: '2026-11-21T10:15:30.000Z',
    data,
  };
}

/** What the deployment sends, by type: a call of yours that it makes. */
export function describeWebhooks(schemas: SchemaCollector): Json {
  return Object.fromEntries(
    [...domainEvents].map(([type, schema]) => [
      type,
      {
        post: {
          operationId: `on.${type}`,
          summary: `${type} happened`,
          description: 'Signed as Standard Webhooks says; the id is the same each time that it is sent.',
          security: [],
          requestBody: {
            required: true,
            content: {
              'application/json': describeContent(schemas.describe(schema, 'output'), exampleEvent(type)),
            },
          },
          responses: {
            '2XX': { description: 'Taken: it is not sent again' },
            '410': { description: 'The address is gone: nothing is sent there any more' },
          },
        },
      },
    ]),
  );
}
