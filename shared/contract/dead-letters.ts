import * as z from 'zod';
import { cursor, limit, nextCursor, page, programId, text, timestamp } from './fields.ts';
import { defineRoute } from './route.ts';

const tag = 'Operations';

const deadLetterId = text(128).meta({ example: '5c3f0a1e-8f0d-4b1c-9a57-1d1f7f6f6a10' });
const queue = text(64).meta({
  description:
    'Of a queue (`rewards`, `notices`, …), or of the function that reads the stream or runs by the clock (`relay-changes`, …)',
  example: 'rewards',
});
const status = z.enum(['open', 'redriven']);

const cause = z.object({
  code: z.string().meta({
    description:
      'Name of the error, failure of a hook, or `timed_out_or_crashed` where nobody was left to say',
    example: 'ContendedError',
  }),
  detail: z.string().optional(),
});

export const deadLetter = z
  .object({
    deadLetterId,
    queue,
    status,
    cause: cause.meta({ description: 'What failed at the last try' }),
    about: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])).meta({
      description: 'Program, user and ids that the message names, as far as it could be read',
      example: { kind: 'events', programId: 'default', userId: 'bob', eventIds: ['order-1'] },
    }),
    firstTriedAt: timestamp,
    lastTriedAt: timestamp.optional().meta({ description: 'Absent where nobody was left to say' }),
    tries: z.int(),
    recordedAt: timestamp,
    redrivenAt: timestamp.optional(),
  })
  .meta({ id: 'DeadLetter' });

export const listDeadLetters = defineRoute({
  operationId: 'listDeadLetters',
  method: 'GET',
  path: '/v1/dead-letters',
  area: 'operations',
  tag,
  summary: 'List what was given up, newest first',
  description:
    'What a queue, a reader of the stream or a schedule failed at as often as it is tried. It is here a minute or two after its last try. A page looks at 5,000 entries at most, so with filters it can have fewer than `limit`, or none, and yet a `nextCursor`.',
  query: z.strictObject({
    ...page,
    status: status.optional().meta({ description: '`open` unless given' }),
    queue: queue.optional(),
    programId: programId.optional(),
  }),
  success: {
    status: 200,
    description: 'Dead letters',
    schema: z.object({ deadLetters: z.array(deadLetter), nextCursor }),
  },
  problems: ['invalid_cursor'],
});

export const redriveDeadLetters = defineRoute({
  operationId: 'redriveDeadLetters',
  method: 'POST',
  path: '/v1/dead-letters/redrive',
  area: 'operations',
  audited: ['dead_letter.redriven'],
  tag,
  summary: 'Have what was given up done again',
  description:
    'By `ids`, or a page of what is open: of one `queue`, or `all`. At least once: what is done already is not done twice by whoever is told again. What fails again is another dead letter.',
  body: z
    .strictObject({
      ids: z.array(deadLetterId).min(1).max(100, 'must be at most 100 ids').optional(),
      queue: queue.optional(),
      all: z.literal(true, 'must be true').optional(),
      limit: limit.optional(),
      cursor: cursor.optional(),
    })
    .refine(
      ({ ids, queue: named, all }) => [ids, named, all].filter((one) => one !== undefined).length === 1,
      {
        error: 'must have one of ids, queue and all',
      },
    ),
  success: {
    status: 200,
    description: 'What became of each',
    schema: z.object({
      results: z.array(
        z.object({
          deadLetterId,
          outcome: z
            .enum(['redriven', 'already_redriven', 'not_found', 'queue_gone', 'records_expired', 'failed'])
            .meta({
              description:
                '`queue_gone`: this deployment has it no more. `records_expired`: the stream keeps records for a day',
            }),
          cause: cause.optional().meta({ description: 'Why it failed' }),
        }),
      ),
      nextCursor: nextCursor.meta({ description: 'There is more: call again with this `cursor`' }),
    }),
  },
  problems: ['invalid_cursor'],
});
