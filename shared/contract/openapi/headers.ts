import { isPublic } from '../access.ts';
import type { Route } from '../route.ts';
import type { Json } from './schemas.ts';

/** Whether a route takes an idempotency key. */
export function takesIdempotencyKey(route: Route): boolean {
  return route.method === 'POST' && !isPublic(route);
}

/** The parameters that are headers. The key has no example: pages would fill it in, and a second call be taken for the first. */
export const headerParameters: Json = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Sent again with the same content, the request is answered as the first time and does nothing more, for 30 days (draft-ietf-httpapi-idempotency-key-header).',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
};

/** Headers of answers. */
export const answerHeaders: Json = {
  'Idempotency-Replayed': {
    description: '`true` where the answer is that of a request before, under the same idempotency key',
    schema: { type: 'string', enum: ['true'] },
  },
  'RateLimit-Policy': {
    description:
      'Each limit of the caller: its name, how much (`q`) in how many seconds (`w`) (draft-ietf-httpapi-ratelimit-headers)',
    schema: { type: 'string' },
    example: '"key";q=60000;w=60',
  },
  RateLimit: {
    description: 'What is left of each (`r`), and in how many seconds it begins anew (`t`)',
    schema: { type: 'string' },
    example: '"key";r=59400;t=42',
  },
  'Retry-After': { description: 'When to try again, in seconds', schema: { type: 'integer' }, example: 1 },
};

/** The headers of a route's answer, where it goes well. */
export function headersOf(route: Route): Json {
  if (isPublic(route)) return {};
  const names = [
    'RateLimit-Policy',
    'RateLimit',
    ...(takesIdempotencyKey(route) ? ['Idempotency-Replayed'] : []),
  ];
  return { headers: referTo(names) };
}

/** References to headers by their names. */
export function referTo(names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
