import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { routeKey } from '../../../shared/contract/route.ts';
import { routes } from '../../../shared/contract/routes.ts';
import { apiKeyItems } from '../../../shared/table/api-key-items.ts';
import { auditItems } from '../../../shared/table/audit-items.ts';
import { describeApiKey, drawApiKey } from '../../../shared/usecases/access/api-key.ts';
import { type Backend, call, startBackend } from '../backend.ts';

type Handler = Parameters<typeof call>[0];
let backend: Backend;
let handler: Handler;
let authorize: typeof import('../../../functions/authorizer/handler.ts').handler;
let root: string;

beforeAll(async () => {
  backend = await startBackend();
  handler = (await import('../../../functions/api/keys/handler.ts')).handler as Handler;
  ({ handler: authorize } = await import('../../../functions/authorizer/handler.ts'));
  root = drawApiKey(backend.ports);
  await apiKeyItems(backend.table).storeApiKey(
    describeApiKey(backend.ports, root, 'first key', { scopes: ['*'] }),
  );
});
afterAll(() => backend.stop());

const contextOf = async (key: string) => {
  const headers = { authorization: `Bearer ${key}` };
  return (await authorize({ headers } as unknown as APIGatewayRequestAuthorizerEventV2)).context;
};

interface Asked {
  readonly id?: string;
  readonly body?: unknown;
  readonly query?: Record<string, string>;
}

/** Calls a route with a key, by way of the authorizer. */
async function ask(operationId: string, { id, body, query }: Asked = {}, key = root) {
  const route = routes.find((one) => one.operationId === operationId);
  if (route === undefined) throw new Error(`No route ${operationId}`);
  return call(handler, {
    routeKey: routeKey(route),
    ...(id !== undefined && { pathParameters: { keyId: id } }),
    ...(query && { query }),
    ...(body !== undefined && { body }),
    caller: await contextOf(key),
  });
}

const wish = { name: 'shop backend', scopes: ['links:write'] };
const make = async (body: object = wish, key = root) => {
  const { status, body: made } = await ask('createApiKey', { body }, key);
  expect([status, made.code]).toEqual([201, undefined]);
  return { id: made.apiKey.id as string, secret: made.secret as string, shown: made.apiKey };
};
const idOf = (key: string) => key.split('_')[1] ?? '';
const codeOf = async (asking: ReturnType<typeof ask>) => {
  const { status, body } = await asking;
  return [status, body.code];
};

describe('a key that is made', () => {
  it('is shown with its secret once, and works at once with what it was given', async () => {
    const expiresAt = '2099-01-01T00:00:00+01:00';
    const { id, secret, shown } = await make({ ...wish, programs: ['default'], expiresAt });
    expect(secret.startsWith(`po_${id}_`)).toBe(true);
    expect(shown).toEqual({
      id,
      prefix: `po_${id}`,
      name: 'shop backend',
      scopes: ['links:write'],
      programs: ['default'],
      status: 'active',
      createdAt: expect.any(String),
      expiresAt: '2098-12-31T23:00:00.000Z',
    });
    expect(await contextOf(secret)).toEqual({
      caller: 'server',
      keyId: id,
      scopes: 'links:write',
      programs: 'default',
    });
    const read = await ask('getApiKey', { id });
    expect(read.body.apiKey).toEqual({ ...shown, lastUsedAt: expect.any(String) });
    expect(JSON.stringify(read.body)).not.toContain(secret.slice(14));
    const listed = await ask('listApiKeys');
    expect(listed.body.apiKeys[0]).toEqual(read.body.apiKey);
    expect(listed.body.apiKeys.at(-1)).toMatchObject({ name: 'first key', scopes: ['*'] });
  });

  it.each([
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['links'] }, 'scopes.0'],
    [{ scopes: ['links:*'] }, 'scopes.0'],
    [{ scopes: ['links:read', 'links:read'] }, 'scopes'],
    [{ programs: [] }, 'programs'],
    [{ programs: ['*'] }, 'programs.0'],
    [{ programs: ['default', 'default'] }, 'programs'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    [{ name: '' }, 'name'],
    [{ keyId: 'mine' }, 'keyId'],
  ])('is not made of %j', async (wrong, field) => {
    const { status, body } = await ask('createApiKey', { body: { ...wish, ...wrong } });
    expect([status, body.code, body.errors[0].field]).toEqual([400, 'invalid_request', field]);
  });

  it('is bound to no program that is not there', async () => {
    expect(await codeOf(ask('createApiKey', { body: { ...wish, programs: ['default', 'spring'] } }))).toEqual(
      [404, 'program_not_found'],
    );
  });
});

