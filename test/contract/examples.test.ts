import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { domainEvents } from '../../shared/contract/domain-events.ts';
import { examples } from '../../shared/contract/examples/examples.ts';
import { tags } from '../../shared/contract/openapi/tags.ts';
import { exampleEvent } from '../../shared/contract/openapi/webhooks.ts';
import { routeKey } from '../../shared/contract/route.ts';
import { routes } from '../../shared/contract/routes.ts';

/** Not JSON, and nothing that an example would say more of. */
const isShown = (media: readonly string[]) => media.some((type) => type === 'text/csv');

function refusalsOf(schema: z.ZodType, value: unknown): unknown {
  const { error } = schema.safeParse(value);
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the documentation of events', () => {
  it.each([...domainEvents])('shows a %s of its form', (type, schema) => {
    expect(schema.parse(exampleEvent(type))).toEqual(exampleEvent(type));
  });
});

describe('the documentation', () => {
  it('has examples of these routes alone', () => {
    const known = new Set<string>(routes.map(({ operationId }) => operationId));
    expect([...examples.keys()].filter((operationId) => !known.has(operationId))).toEqual([]);
  });

  it('describes each group of routes, and no other', () => {
    expect(Object.keys(tags).sort()).toEqual([...new Set(routes.map(({ tag }) => tag))].sort());
  });

  describe.each(routes.map((route) => [routeKey(route), route] as const))('of %s', (_, route) => {
    const example = examples.get(route.operationId);

    it('says in a line what it does', () => {
      expect(route.summary).toMatch(/^[A-Z].{4,110}[^.]$/);
      expect(route.success.description).not.toBe('');
    });

    it('shows a request that is taken', () => {
      expect(example?.body !== undefined, 'needs an example in shared/contract/examples').toBe(
        route.body !== undefined,
      );
      if (route.body) expect(refusalsOf(route.body, example?.body)).toBeUndefined();
    });

    it('shows an answer of its form, and no field that the form has not', () => {
      const { schema, media } = route.success;
      expect(example?.answer !== undefined, 'needs an example in shared/contract/examples').toBe(
        schema !== undefined,
      );
      if (schema) expect(schema.parse(example?.answer)).toMatchObject(example?.answer as object);
      if (media && isShown(media)) expect(example?.texts?.['text/csv']).toMatch(/\r\n$/);
    });
  });
});
