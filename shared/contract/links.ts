import * as z from 'zod';
import { code, destinationUrl, nextCursor, page, programId, timestamp, userId } from './fields.ts';
import { defineRoute } from './route.ts';

export const link = z
  .object({
    code,
    link: z.string().meta({ description: 'The URL to share' }),
    userId,
    programId,
    destination: destinationUrl,
    status: z.enum(['active', 'inactive']),
    createdAt: timestamp,
  })
  .meta({ id: 'Link' });

const linkAnswer = z.object({ link });
const tag = 'Links';
const params = z.strictObject({ programId, userId });
const newLink = { destination: destinationUrl.optional(), code: code.optional() };

export const generateLink = defineRoute({
  operationId: 'generateLink',
  method: 'POST',
  path: '/generate-link',
  area: 'links',
  access: 'server',
  tag: 'Front door',
  summary: 'Make a referral link for a user',
  description:
    'The participant is created if new. Each call makes one more link, up to the limit of the program.',
  snakeCase: true,
  body: z.strictObject({ userId, programId: programId.optional(), ...newLink }),
  success: {
    status: 201,
    description: 'The code and its link',
    schema: z.object({ code, link: z.string(), userId, programId }),
  },
  problems: [
    'program_not_found',
    'code_taken',
    'code_not_allowed',
    'link_limit_reached',
    'inviting_not_allowed',
    'destination_not_allowed',
  ],
});

export const createLink = defineRoute({
  operationId: 'createLink',
  method: 'POST',
  path: '/v1/programs/{programId}/participants/{userId}/links',
  area: 'links',
  access: 'server',
  tag,
  summary: 'Make a link for a participant',
  params,
  body: z.strictObject(newLink),
  bodyOptional: true,
  success: { status: 201, description: 'The link', schema: linkAnswer },
  problems: [
    'program_not_found',
    'participant_not_found',
    'code_taken',
    'code_not_allowed',
    'link_limit_reached',
    'inviting_not_allowed',
    'destination_not_allowed',
  ],
});

export const listLinks = defineRoute({
  operationId: 'listLinks',
  method: 'GET',
  path: '/v1/programs/{programId}/participants/{userId}/links',
  area: 'links',
  access: 'server',
  tag,
  summary: "List a participant's links, newest first",
  params,
  query: z.strictObject(page),
  success: { status: 200, description: 'Links', schema: z.object({ links: z.array(link), nextCursor }) },
  problems: ['invalid_cursor'],
});

export const getLink = defineRoute({
  operationId: 'getLink',
  method: 'GET',
  path: '/v1/links/{code}',
  area: 'links',
  access: 'server',
  tag,
  summary: 'Read a link with its clicks',
  params: z.strictObject({ code }),
  success: {
    status: 200,
    description: 'The link',
    schema: z.object({
      link,
      clicks: z.object({ clicks: z.int(), uniqueClicks: z.int(), botClicks: z.int() }),
    }),
  },
  problems: ['code_not_found'],
});

export const updateLink = defineRoute({
  operationId: 'updateLink',
  method: 'PATCH',
  path: '/v1/links/{code}',
  area: 'links',
  access: 'server',
  tag,
  summary: 'Change a link: its destination, or take it out of use and back',
  description: 'A change reaches every redirect within 60 seconds.',
  params: z.strictObject({ code }),
  body: z
    .strictObject({
      destination: destinationUrl.optional(),
      status: z.enum(['active', 'inactive']).optional(),
    })
    .refine((change) => Object.keys(change).length > 0, 'must change something'),
  success: { status: 200, description: 'The link', schema: linkAnswer },
  problems: ['code_not_found', 'destination_not_allowed'],
});
