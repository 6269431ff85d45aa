import * as z from 'zod';
import { clickCounts } from './analytics.ts';
import { code, destinationUrl, httpsUrl, nextCursor, page, programId, timestamp, userId } from './fields.ts';
import { defineRoute } from './route.ts';

/** Where phones are led; for links and, for those that name none, for programs. */
export const apps = z
  .strictObject({ ios: httpsUrl.exactOptional(), android: httpsUrl.exactOptional() })
  .meta({
    id: 'AppDestinations',
    description:
      "Where iPhones and Android phones are led in place of the destination: a URL that the app opens, or the app's page in the store",
  });

const expiresAt = timestamp.meta({ description: 'From then on the link is out of use' });
const clickCap = z
  .int()
  .min(1)
  .max(1_000_000_000)
  .meta({ description: 'The most visits of people that the link serves, repeats included' });

export const link = z
  .object({
    code,
    link: z.string().meta({ description: 'The URL to share' }),
    userId,
    programId,
    destination: destinationUrl,
    status: z.enum(['active', 'inactive', 'expired']).meta({
      description: '`expired`: active, and past `expiresAt`. A used-up cap is seen by `clicksUsed`',
    }),
    expiresAt: expiresAt.optional(),
    clickCap: clickCap.optional(),
    apps: apps.optional(),
    createdAt: timestamp,
  })
  .meta({ id: 'Link' });

const linkAnswer = z.object({ link });
const tag = 'Links';
const params = z.strictObject({ programId, userId });
const newLink = {
  destination: destinationUrl.optional(),
  code: code.optional(),
  expiresAt: expiresAt.optional(),
  clickCap: clickCap.optional(),
  apps: apps.optional(),
};

export const generateLink = defineRoute({
  operationId: 'generateLink',
  method: 'POST',
  path: '/generate-link',
  area: 'links',
  audited: false,
  tag: 'Front door',
  summary: 'Make a referral link for a user',
  description:
    'The participant is created if new. Each call makes one more link, up to the limit of the program, but for a `code` that the user has already: that call answers with the link as it stands, if it is in use.',
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
    'code_inactive',
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
  audited: false,
  tag,
  summary: 'Make a link for a participant',
  description:
    'A `code` that the participant has already makes no second link: the answer is the standing one, if it is in use.',
  params,
  body: z.strictObject(newLink),
  bodyOptional: true,
  success: { status: 201, description: 'The link', schema: linkAnswer },
  problems: [
    'program_not_found',
    'participant_not_found',
    'code_taken',
    'code_inactive',
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
  tag,
  summary: "List a participant's links, newest first",
  params,
  query: z.strictObject(page),
  success: { status: 200, description: 'Links', schema: z.object({ links: z.array(link), nextCursor }) },
  problems: ['invalid_cursor'],
});

const ofLink = {
  path: '/v1/links/{code}',
  area: 'links',
  tag,
  params: z.strictObject({ code }),
} as const;

export const getLink = defineRoute({
  ...ofLink,
  operationId: 'getLink',
  method: 'GET',
  summary: 'Read a link with its clicks',
  success: {
    status: 200,
    description: 'The link',
    schema: z.object({
      link,
      clicks: clickCounts,
      clicksUsed: z.int().optional().meta({ description: 'Of the cap, where the link has one' }),
    }),
  },
  problems: ['code_not_found'],
});

export const updateLink = defineRoute({
  ...ofLink,
  operationId: 'updateLink',
  method: 'PATCH',
  audited: ['link.changed', 'link.deactivated', 'link.reactivated'],
  summary: 'Change a link: where it leads, for how long and many, or take it out of use and back',
  description: 'A change reaches every redirect within 10 seconds. null takes a setting away.',
  body: z
    .strictObject({
      destination: destinationUrl.optional(),
      status: z.enum(['active', 'inactive']).optional(),
      expiresAt: expiresAt.nullable().optional(),
      clickCap: clickCap.nullable().optional(),
      apps: apps.nullable().optional(),
    })
    .refine((change) => Object.keys(change).length > 0, 'must change something'),
  success: { status: 200, description: 'The link', schema: linkAnswer },
  problems: ['code_not_found', 'destination_not_allowed'],
});

export const deactivateLink = defineRoute({
  ...ofLink,
  operationId: 'deactivateLink',
  method: 'DELETE',
  audited: ['link.deactivated'],
  summary: 'Take a link out of use',
  description:
    'Within 10 seconds it leads to the fallback. Nothing is deleted: the code stays with its participant, and `status: active` brings it back.',
  success: { status: 200, description: 'The link, inactive', schema: linkAnswer },
  problems: ['code_not_found'],
});

export const getLinkQr = defineRoute({
  ...ofLink,
  operationId: 'getLinkQr',
  method: 'GET',
  path: '/v1/links/{code}/qr',
  summary: 'Draw the QR code of a link',
  query: z.strictObject({
    format: z.enum(['svg', 'png']).optional().meta({ description: 'svg unless given' }),
    size: z.coerce
      .number('must be a number')
      .int('must be an integer')
      .min(128, 'must be at least 128')
      .max(2048, 'must be at most 2048')
      .optional()
      .meta({ description: 'Pixels a side, 512 unless given' }),
    margin: z
      .string()
      .regex(/^\d{1,2}$/, 'must be an integer')
      .transform(Number)
      .refine((modules) => modules <= 16, 'must be at most 16')
      .optional()
      .meta({ description: 'White around it, in modules: 0 to 16, the 4 of the standard unless given' }),
  }),
  success: { status: 200, description: 'The picture', media: ['image/svg+xml', 'image/png'] },
  problems: ['code_not_found'],
});
