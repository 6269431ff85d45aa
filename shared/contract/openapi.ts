import * as z from 'zod';
import { accessTo, scopes } from './access.ts';
import type { Example } from './examples/example.ts';
import { examples } from './examples/examples.ts';
import { answerHeaders, headerParameters, takesIdempotencyKey } from './openapi/headers.ts';
import { commonResponses, describeContent, describeResponses, problemSchema } from './openapi/responses.ts';
import { collectSchemas, type Json, type SchemaCollector } from './openapi/schemas.ts';
import { tags } from './openapi/tags.ts';
import { describeWebhooks } from './openapi/webhooks.ts';
import type { Route } from './route.ts';

/**
 * The OpenAPI 3.1 document, made from the contracts that validate.
 *
 * @param serverUrl where the API answers
 */
export function buildOpenApi(routes: readonly Route[], serverUrl: string, version: string): Json {
  const schemas = collectSchemas();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const template = route.path.replace('+}', '}');
    paths[template] = { ...paths[template], [route.method.toLowerCase()]: describeRoute(route, schemas) };
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Plusone',
      version,
      description:
        'Referral and affiliate programs in your own AWS account. Errors are problem details (RFC 9457) with a stable `code`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name, description: tags[name] })),
    paths,
    webhooks: describeWebhooks(schemas),
    components: {
      ...commonResponses(routes),
      headers: answerHeaders,
      parameters: headerParameters,
      securitySchemes,
    },
  };
  return schemas.finish(document, { Problem: problemSchema });
}

function describeRoute(route: Route, schemas: SchemaCollector): Json {
  const example = examples.get(route.operationId);
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.tag],
    ...describeAccess(route),
    parameters: [
      ...parameters(route.params, 'path', schemas),
      ...parameters(route.query, 'query', schemas),
      ...(takesIdempotencyKey(route) ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ],
    ...describeBody(route, example, schemas),
    responses: describeResponses(route, example, schemas),
  };
}

function describeBody(route: Route, example: Example | undefined, schemas: SchemaCollector): Json {
  if (route.body === undefined) return {};
  const content = describeContent(schemas.describe(route.body, 'input'), example?.body);
  return { requestBody: { required: !route.bodyOptional, content: { 'application/json': content } } };
}

const securitySchemes = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key of your servers: po_…. Each route names the scope that it asks for; `*` is all of them.',
    'x-scopes': scopes,
  },
  participantToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token of one user of one program, who sees and does with it what is their own.',
  },
};

/** Who may call a route, for tools and in words. Names of scopes beside a bearer scheme are what OpenAPI 3.1 allows. */
function describeAccess(route: Route): Json {
  const guard = accessTo(route);
  const words = route.description === undefined ? [] : [route.description];
  if (guard === 'public') return { description: words[0], security: [] };
  const isForSelf = guard.participant === 'self';
  const without = guard.withheld?.map((field) => `\`${field}\``).join(' and ');
  const orToken = isForSelf ? '; or the token of the participant whom it is about' : '';
  words.push(`Scope: \`${guard.scope}\`${orToken}${without ? `, without ${without}` : ''}.`);
  const { schema, forSelf } = route.success;
  if (schema && forSelf) words.push(`A participant is not shown ${namesLost(schema, forSelf)}.`);
  return {
    description: words.join('\n\n'),
    security: [{ apiKey: [guard.scope] }, ...(isForSelf ? [{ participantToken: [] }] : [])],
  };
}

/** The fields of a form that a narrower one leaves out. */
function namesLost(full: z.ZodType, narrow: z.ZodType): string {
  const lost = (one: unknown, other: unknown): string[] => {
    if (one instanceof z.ZodArray && other instanceof z.ZodArray) return lost(one.element, other.element);
    if (!(one instanceof z.ZodObject && other instanceof z.ZodObject)) return [];
    return Object.entries(one.shape).flatMap(([name, inner]) =>
      name in other.shape ? lost(inner, other.shape[name]) : [`\`${name}\``],
    );
  };
  return lost(full, narrow).join(', ');
}

function parameters(
  schema: z.ZodObject | undefined,
  place: 'path' | 'query',
  schemas: SchemaCollector,
): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: schemas.describe(field as z.ZodType, 'input'),
  }));
}
