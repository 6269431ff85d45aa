import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { accessTo, type Guard, scopes } from '../../shared/contract/access.ts';
import { type Route, routeKey } from '../../shared/contract/route.ts';
import { routes } from '../../shared/contract/routes.ts';

const guarded = routes.flatMap((route): [Route, Guard][] => {
  const guard = accessTo(route);
  return guard === 'public' ? [] : [[route, guard]];
});

/** The table of scopes as docs/access.md has it. */
function scopeTable(): string {
  const rows = scopes.slice(1).map((scope) => {
    const asking = guarded.filter(([, guard]) => guard.scope === scope);
    const names = asking.map(
      ([route, guard]) => `\`${routeKey(route)}\`${guard.participant === undefined ? '' : ' †'}`,
    );
    return `| \`${scope}\` | ${names.join('<br>')} |`;
  });
  return ['| scope | routes |', '| --- | --- |', ...rows].join('\n');
}

/** Names of the fields that some form of a body has. */
function fieldsOf(schema: unknown): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  return schema instanceof z.ZodUnion ? schema.options.flatMap(fieldsOf) : [];
}

describe('the access table', () => {
  it('is in the documentation as it is', () => {
    const text = readFileSync('docs/access.md', 'utf8');
    expect(text.slice(text.indexOf('| scope | routes |')).split('\n\n')[0]).toBe(scopeTable());
  });

  it.each(guarded.map(([route, guard]) => [routeKey(route), route, guard] as const))(
    '%s names its program and participant where its request has them',
    (_, { params, query, body }, { subject }) => {
      if (typeof subject === 'string' || 'owner' in subject) return;
      for (const place of [subject.programId, subject.userId]) {
        const [part, field] = place?.split('.') ?? [];
        const schema = { params, query, body }[part ?? ''];
        if (field !== undefined) expect(fieldsOf(schema)).toContain(field);
      }
      if (subject.each !== undefined) expect(fieldsOf(body)).toContain(subject.each);
    },
  );

  it.each(guarded.map(([route, guard]) => [routeKey(route), route, guard] as const))(
    '%s is asked about what is the participant, where it names both',
    (_, { params, query, body }, { subject, participant }) => {
      if (typeof subject === 'string' || 'owner' in subject || participant === undefined) return;
      const named = [params, query, body].flatMap(fieldsOf).includes('userId');
      expect(subject.userId !== undefined).toBe(named);
    },
  );

  it('lets participants call nothing that is about a program as a whole', () => {
    const open = guarded.filter(
      ([, { participant, subject }]) =>
        participant !== undefined &&
        (typeof subject === 'string' || !('owner' in subject || subject.userId !== undefined)),
    );
    expect(open.map(([route]) => route.operationId)).toEqual([]);
  });

  it.each(guarded.map(([route, guard]) => [routeKey(route), route, guard] as const))(
    '%s withholds from participants fields that its body has',
    (_, { body }, { withheld = [] }) => {
      expect(fieldsOf(body)).toEqual(expect.arrayContaining([...withheld]));
    },
  );

  it('reads with GET, and with a POST that writes nothing', () => {
    const reading = guarded.filter(([{ method }, { scope }]) => method !== 'GET' && scope.endsWith(':read'));
    expect(reading.every(([route]) => route.method === 'POST' && route.audited === false)).toBe(true);
    const writing = guarded.filter(([{ method }, { scope }]) => method === 'GET' && scope.endsWith(':write'));
    expect(writing.map(([route]) => route.operationId)).toEqual([]);
  });
});
