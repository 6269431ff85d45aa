import { accessTo, hidingProblems, isPublic } from '../access.ts';
import type { Example } from '../examples/example.ts';
import { type ProblemCode, problems } from '../problems.ts';
import type { Route } from '../route.ts';
import { headersOf, referTo, takesIdempotencyKey } from './headers.ts';
import type { Json, SchemaCollector } from './schemas.ts';

/** Refusals that stand once among the components: most routes have no others of these statuses. */
const common = {
  BadRequest: ['invalid_request'],
  BadBody: ['invalid_json', 'invalid_request'],
  Unauthorized: [
    'missing_key',
    'invalid_key',
    'expired_key',
    'revoked_key',
    'invalid_token',
    'expired_token',
  ],
  Forbidden: ['insufficient_scope'],
  TooLarge: ['payload_too_large'],
  TooManyRequests: ['rate_limited'],
  InternalError: ['internal_error'],
  Unavailable: ['unavailable', 'token_not_checked'],
} as const satisfies Record<string, readonly ProblemCode[]>;

/** Every answer of a route by status: the one that is hoped for, and each refusal with its codes. */
export function describeResponses(
  route: Route,
  example: Example | undefined,
  schemas: SchemaCollector,
): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codesOf(route)) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return {
    [route.success.status]: describeSuccess(route, example, schemas),
    ...Object.fromEntries([...byStatus].map(([status, codes]) => [status, refer(codes) ?? describe(codes)])),
  };
}

/** The answers that routes share, and an example of each problem that any of them can have. */
export function commonResponses(routes: readonly Route[]): {
  readonly responses: Json;
  readonly examples: Json;
} {
  const used = new Set(routes.flatMap(codesOf));
  return {
    responses: Object.fromEntries(Object.entries(common).map(([name, codes]) => [name, describe(codes)])),
    examples: Object.fromEntries([...used].map((code) => [code, exampleOf(code)])),
  };
}

function exampleOf(code: ProblemCode): Json {
  const { status, title } = problems[code];
  return {
    summary: title,
    value: { type: `urn:plusone:problem:${code}`, title, status, code, requestId: 'q1x0v8Zt3mB7nR2w' },
  };
}

/** Codes of all problems that a route can answer with. */
function codesOf(route: Route): readonly ProblemCode[] {
  const codes: ProblemCode[] = [];
  const guard = accessTo(route);
  if (route.body) codes.push('invalid_json');
  if (guard !== 'public') {
    if (takesIdempotencyKey(route) || (route.body ?? route.query ?? route.params)) {
      codes.push('invalid_request');
    }
    codes.push(...common.Unauthorized, 'insufficient_scope', ...hidingProblems(guard));
  }
  codes.push(...(route.problems ?? []));
  if (takesIdempotencyKey(route)) codes.push('idempotency_in_flight', 'idempotency_key_reused');
  if (route.body) codes.push('payload_too_large');
  codes.push('rate_limited');
  if (!isPublic(route)) codes.push('internal_error', ...common.Unavailable);
  return [...new Set(codes)];
}

function describeSuccess(route: Route, example: Example | undefined, schemas: SchemaCollector): Json {
  const { description: words, schema, media } = route.success;
  const description = { description: words, ...headersOf(route) };
  if (schema !== undefined) {
    return {
      ...description,
      content: { 'application/json': describeContent(schemas.describe(schema, 'output'), example?.answer) },
    };
  }
  if (media === undefined) return description;
  const content = media.map((type) => [type, describeContent({ type: 'string' }, example?.texts?.[type])]);
  return { ...description, content: Object.fromEntries(content) };
}

/** A schema with an example of it: among `examples`, since not every reader takes a lone `example` as it is. */
export function describeContent(schema: Json, example: unknown): Json {
  return { schema, ...(example !== undefined && { examples: { example: { value: example } } }) };
}

function refer(codes: readonly ProblemCode[]): Json | undefined {
  const name = Object.entries(common).find(([, those]) => those.join() === codes.join())?.[0];
  return name === undefined ? undefined : { $ref: `#/components/responses/${name}` };
}

function describe(codes: readonly ProblemCode[]): Json {
  return {
    description: codes.map((code) => `\`${code}\`: ${problems[code].title}`).join('; '),
    ...headersOfRefusal(codes),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

/** When to come again is told with what passes by itself. */
function headersOfRefusal(codes: readonly ProblemCode[]): Json {
  if (codes.includes('rate_limited'))
    return { headers: referTo(['RateLimit-Policy', 'RateLimit', 'Retry-After']) };
  return codes.includes('idempotency_in_flight') ? { headers: referTo(['Retry-After']) } : {};
}

export const problemSchema = {
  type: 'object',
  description: 'RFC 9457',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(problems), description: 'Stable: safe to switch on' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: {
          field: { type: 'string', examples: ['events.0.amount'] },
          message: { type: 'string', examples: ['must not be negative'] },
        },
      },
    },
    requestId: { type: 'string' },
  },
};