describe('a key that makes others', () => {
  it.each<[string, object, object]>([
    ['a scope', { scopes: ['api-keys:write', 'links:read'] }, { scopes: ['links:write'] }],
    ['all scopes', { scopes: ['api-keys:write', 'links:read'] }, { scopes: ['*'] }],
    ['all programs', { scopes: ['*'], programs: ['default'] }, { scopes: ['links:read'] }],
    ['a longer life', { scopes: ['*'], expiresAt: '2098-01-01T00:00:00Z' }, { scopes: ['links:read'] }],
    [
      'a day more',
      { scopes: ['*'], expiresAt: '2098-01-01T00:00:00Z' },
      { scopes: ['links:read'], expiresAt: '2098-01-02T00:00:00Z' },
    ],
  ])('gives nobody %s that it has not', async (_, own, more) => {
    const { secret } = await make({ name: 'maker', ...own });
    expect(await codeOf(ask('createApiKey', { body: { name: 'more', ...more } }, secret))).toEqual([
      403,
      'insufficient_scope',
    ]);
  });

  it('gives of its own', async () => {
    const own = { scopes: ['api-keys:write', 'links:read'], programs: ['default'] };
    const { secret } = await make({ name: 'maker', ...own });
    await make({ name: 'less', ...own, scopes: ['links:read'] }, secret);
  });

  it('reaches those alone that are bound to no other program', async () => {
    const own = { scopes: ['api-keys:write', 'api-keys:read', 'links:write'], programs: ['default'] };
    const { id: ownId, secret } = await make({ name: 'bound', ...own });
    const { id: within } = await make({ ...wish, programs: ['default'] });
    const { id: beyond } = await make();
    for (const operationId of ['getApiKey', 'rotateApiKey', 'revokeApiKey']) {
      expect(await codeOf(ask(operationId, { id: beyond, ...bodyOf(operationId) }, secret))).toEqual([
        404,
        'api_key_not_found',
      ]);
    }
    expect((await ask('getApiKey', { id: within }, secret)).status).toBe(200);
    const { body } = await ask('listApiKeys', { query: { limit: '100' } }, secret);
    const ids = body.apiKeys.map((key: { id: string }) => key.id);
    expect(ids).toEqual(expect.arrayContaining([ownId, within]));
    expect(ids).not.toContain(beyond);
    expect(ids).not.toContain(idOf(root));
  });

  it('neither rotates nor revokes one that may do more', async () => {
    const { secret } = await make({ name: 'helper', scopes: ['api-keys:write', 'links:read'] });
    const { id } = await make();
    for (const operationId of ['rotateApiKey', 'revokeApiKey']) {
      expect(await codeOf(ask(operationId, { id, ...bodyOf(operationId) }, secret))).toEqual([
        403,
        'insufficient_scope',
      ]);
    }
    expect((await ask('getApiKey', { id })).body.apiKey).toMatchObject({ status: 'active' });
  });
});

const bodyOf = (operationId: string) => (operationId === 'rotateApiKey' ? { body: {} } : {});

describe('a rotation', () => {
  it('gives a new secret, and leaves the one before for the overlap', async () => {
    const { id, secret, shown } = await make();
    const { body } = await ask('rotateApiKey', { id, body: { overlapSeconds: 3_600 } });
    expect(body.apiKey).toEqual({ ...shown, rotatedAt: expect.any(String) });
    for (const key of [secret, body.secret]) expect(await freshContextOf(key)).toMatchObject({ keyId: id });
    vi.useFakeTimers({ now: Date.now() + 3_601_000, toFake: ['Date'] });
    expect(await freshContextOf(secret)).toEqual({ caller: 'nobody', because: 'invalid_key' });
    expect(await freshContextOf(body.secret)).toMatchObject({ keyId: id });
    vi.useRealTimers();
  });

  it('without overlap ends all secrets from before', async () => {
    const { id, secret } = await make();
    const { body: first } = await ask('rotateApiKey', { id });
    const { body: second } = await ask('rotateApiKey', { id, body: { overlapSeconds: 0 } });
    for (const key of [secret, first.secret]) {
      expect(await freshContextOf(key)).toEqual({ caller: 'nobody', because: 'invalid_key' });
    }
    expect(await freshContextOf(second.secret)).toMatchObject({ keyId: id });
  });

  it('of its own key is let to a key, five secrets at the most', async () => {
    const { id, secret } = await make({ name: 'self', scopes: ['api-keys:write'] });
    const rotate = () => codeOf(ask('rotateApiKey', { id, body: {} }, secret));
    for (let i = 0; i < 4; i++) expect(await rotate()).toEqual([200, undefined]);
    expect(await rotate()).toEqual([409, 'api_key_rotated_too_often']);
    expect(await freshContextOf(secret)).toMatchObject({ keyId: id });
  });

  it('is of no key that has been revoked', async () => {
    const { id } = await make();
    await ask('revokeApiKey', { id });
    expect(await codeOf(ask('rotateApiKey', { id, body: {} }))).toEqual([409, 'api_key_inactive']);
    expect(await codeOf(ask('rotateApiKey', { id: 'aaaaaaaaaa', body: {} }))).toEqual([
      404,
      'api_key_not_found',
    ]);
  });
});

