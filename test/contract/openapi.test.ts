import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { accessTo, isPublic } from '../../shared/contract/access.ts';
import { buildOpenApi } from '../../shared/contract/openapi.ts';
import { problems } from '../../shared/contract/problems.ts';
import { defineRoute, type Route, routeKey } from '../../shared/contract/route.ts';
import { routes } from '../../shared/contract/routes.ts';

type Json = { [name: string]: Json };
const document = buildOpenApi(routes, 'https://api.shop.test', '1.2.3') as Json;

/** Every object of the document with its path, but for those within examples. */
function* walk(
  value: unknown,
  path: readonly string[] = [],
): Generator<[readonly string[], Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Record<string, unknown>];
  const isNamed = path.at(-1) === 'properties';
  for (const [name, inner] of Object.entries(value)) {
    if (isNamed || (name !== 'example' && name !== 'value')) yield* walk(inner, [...path, name]);
  }
}

const describedKeys = Object.entries(document['paths'] ?? {}).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
);

function securityOf(route: Route): object[] {
  const guard = accessTo(route);
  if (guard === 'public') return [];
  const ofKey = { apiKey: [guard.scope] };
  return guard.participant === undefined ? [ofKey] : [ofKey, { participantToken: [] }];
}

describe('the OpenAPI document', () => {
  it('is of version 3.1 and names where the API answers', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Plusone', version: '1.2.3' },
      servers: [{ url: 'https://api.shop.test' }],
    });
  });

  it('has every route, and no other', () => {
    expect(describedKeys.sort()).toEqual(routes.map((route) => routeKey(route).replace('+}', '}')).sort());
  });

  it('resolves every reference', () => {
    const references = [...walk(document)].flatMap(([, node]) =>
      typeof node['$ref'] === 'string' ? [node['$ref']] : [],
    );
    expect(references.length).toBeGreaterThan(routes.length);
    for (const reference of new Set(references)) {
      const target = reference
        .replace('#/', '')
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
      expect(target, reference).toBeTypeOf('object');
    }
  });

  it('carries no keys of the tool that made the schemas', () => {
    for (const [path, node] of walk(document)) {
      if (path.at(-1) === 'properties') continue;
      for (const name of ['id', '$defs', '$schema', '~standard']) {
        expect(Object.hasOwn(node, name), `${path.join('/')}: ${name}`).toBe(false);
      }
    }
  });

  it('holds the schemas that routes share once, under their names', () => {
    const seen = new Map<string, string>();
    for (const [path, node] of walk(document)) {
      if (node['type'] !== 'object') continue;
      const text = JSON.stringify(node);
      if (text.length < 500) continue;
      expect(seen.get(text), `${path.join('/')} needs an id in its \`meta\``).toBeUndefined();
      seen.set(text, path.join('/'));
    }
  });

  it('says what is in every list', () => {
    for (const [path, node] of walk(document)) {
      if (node['type'] === 'array') expect(node['items'], path.join('/')).not.toEqual({});
    }
  });

  it('can be written as JSON', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it.each(routes.map((route) => [routeKey(route), route] as const))('%s', (_, route) => {
    const described = document['paths']?.[route.path.replace('+}', '}')]?.[route.method.toLowerCase()];
    expect(described).toMatchObject({
      operationId: route.operationId,
      security: securityOf(route),
    });
    const inPath = [...route.path.matchAll(/{(\w+)\+?}/g)].map((match) => match[1]);
    const all = described?.['parameters'] as unknown as {
      $ref?: string;
      name: string;
      in: string;
      required: boolean;
    }[];
    const takesKey = route.method === 'POST' && !isPublic(route);
    expect(all.flatMap(({ $ref }) => $ref ?? [])).toEqual(
      takesKey ? ['#/components/parameters/IdempotencyKey'] : [],
    );
    const parameters = all.filter(({ $ref }) => $ref === undefined);
    expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(inPath);
    expect(parameters.every((parameter) => parameter.required === (parameter.in === 'path'))).toBe(true);
    expect(described?.['requestBody'] !== undefined).toBe(route.body !== undefined);
    const statuses = Object.keys(described?.['responses'] ?? {}).map(Number);
    expect(statuses).toContain(route.success.status);
    for (const code of route.problems ?? []) expect(statuses).toContain(problems[code].status);
    if (!isPublic(route)) expect(statuses).toEqual(expect.arrayContaining([401, 403, 429, 500, 503]));
    if (takesKey) expect(statuses).toEqual(expect.arrayContaining([400, 409, 422]));
  });
});

describe('linted by the recommended rules', async () => {
  const found = await lintFromString({
    source: JSON.stringify(document),
    absoluteRef: join(tmpdir(), 'openapi.json'),
    config: await createConfig({ extends: ['recommended'] }),
  });

  it('is clean', () => {
    // A redirect is what following a link comes to when all goes well: there is no 2xx.
    const redirects = found.filter(({ ruleId, location }) => {
      return ruleId === 'operation-2xx-response' && location[0]?.pointer?.startsWith('#/paths/~1r~1{code}');
    });
    const others = found.filter((problem) => !redirects.includes(problem));
    expect(others.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
      [],
    );
    expect(redirects).toHaveLength(4);
  });

  it('is looked at with rules that find something', async () => {
    const { license: _, ...info } = document['info'] ?? {};
    const broken = await lintFromString({
      source: JSON.stringify({ ...document, info }),
      config: await createConfig({ extends: ['recommended'] }),
    });
    expect(broken.map(({ ruleId }) => ruleId)).toContain('info-license');
  });
});

describe('buildOpenApi', () => {
  it('keeps a property called id, and leaves out the id of a schema', () => {
    const named = z.object({ id: z.string(), child: z.object({ id: z.int() }) }).meta({ id: 'Named' });
    const route = defineRoute({
      operationId: 'health',
      method: 'GET',
      path: '/x',
      area: 'links',
      tag: 'X',
      summary: 'X',
      success: { status: 200, description: 'X', schema: z.object({ named }) },
    });
    const { components } = buildOpenApi([route], 'https://a.example', '1') as Json;
    const schema = components?.['schemas']?.['Named'];
    expect(schema).not.toHaveProperty('id');
    expect(schema).toHaveProperty('properties.id.type', 'string');
    expect(schema).toHaveProperty('properties.child.properties.id.type', 'integer');
  });
});
