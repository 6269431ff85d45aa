import * as z from 'zod';
import { scopes } from './access.ts';
import { nextCursor, page, programId, text, timestamp } from './fields.ts';
import { defineRoute } from './route.ts';

const tag = 'Access';

const scope = z.enum(scopes, 'must be a scope such as links:read, or *').meta({ example: 'links:write' });
const distinct = (list: readonly string[]) => new Set(list).size === list.length;

export const apiKey = z
  .object({
    id: z.string().meta({ example: '4f1e9a03bc' }),
    prefix: z.string().meta({ description: 'What the key begins with', example: 'po_4f1e9a03bc' }),
    name: z.string(),
    scopes: z.array(scope),
    programs: z.array(programId).optional().meta({ description: 'The only programs that it reaches' }),
    status: z.enum(['active', 'expired', 'revoked']),
    createdAt: timestamp,
    expiresAt: timestamp.optional(),
    rotatedAt: timestamp.optional().meta({ description: 'When it got its present secret' }),
    revokedAt: timestamp.optional(),
    lastUsedAt: timestamp.optional().meta({ description: 'Exact to some five minutes' }),
  })
  .meta({ id: 'ApiKey' });

const secret = z.string().meta({ description: 'The whole key, shown this once' });
const params = z.strictObject({ keyId: z.string().regex(/^[0-9a-z]{10}$/, 'must be the id of an API key') });
const ofKey = { path: '/v1/api-keys/{keyId}', area: 'keys', tag, params } as const;

export const createApiKey = defineRoute({
  operationId: 'createApiKey',
  method: 'POST',
  path: '/v1/api-keys',
  area: 'keys',
  audited: ['api_key.created'],
  tag,
  summary: 'Make an API key',
  description:
    'A key gives no more than it has: not a scope, a program or a day beyond its own. What a key may do never changes; make another one instead. It works at once.',
  body: z.strictObject({
    name: text(100).meta({ description: 'For people: where the key is used', example: 'shop backend' }),
    scopes: z.array(scope).min(1).max(scopes.length).refine(distinct, 'must name each once'),
    programs: z
      .array(programId)
      .min(1)
      .max(20)
      .refine(distinct, 'must name each once')
      .optional()
      .meta({ description: 'The only programs that it reaches; all, also later ones, unless given' }),
    expiresAt: timestamp.optional().meta({ description: 'Never unless given' }),
  }),
  success: { status: 201, description: 'The key and its secret', schema: z.object({ apiKey, secret }) },
  problems: ['program_not_found', 'contended'],
});

export const listApiKeys = defineRoute({
  operationId: 'listApiKeys',
  method: 'GET',
  path: '/v1/api-keys',
  area: 'keys',
  tag,
  summary: 'List API keys, newest first',
  description:
    'Expired and revoked ones as well. A key that is bound to programs is shown those that are bound to no other; a page can then have fewer than `limit`, and yet a `nextCursor`.',
  query: z.strictObject(page),
  success: {
    status: 200,
    description: 'Keys',
    schema: z.object({ apiKeys: z.array(apiKey), nextCursor }),
  },
  problems: ['invalid_cursor'],
});

export const getApiKey = defineRoute({
  ...ofKey,
  operationId: 'getApiKey',
  method: 'GET',
  summary: 'Read an API key',
  success: { status: 200, description: 'The key', schema: z.object({ apiKey }) },
  problems: ['api_key_not_found'],
});

export const rotateApiKey = defineRoute({
  ...ofKey,
  operationId: 'rotateApiKey',
  method: 'POST',
  path: '/v1/api-keys/{keyId}/rotate',
  audited: ['api_key.rotated'],
  summary: 'Give an API key a new secret',
  description:
    'Id, scopes and programs stay. Secrets from before work until the overlap ends; with 0 they stop within 30 seconds. Only a key that may do as much can rotate another.',
  body: z.strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(30 * 86_400)
      .optional()
      .meta({ description: 'How long secrets from before still work; a day unless given' }),
  }),
  bodyOptional: true,
  success: { status: 200, description: 'The key and its new secret', schema: z.object({ apiKey, secret }) },
  problems: ['api_key_not_found', 'api_key_inactive', 'api_key_rotated_too_often', 'contended'],
});

export const revokeApiKey = defineRoute({
  ...ofKey,
  operationId: 'revokeApiKey',
  method: 'DELETE',
  audited: ['api_key.revoked'],
  summary: 'Revoke an API key for good',
  description:
    'It stops everywhere within 30 seconds. No key revokes itself, nor one that may do more: there is always one left that can do what the revoked one could.',
  success: { status: 200, description: 'The key, revoked', schema: z.object({ apiKey }) },
  problems: ['api_key_not_found', 'own_api_key', 'contended'],
});
