import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import { access, isPublic } from '../../shared/contract/access.ts';
import type { auditEntry } from '../../shared/contract/audit.ts';
import { type AuditActionName, auditActions } from '../../shared/contract/audit-actions.ts';
import { isRefusal, problems, refuse } from '../../shared/contract/problems.ts';
import { routeKey } from '../../shared/contract/route.ts';
import { routes } from '../../shared/contract/routes.ts';
import type { AuditAction, AuditEntry } from '../../shared/domain/audit.ts';

describe('the routes', () => {
  it('have each an address and an operation of their own', () => {
    expect(new Set(routes.map(routeKey)).size).toBe(routes.length);
    expect(new Set(routes.map((route) => route.operationId)).size).toBe(routes.length);
  });

  it('declare exactly the parameters of their paths', () => {
    for (const route of routes) {
      const inPath = [...route.path.matchAll(/{(\w+)\+?}/g)].map((match) => match[1]);
      expect(Object.keys(route.params?.shape ?? {}), route.path).toEqual(inPath);
    }
  });

  it('are open only where the brief says so', () => {
    expect(routes.filter(isPublic).map(routeKey)).toEqual([
      'GET /.well-known/jwks.json',
      'GET /unsubscribe/{token}',
      'POST /unsubscribe/{token}',
      'GET /r/{code}',
      'HEAD /r/{code}',
      'GET /r/{code}/{path+}',
      'HEAD /r/{code}/{path+}',
      'GET /plusone.js',
      'GET /plusone/{version}/plusone.js',
      'GET /health',
      'GET /openapi.json',
      'GET /docs',
      'GET /docs/{asset}',
    ]);
  });

  it('say, where they change something, whether and as what the audit log has it', () => {
    for (const { operationId, method, audited } of routes) {
      expect(audited === undefined, operationId).toBe(method === 'GET' || method === 'HEAD');
      expect(audited, operationId).not.toEqual([]);
    }
    const written = new Set(routes.flatMap(({ audited }) => audited || []));
    expect([...written].sort()).toEqual([...auditActions].sort());
  });

  it('have every action of the audit log in its documentation, and no others', () => {
    const text = readFileSync('docs/audit-log.md', 'utf8');
    const table = text.slice(text.indexOf('| what | actions |')).split('\n\n')[0] ?? '';
    let target = '';
    const documented = [...table.matchAll(/`(\w*)\.(\w+)`/g)].map(([, named, action]) => {
      target = named || target;
      return `${target}.${action}`;
    });
    expect(documented.sort()).toEqual([...auditActions].sort());
  });

  it('know the actions of the audit log', () => {
    expectTypeOf<AuditActionName>().toEqualTypeOf<AuditAction>();
    expectTypeOf<z.output<typeof auditEntry>['target']['type']>().toEqualTypeOf<
      AuditEntry['target']['type']
    >();
  });

  it('are those that the access table has, and no others', () => {
    expect(routes.map((route) => route.operationId).sort()).toEqual(Object.keys(access).sort());
  });

  it('take no body with GET', () => {
    expect(routes.filter((route) => route.method === 'GET' && route.body !== undefined)).toEqual([]);
  });
});

describe('the problems', () => {
  it.each(Object.entries(problems))('%s has a status of an error and a title', (code, { status, title }) => {
    expect(code).toMatch(/^[a-z_]+$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
  });

  it('can be told from answers', () => {
    expect(isRefusal(refuse('not_found'))).toBe(true);
    expect(isRefusal({ status: 'refunded' })).toBe(false);
  });
});
