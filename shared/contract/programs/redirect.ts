import * as z from 'zod';
import { text } from '../fields.ts';
import { apps } from '../links.ts';

const deepLinkPath = text(256).regex(
  /^(\/[\p{L}\p{M}\p{N}\-._~!$&'()+,=:@ ]+)*(\/|\/\*)?$/u,
  'must be a path such as /pricing, or /products/* for all below',
);

export const redirect = z
  .strictObject({
    status: z.literal([301, 302, 307]).default(302),
    passthrough: z.enum(['all', 'utm', 'none']).default('all').meta({
      description: "What of a visitor's query goes on to the destination; the destination's own stands",
    }),
    deepLinkPaths: z.array(deepLinkPath).max(50).default([]).meta({
      description: "Paths that visitors may ask for behind a link, on its destination's host; empty: none",
    }),
    apps: apps.default({}),
  })
  .meta({ id: 'Redirect', description: 'How links of the program answer' });
