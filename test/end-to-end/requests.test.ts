import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublic } from '../../shared/contract/access.ts';
import { defaultRateLimits } from '../../shared/contract/rate-limits.ts';
import { routeKey } from '../../shared/contract/route.ts';
import { routes } from '../../shared/contract/routes.ts';
import { changeAssembly } from './support/change-assembly.ts';
import type { Link } from './support/documents.ts';
import { projectDir } from './support/project-dir.ts';
import { pointAt, runShell, shellBlock } from './support/shell-blocks.ts';
import { startStack, type TestStack } from './support/start-stack.ts';

const origin = 'https://app.shop.example';
let stack: TestStack;
let assembly: string;

beforeAll(async () => {
  assembly = changeAssembly((template) =>
    // As the setting `corsOrigins` makes it: test/infra/optional-settings.test.ts.
    template.setProperty('AWS::ApiGatewayV2::Api', 'CorsConfiguration', {
      AllowOrigins: [origin],
      AllowMethods: ['*'],
      AllowHeaders: ['authorization', 'content-type', 'idempotency-key'],
      ExposeHeaders: ['idempotency-replayed', 'ratelimit', 'ratelimit-policy', 'retry-after'],
      MaxAge: 3600,
    }),
  );
  stack = await startStack({ cdkOutDir: assembly });
});
afterAll(async () => {
  await stack?.end();
  rmSync(assembly, { recursive: true, force: true });
});

describe('twenty posts at once under one key', () => {
  it('act once, and those that are answered are answered alike', async () => {
    const post = () =>
      stack.call<Link & { readonly code: string }>(
        'POST',
        '/generate-link',
        { userId: 'racer' },
        { headers: { 'idempotency-key': '"one of twenty"' } },
      );
    const answers = await Promise.all(Array.from({ length: 20 }, post));
    const made = answers.filter(({ status }) => status === 201);
    const inFlight = answers.filter(({ status }) => status === 409);
    expect(made.length + inFlight.length).toBe(20);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ body }) => body.code)).size).toBe(1);
    for (const { body, headers } of inFlight) {
      expect([body.code, headers.get('retry-after')]).toEqual(['idempotency_in_flight', '1']);
    }
    const later = await post();
    expect([later.status, later.body.code]).toEqual([201, made[0]?.body.code]);
    expect(later.headers.get('idempotency-replayed')).toBe('true');
    const { links } = await stack.get<{ links: object[] }>('/v1/programs/default/participants/racer/links');
    expect(links).toHaveLength(1);
  });
});

describe('docs/requests.md', () => {
  it('shows what happens', async () => {
    const stdout = await runShell(pointAt(stack, shellBlock('docs/requests.md', 'Idempotency-Key')));
    expect(stdout.match(/^HTTP\S+ \d+/gm)?.map((line) => line.split(' ')[1])).toEqual([
      '201',
      '201',
      '422',
      '400',
    ]);
    const [first, second] = stdout.match(/"code":"\w{8}"/g) ?? [];
    expect(second).toBe(first);
    expect(stdout.match(/^idempotency-replayed: true/gm)).toHaveLength(1);
    expect(stdout).toContain('"code":"idempotency_key_reused"');
    expect(stdout).toContain('"field":"Idempotency-Key"');
  });

  it('names every limit with its default, and every size', () => {
    const text = readFileSync(join(projectDir, 'docs/requests.md'), 'utf8');
    for (const [name, { most, windowSeconds }] of Object.entries(defaultRateLimits)) {
      expect(windowSeconds).toBe(60);
      expect(text).toMatch(
        new RegExp(`^\\| \`${name}\` \\| [^|]+ \\| ${most.toLocaleString('en')} a minute \\|`, 'm'),
      );
    }
  });
});

describe('pages of other origins', () => {
  const preflight = (from: string) =>
    fetch(`${stack.apiUrl}/generate-link`, {
      method: 'OPTIONS',
      headers: {
        origin: from,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,idempotency-key',
      },
    });

  it('may call if they are listed, and not otherwise', async () => {
    const { status, headers } = await preflight(origin);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-headers')).toContain('idempotency-key');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each([
    ['an answer', undefined, undefined],
    ['a refusal of who has no key', null, undefined],
    ['a refusal of an ill-formed key', undefined, 'not one, but two'],
  ])('may read %s with its headers', async (_, key, idempotencyKey = 'a key') => {
    const answer = await stack.call(
      'POST',
      '/generate-link',
      { userId: 'paged' },
      {
        ...(key === null && { key }),
        headers: { origin, 'idempotency-key': idempotencyKey },
      },
    );
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-expose-headers')).toContain('ratelimit');
    expect(answer.headers.get('ratelimit')).toMatch(/^"(key|strangers)";r=\d+;t=\d+$/);
    expect(answer.headers.get('ratelimit-policy')).toMatch(/^"(key|strangers)";q=\d+;w=60$/);
  });
});

describe('every route', () => {
  const asked = routes.flatMap((route) =>
    [null, undefined].map((key) => ({
      route,
      key,
      name: `${routeKey(route)} ${key === null ? 'without' : 'with'} a key`,
    })),
  );

  it.each(asked)('answers with the headers that keep it safe: $name', async ({ route, key }) => {
    const path = route.path.replaceAll(/\{\w+\+?\}/g, 'no-such-thing');
    const body = route.body && { no: 'such field' };
    const { status, headers } = await stack.call(route.method, path, body, { ...(key === null && { key }) });
    if (key === null && !isPublic(route)) expect(status).toBe(401);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
    expect(headers.get('content-security-policy')).toMatch(/default-src '(none|self)'/);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('referrer-policy')).toMatch(/^(no-referrer|strict-origin-when-cross-origin)$/);
    if (!isPublic(route)) expect(headers.get('cache-control')).toBe('no-store');
    else expect(headers.get('cache-control')).not.toBeNull();
  });
});