/** What an instance of the authorizer says that has never seen a key. */
async function freshContextOf(key: string) {
  vi.resetModules();
  ({ handler: authorize } = await import('../../../functions/authorizer/handler.ts'));
  return contextOf(key);
}

describe('a revocation', () => {
  it('stops a key within 30 seconds, for good', async () => {
    const { id, secret } = await make();
    expect(await contextOf(secret)).toMatchObject({ keyId: id });
    const { body } = await ask('revokeApiKey', { id });
    expect(body.apiKey).toMatchObject({ id, status: 'revoked', revokedAt: expect.any(String) });
    expect((await ask('revokeApiKey', { id })).body).toEqual(body);
    vi.useFakeTimers({ now: Date.now() + 30_000, toFake: ['Date'] });
    expect(await contextOf(secret)).toEqual({ caller: 'nobody', because: 'revoked_key' });
    vi.useRealTimers();
    expect(await freshContextOf(secret)).toEqual({ caller: 'nobody', because: 'revoked_key' });
    const wrong = `${secret.slice(0, 14)}${'a'.repeat(43)}`;
    expect(await contextOf(wrong)).toEqual({ caller: 'nobody', because: 'invalid_key' });
  });

  it('of itself is let to no key', async () => {
    expect(await codeOf(ask('revokeApiKey', { id: idOf(root) }))).toEqual([409, 'own_api_key']);
  });

  it('by each other leaves one key, however they race', async () => {
    for (let round = 0; round < 5; round++) {
      const pair = await Promise.all([
        make({ name: 'a', scopes: ['*'] }),
        make({ name: 'b', scopes: ['*'] }),
      ]);
      const [a, b] = pair;
      const outcomes = await Promise.all([
        codeOf(ask('revokeApiKey', { id: b.id }, a.secret)),
        codeOf(ask('revokeApiKey', { id: a.id }, b.secret)),
      ]);
      expect(outcomes.map(([status]) => status).sort()).toEqual([200, 401]);
    }
  });

  it('ends at once what a key makes of others', async () => {
    const { id, secret } = await make({ name: 'maker', scopes: ['*'] });
    await contextOf(secret);
    await ask('revokeApiKey', { id });
    for (const [operationId, asked] of [
      ['createApiKey', { body: wish }],
      ['rotateApiKey', { id, body: {} }],
      ['revokeApiKey', { id: idOf(root) }],
    ] as const) {
      expect(await codeOf(ask(operationId, asked, secret)), operationId).toEqual([401, 'revoked_key']);
    }
  });
});

describe('a key that has expired', () => {
  it('is told so, to who has its secret', async () => {
    const { id, secret } = await make({ ...wish, expiresAt: '2098-01-01T00:00:00Z' });
    vi.useFakeTimers({ now: Date.parse('2098-01-01T00:00:00Z'), toFake: ['Date'] });
    expect(await freshContextOf(secret)).toEqual({ caller: 'nobody', because: 'expired_key' });
    expect((await ask('getApiKey', { id })).body.apiKey).toMatchObject({ status: 'expired' });
    vi.useRealTimers();
  });
});

describe('the audit log', () => {
  it('has what was done to keys, without a secret', async () => {
    const { id, secret } = await make();
    const { body: rotated } = await ask('rotateApiKey', { id, body: { overlapSeconds: 0 } });
    await ask('revokeApiKey', { id });
    await ask('revokeApiKey', { id });
    const page = await auditItems(backend.table).listAudit('*', { limit: 100 }, { target: id });
    const actor = { type: 'api_key', id: idOf(root) };
    expect(page?.items.map(({ action }) => action)).toEqual([
      'api_key.revoked',
      'api_key.rotated',
      'api_key.created',
    ]);
    expect(page?.items[2]).toMatchObject({
      actor,
      requestId: 'request-1',
      target: { type: 'api_key', id },
      before: null,
      after: wish,
    });
    const text = JSON.stringify(page);
    for (const key of [secret, rotated.secret]) expect(text).not.toContain(key.slice(14));
    expect(text).not.toContain('Hash');
  });
});
