import * as z from 'zod';
import { defineRoute } from './route.ts';

const tag = 'Open';

/** Answers of these routes are not JSON of ours: a redirect, a page, a document. */
export const followLink = defineRoute({
  operationId: 'followLink',
  method: 'GET',
  path: '/r/{code}',
  area: 'redirect',
  tag,
  summary: 'Follow a referral link',
  description:
    'Redirects to the destination with `plusone_click` and `plusone_code` in its query, beside what the visitor brought, and sets a first-party cookie. Codes that are unknown or out of use lead to the fallback URL of the program; where it has none, a page answers 404 or 410. Programs can choose 301 or 307.',
  params: z.strictObject({ code: z.string() }),
  success: { status: 302, description: 'On the way' },
});

export const probeLink = defineRoute({
  ...followLink,
  operationId: 'probeLink',
  method: 'HEAD',
  summary: 'Look where a referral link leads; never counted as human',
});

export const snippet = defineRoute({
  operationId: 'snippet',
  method: 'GET',
  path: '/plusone.js',
  area: 'snippet',
  tag,
  summary: 'The browser snippet',
  description:
    'Remembers how a visitor came, until they sign up. Kept by browsers for an hour; `Content-Location` names the address of this very version, which they keep for ever.',
  success: { status: 200, description: 'The script', media: ['text/javascript'] },
});

export const snippetVersion = defineRoute({
  ...snippet,
  operationId: 'snippetVersion',
  path: '/plusone/{version}/plusone.js',
  summary: 'A version of the browser snippet',
  description: 'Never changes. A version that is not there any more leads to the one that is.',
  params: z.strictObject({ version: z.string() }),
});

export const followDeepLink = defineRoute({
  ...followLink,
  operationId: 'followDeepLink',
  path: '/r/{code}/{path+}',
  summary: "Follow a referral link to a path on its destination's host",
  description:
    'As without a path, if the program allows the path in `redirect.deepLinkPaths`; any other path is left out.',
  params: z.strictObject({ code: z.string(), path: z.string() }),
});

export const probeDeepLink = defineRoute({
  ...followDeepLink,
  operationId: 'probeDeepLink',
  method: 'HEAD',
  summary: 'Look where a path behind a referral link leads; never counted as human',
});

export const health = defineRoute({
  operationId: 'health',
  method: 'GET',
  path: '/health',
  area: 'docs',
  tag,
  summary: 'Is it up',
  success: {
    status: 200,
    description: 'It is',
    schema: z.object({ status: z.literal('ok'), version: z.string() }),
  },
});

export const openApi = defineRoute({
  operationId: 'openApi',
  method: 'GET',
  path: '/openapi.json',
  area: 'docs',
  tag,
  summary: 'This document',
  success: { status: 200, description: 'OpenAPI 3.1', schema: z.object({ openapi: z.string() }) },
});

export const docs = defineRoute({
  operationId: 'docs',
  method: 'GET',
  path: '/docs',
  area: 'docs',
  tag,
  summary: 'The documentation page',
  success: { status: 200, description: 'HTML' },
});

export const docsAsset = defineRoute({
  operationId: 'docsAsset',
  method: 'GET',
  path: '/docs/{asset}',
  area: 'docs',
  tag,
  summary: 'A part of the documentation page',
  params: z.strictObject({ asset: z.string() }),
  success: { status: 200, description: 'The file' },
});
