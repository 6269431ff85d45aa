import * as z from 'zod';
import { type ProblemCode, problems } from './problems.ts';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

/** Problems that any route for servers can answer with. */
const always: readonly ProblemCode[] = [
  'missing_key',
  'invalid_key',
  'insufficient_scope',
  'internal_error',
  'unavailable',
];

/**
 * The OpenAPI 3.1 document, made from the contracts that validate.
 *
 * @param serverUrl where the API answers
 */
export function buildOpenApi(routes: readonly Route[], serverUrl: string, version: string): Json {
  const schemas: Json = { Problem: problemSchema };
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const template = route.path.replace('+}', '}');
    const path = paths[template] ?? {};
    path[route.method.toLowerCase()] = describeRoute(route, schemas);
    paths[template] = path;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plusone',
      version,
      description:
        'Referral and affiliate programs in your own AWS account. Errors are problem details (RFC 9457) with a stable `code`. The routes of the front door take their fields in snake_case as well.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: po_…' } },
    },
  };
}

function describeRoute(route: Route, schemas: Json): Json {
  const body =
    route.body && hoist(z.toJSONSchema(route.body, { io: 'input', unrepresentable: 'any' }), schemas);
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    tags: [route.tag],
    security: route.access === 'public' ? [] : [{ apiKey: [] }],
    parameters: [...parameters(route.params, 'path', schemas), ...parameters(route.query, 'query', schemas)],
    ...(body && {
      requestBody: { required: !route.bodyOptional, content: { 'application/json': { schema: body } } },
    }),
    responses: describeResponses(route, schemas),
  };
}

function parameters(schema: z.ZodObject | undefined, place: 'path' | 'query', schemas: Json): Json[] {
  if (schema === undefined) return [];
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: hoist(z.toJSONSchema(field as z.ZodType, { io: 'input', unrepresentable: 'any' }), schemas),
  }));
}

function describeResponses(route: Route, schemas: Json): Json {
  const { status, description, schema, media } = route.success;
  const shown = schema && hoist(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }), schemas);
  const texts = media && {
    content: Object.fromEntries(media.map((type) => [type, { schema: { type: 'string' } }])),
  };
  const responses: Json = {
    [status]: { description, ...(shown && { content: { 'application/json': { schema: shown } } }), ...texts },
  };
  if (route.access === 'public') return responses;
  const codes: ProblemCode[] = [...(route.problems ?? []), ...always];
  if (route.body ?? route.query ?? route.params) codes.unshift('invalid_request');
  if (route.body) codes.unshift('invalid_json', 'payload_too_large');
  for (const code of codes) {
    const { status: problemStatus, title } = problems[code];
    const before = responses[problemStatus] as { description: string } | undefined;
    responses[problemStatus] = {
      description: `${before ? `${before.description}; ` : ''}\`${code}\`: ${title}`,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return responses;
}

/** Moves the named schemas that a schema uses to the document's components. */
function hoist(schema: object, schemas: Json): Json {
  const {
    $schema: _,
    $defs,
    ...rest
  } = JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json & {
    $defs?: Json;
  };
  for (const [name, definition] of Object.entries($defs ?? {})) schemas[name] = withoutId(definition as Json);
  return withoutId(rest);
}

function withoutId({ id: _, ...schema }: Json): Json {
  return schema;
}

const problemSchema = {
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
