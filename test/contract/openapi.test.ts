import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { buildOpenApi } from '../../shared/contract/openapi.ts';
import { problems } from '../../shared/contract/problems.ts';
import { defineRoute, routeKey } from '../../shared/contract/route.ts';
import { routes } from '../../shared/contract/routes.ts';

type Json = { [name: string]: Json };
const document = buildOpenApi(routes, 'https://api.example.com', '1.2.3') as Json;

/** Every object of the document with its path. */
function* walk(
  value: unknown,
  path: readonly string[] = [],
): Generator<[readonly string[], Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Record<string, unknown>];
  for (const [name, inner] of Object.entries(value)) yield* walk(inner, [...path, name]);
}

const describedKeys = Object.entries(document['paths'] ?? {}).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
);

describe('the OpenAPI document', () => {
  it('is of version 3.1 and names where the API answers', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Plusone', version: '1.2.3' },
      servers: [{ url: 'https://api.example.com' }],
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
    expect(Object.keys(document['components']?.['schemas'] ?? {}).sort()).toEqual(
      [
        'Attribution',
        'AuditEntry',
        'Badge',
        'Balance',
        'Click',
        'Conditions',
        'Coupon',
        'CouponPool',
        'EventInput',
        'Explanation',
        'FraudSettings',
        'LedgerEntry',
        'Link',
        'MilestoneProgress',
        'Participant',
        'Payout',
        'PayoutBatch',
        'Policy',
        'Problem',
        'Program',
        'Referral',
        'Review',
        'Reward',
        'Stats',
      ].sort(),
    );
  });

  it('can be written as JSON', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it.each(routes.map((route) => [routeKey(route), route] as const))('%s', (_, route) => {
    const described = document['paths']?.[route.path.replace('+}', '}')]?.[route.method.toLowerCase()];
    expect(described).toMatchObject({
      operationId: route.operationId,
      security: route.access === 'public' ? [] : [{ apiKey: [] }],
    });
    const inPath = [...route.path.matchAll(/{(\w+)\+?}/g)].map((match) => match[1]);
    const parameters = described?.['parameters'] as unknown as {
      name: string;
      in: string;
      required: boolean;
    }[];
    expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(inPath);
    expect(parameters.every((parameter) => parameter.required === (parameter.in === 'path'))).toBe(true);
    expect(described?.['requestBody'] !== undefined).toBe(route.body !== undefined);
    const statuses = Object.keys(described?.['responses'] ?? {}).map(Number);
    expect(statuses).toContain(route.success.status);
    for (const code of route.problems ?? []) expect(statuses).toContain(problems[code].status);
    if (route.access === 'server') expect(statuses).toEqual(expect.arrayContaining([401, 403, 500, 503]));
  });
});

describe('buildOpenApi', () => {
  it('keeps a property called id, and leaves out the id of a schema', () => {
    const named = z.object({ id: z.string(), child: z.object({ id: z.int() }) }).meta({ id: 'Named' });
    const route = defineRoute({
      operationId: 'x',
      method: 'GET',
      path: '/x',
      area: 'links',
      access: 'public',
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
