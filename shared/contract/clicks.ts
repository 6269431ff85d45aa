import * as z from 'zod';
import {
  adNetwork,
  asn,
  clickId,
  code,
  eventId,
  programId,
  text,
  timestamp,
  userId,
  visitorId,
} from './fields.ts';
import { defineRoute } from './route.ts';

const tag = 'Clicks';

/** The address that a visitor came from; hashed on arrival, never stored. */
const ip = z.union([z.ipv4(), z.ipv6()], 'must be an IPv4 or IPv6 address');

const country = z.string().regex(/^[A-Za-z]{2}$/, 'must be two letters, such as DE');

const visitor = {
  ip: ip.optional(),
  userAgent: text(1024).optional(),
  referrer: text(2048).optional(),
  language: text(1024).optional().meta({
    description:
      "The visitor's language: BCP 47, or their request's `Accept-Language`, of which the first counts",
    example: 'de-CH,de;q=0.9',
  }),
  country: country.optional().meta({
    description:
      "The visitor's country (ISO 3166-1 alpha-2), as your edge names it; what is none is left out",
    example: 'CH',
  }),
  asn: asn.optional().meta({
    description: "The number of the visitor's network (ASN), as your edge names it",
    example: 3320,
  }),
};

const clickInput = z
  .strictObject({
    id: eventId.optional().meta({
      description: 'Your own id of the click, unique in the program: sent again, it is the same click',
    }),
    referralLink: text(2048).optional(),
    referralCode: code.optional(),
    visitorId: visitorId.optional(),
    occurredAt: timestamp.optional().meta({
      description:
        'When it was, where it is reported later: within the last 7 days. It counts, and is attributed, at its own time',
    }),
    ...visitor,
  })
  .refine((input) => (input.referralLink === undefined) !== (input.referralCode === undefined), {
    message: 'needs exactly one of referralLink and referralCode',
    path: ['referralLink'],
  })
  .meta({ id: 'ClickInput', description: 'A click that your server saw' });

export const click = z
  .object({
    clickId,
    code,
    programId,
    userId,
    kind: z.enum(['human', 'bot', 'scanner', 'prefetch', 'head']).meta({
      description:
        'Who came: a person; a crawler or tool; a mail gateway or a preview in a chat; a browser on its own; a HEAD request',
    }),
    doubts: z
      .array(z.enum(['no_accept', 'no_language', 'not_navigated']))
      .optional()
      .meta({ description: "What is odd about a person's visit" }),
    visits: z.int().meta({ description: 'How often this visitor came within the hour, counted up to 1000' }),
    createdAt: timestamp,
    device: z.string().optional().meta({ description: '`desktop`, `mobile`, `tablet` or `tv`' }),
    browser: z.string().optional(),
    os: z.string().optional(),
    language: z.string().optional().meta({ description: 'BCP 47, in lower case' }),
    country: z.string().optional().meta({ description: 'ISO 3166-1, where an edge or your server names it' }),
    asn: z
      .int()
      .optional()
      .meta({ description: "The number of a person's network, where an edge or your server names it" }),
    referrerHost: z.string().optional(),
    utm: z
      .object({
        source: z.string().optional(),
        medium: z.string().optional(),
        campaign: z.string().optional(),
        term: z.string().optional(),
        content: z.string().optional(),
      })
      .optional(),
    adNetwork: adNetwork
      .optional()
      .meta({ description: 'Whose advertisement was followed, by what it added to the address' }),
    userAgent: z.string().optional(),
  })
  .meta({ id: 'Click' });

const clickAccepted = z.object({
  clickId,
  code,
  token: z.string().meta({
    description: 'Carries the click without a cookie, signed: give it to `/verify-referral` as `token`',
  }),
});

const clickOutcome = z.union([
  clickAccepted.extend({ id: eventId.optional(), status: z.literal('accepted') }),
  z.object({
    id: eventId.optional(),
    status: z.literal('refused'),
    problem: z.object({
      code: z.string(),
      title: z.string(),
      errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    }),
  }),
]);

export const trackClick = defineRoute({
  operationId: 'trackClick',
  method: 'POST',
  path: '/track-click',
  area: 'clicks',
  audited: false,
  tag: 'Front door',
  summary: 'Record a click that your server saw',
  snakeCase: true,
  body: clickInput,
  success: { status: 202, description: 'Stored', schema: clickAccepted },
  problems: ['code_not_found', 'code_inactive', 'click_conflict', 'contended'],
});

export const recordClicks = defineRoute({
  operationId: 'recordClicks',
  method: 'POST',
  path: '/v1/clicks',
  area: 'clicks',
  audited: false,
  tag,
  summary: 'Record one click, or up to 100',
  body: z.union([clickInput, z.strictObject({ clicks: z.array(clickInput).min(1).max(100) })]),
  description:
    'Each of a batch has an outcome of its own, in their order; one that is refused stands in the way of none. A click with an `id` can be sent again for 400 days, one of a machine for 90. A single click that can not be taken is refused as such.',
  success: {
    status: 202,
    description: 'What became of each',
    schema: z.object({ clicks: z.array(clickOutcome) }),
  },
  problems: ['code_not_found', 'code_inactive', 'click_conflict', 'contended'],
});

export const getClick = defineRoute({
  operationId: 'getClick',
  method: 'GET',
  path: '/v1/clicks/{clickId}',
  area: 'clicks',
  tag,
  summary: 'Read a click',
  params: z.strictObject({ clickId }),
  success: { status: 200, description: 'The click', schema: z.object({ click }) },
  problems: ['click_not_found'],
});
