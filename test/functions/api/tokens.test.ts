import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keySetTimes } from '../../../shared/domain/access/signing-keys.ts';
import { system } from '../../../shared/runtime/system.ts';
import { signingSecret } from '../../../shared/runtime/tokens/signing-secret.ts';
import { auditItems } from '../../../shared/table/audit-items.ts';
import { makeSigningKey } from '../../../shared/usecases/access/make-signing-key.ts';
import { updateProgram } from '../../../shared/usecases/programs/save-program.ts';
import { atOnce } from '../../table/use-table.ts';
import { authorize } from '../authorize.ts';
import { type Backend, call, startBackend } from '../backend.ts';

const { leadMs, longestTokenMs, marginMs, freshMs, pauseMs } = keySetTimes;
const start = Date.parse('2026-11-21T10:00:00Z');
let backend: Backend;
let handler: Parameters<typeof call>[0];

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = (await import('../../../functions/api/tokens/handler.ts')) as never);
});
afterAll(() => backend.stop());

/** Each test begins at ten, with a key that was just made; only the clock of dates stands. */
let day = 0;
beforeEach(async () => {
  // Instances keep keys: each test is far enough from the one before.
  vi.useFakeTimers({ toFake: ['Date'], now: start + day++ * 10 * longestTokenMs });
  backend.secrets.delete('arn:signing');
  await makeSigningKey({ ...system, ...signingSecret('arn:signing') });
});
afterEach(() => vi.useRealTimers());

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
const post = (routeKey: string, body?: object) => call(handler, { routeKey, ...(body && { body }) });
const issue = (body: object) => post('POST /v1/tokens', body);
const tokenFor = async (userId: string, more: object = {}): Promise<string> =>
  (await issue({ userId, ...more })).body.token;
const rotate = (body?: object) => post('POST /v1/signing-keys/rotate', body);
const publish = () => call(handler, { routeKey: 'GET /.well-known/jwks.json', caller: null });
const kidOf = (token: string) => decodeProtectedHeader(token).kid;
const participant = (userId: string, programId = 'default') => ({
  caller: 'participant',
  programId,
  userId,
  tokenId: expect.stringMatching(/^tok_[0-9a-z]{26}$/),
});

describe('POST /v1/tokens', () => {
  it('issues a token that says for whom, where and until when', async () => {
    const { status, body, headers } = await issue({ userId: 'alice', expiresIn: 900 });
    expect(status).toBe(201);
    expect(headers['cache-control']).toBe('no-store');
    const iat = Date.now() / 1_000;
    expect(body).toEqual({ token: body.token, expiresAt: new Date((iat + 900) * 1_000).toISOString() });
    expect(decodeProtectedHeader(body.token)).toEqual({
      alg: 'ES256',
      typ: 'participant+jwt',
      kid: expect.stringMatching(/^[0-9a-z]{26}$/),
    });
    expect(decodeJwt(body.token)).toEqual({
      iss: 'https://api.example.com',
      aud: 'plusone',
      sub: 'alice',
      program: 'default',
      iat,
      exp: iat + 900,
      jti: expect.stringMatching(/^tok_[0-9a-z]{26}$/),
    });
    expect(await authorize(`Bearer ${body.token}`)).toEqual(participant('alice'));
  });

  it('lets it live for an hour unless asked otherwise', async () => {
    const { exp = 0, iat = 0 } = decodeJwt(await tokenFor('alice'));
    expect(exp - iat).toBe(3_600);
  });

  it('refuses a token for a program that there is not', async () => {
    expect(await issue({ userId: 'alice', programId: 'none' })).toMatchObject({
      status: 404,
      body: { code: 'program_not_found' },
    });
  });

  it('is asked of a key for the programs that the key is for', async () => {
    const caller = { caller: 'server', keyId: 'k', scopes: 'tokens:write', programs: 'default' };
    const askBy = (programId: string, more: object = {}) =>
      call(handler, {
        routeKey: 'POST /v1/tokens',
        body: { userId: 'alice', programId },
        caller: { ...caller, ...more },
      });
    expect((await askBy('default')).status).toBe(201);
    expect(await askBy('other')).toMatchObject({ status: 404, body: { code: 'program_not_found' } });
    expect(await askBy('default', { scopes: 'tokens:read' })).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope' },
    });
  });

  it.each<[object, string]>([
    [{}, 'userId'],
    [{ userId: 'a b' }, 'userId'],
    [{ userId: 'alice', expiresIn: 59 }, 'expiresIn'],
    [{ userId: 'alice', expiresIn: 86_401 }, 'expiresIn'],
    [{ userId: 'alice', expiresIn: 60.5 }, 'expiresIn'],
    [{ userId: 'alice', scopes: '*' }, 'scopes'],
  ])('names what is wrong with %j', async (body, field) => {
    const answer = await issue(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toEqual([field]);
  });

  it('says to try again where the keys cannot be read, and works when they can', async () => {
    const kept = backend.secrets.get('arn:signing') ?? '';
    const [, d = ''] = /"d":"(.{6})/.exec(kept) ?? [];
    backend.secrets.set('arn:signing', kept.replace('"d":', '"d":x'));
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await issue({ userId: 'alice' })).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    const log = write.mock.calls.join();
    expect(log).toContain('keys of tokens could not be read');
    expect(log).not.toContain(d);
    write.mockRestore();
    backend.secrets.set('arn:signing', kept);
    pass(pauseMs);
    expect((await issue({ userId: 'alice' })).status).toBe(201);
  });
});

describe('GET /.well-known/jwks.json', () => {
  it('lets an outsider check a token', async () => {
    const token = await tokenFor('alice');
    const { status, body, headers } = await publish();
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'public, max-age=300',
    });
    const { payload } = await jwtVerify(token, createLocalJWKSet(body as JSONWebKeySet), {
      issuer: 'https://api.example.com',
      audience: 'plusone',
      algorithms: ['ES256'],
      currentDate: new Date(),
    });
    expect(payload.sub).toBe('alice');
  });

  it('shows public parts alone', async () => {
    const { body } = await publish();
    for (const key of body.keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    }
  });
});

describe('POST /v1/signing-keys/rotate', () => {
  it('publishes a key first, signs by it later, and takes what the one before signed until it ends', async () => {
    const before = await tokenFor('alice', { expiresIn: 86_400 });
    const { status, body } = await rotate();
    expect(status).toBe(200);
    const [current, next] = body.signingKeys;
    const at = (ms: number) => new Date(ms).toISOString();
    expect(body.signingKeys).toEqual([
      { ...current, status: 'current', verifiesUntil: at(Date.now() + leadMs + longestTokenMs + marginMs) },
      { ...next, status: 'next', signsFrom: at(Date.now() + leadMs) },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/"d"|"jwk"/);
    expect((await publish()).body.keys.map(({ kid }: { kid: string }) => kid)).toEqual([
      current.kid,
      next.kid,
    ]);

    pass(leadMs - 1_000);
    const last = await tokenFor('bob', { expiresIn: 86_400 });
    expect(kidOf(last)).toBe(current.kid);
    pass(1_000);
    const first = await tokenFor('carol');
    expect(kidOf(first)).toBe(next.kid);
    for (const [token, userId] of [
      [before, 'alice'],
      [last, 'bob'],
      [first, 'carol'],
    ] as const) {
      expect(await authorize(`Bearer ${token}`)).toEqual(participant(userId));
    }

    pass(longestTokenMs - 2_000);
    expect(await authorize(`Bearer ${last}`)).toEqual(participant('bob'));
    pass(marginMs + 2_000);
    expect((await publish()).body.keys.map(({ kid }: { kid: string }) => kid)).toEqual([next.kid]);
  });

  it('is done once, however many ask', async () => {
    const answers = await atOnce(10, () => rotate());
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers[0]?.body.signingKeys).toHaveLength(2);
  });

  it('withdraws every token within a minute, and takes new ones at once', async () => {
    const stolen = await tokenFor('alice');
    expect(await authorize(`Bearer ${stolen}`)).toEqual(participant('alice'));
    pass(freshMs / 2);
    const { body } = await rotate({ withdraw: true });
    expect(body.signingKeys).toMatchObject([{ status: 'current' }]);
    const fresh = await tokenFor('alice');
    expect(kidOf(fresh)).toBe(body.signingKeys[0].kid);
    expect(await authorize(`Bearer ${fresh}`)).toEqual(participant('alice'));
    pass(freshMs);
    expect(await authorize(`Bearer ${stolen}`)).toEqual({ caller: 'nobody', because: 'invalid_token' });
    expect((await publish()).body.keys).toHaveLength(1);
  });

  it('is noted in the audit log, with nothing that signs', async () => {
    const { body } = await rotate();
    const { listAudit } = auditItems(backend.table);
    const page = await listAudit('*', { limit: 1 }, { action: 'signing_key.rotated' });
    expect(page?.items[0]).toMatchObject({ target: { type: 'signing_key', id: body.signingKeys[1].kid } });
    expect(JSON.stringify(page)).not.toContain('"d"');
  });
});

describe('the authorizer', () => {
  it('knows the holder of a token without the table, and with one read of the secret a minute', async () => {
    const token = await tokenFor('alice');
    const table = vi.spyOn(DynamoDBDocumentClient.prototype, 'send');
    const secret = vi.spyOn(backend.secrets, 'get');
    for (let index = 0; index < 100; index++) await authorize(`Bearer ${token}`);
    expect(secret).toHaveBeenCalledTimes(1);
    pass(freshMs);
    await authorize(`Bearer ${token}`);
    expect(secret).toHaveBeenCalledTimes(2);
    expect(table).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('says that a token has ended', async () => {
    const token = await tokenFor('alice', { expiresIn: 60 });
    pass(69_000);
    expect(await authorize(`Bearer ${token}`)).toEqual(participant('alice'));
    pass(1_000);
    expect(await authorize(`Bearer ${token}`)).toEqual({ caller: 'nobody', because: 'expired_token' });
  });

  it('takes no token for a key, and no key for a token', async () => {
    const token = await tokenFor('alice');
    const apiKey = `po_0123456789_${'k'.repeat(43)}`;
    for (const given of [`po_${token}`, `${apiKey}.${token}`, `${token}.${apiKey}`, `Basic ${token}`]) {
      expect(await authorize(given)).toEqual({ caller: 'nobody', because: 'invalid_token' });
    }
    expect(await authorize(`Bearer ${apiKey}`)).toEqual({ caller: 'nobody', because: 'invalid_key' });
  });

  it('knows a token of any program, also of one that was changed since', async () => {
    await updateProgram(backend.ports, 'default', { linkLimit: 3 }, undefined);
    expect(await authorize(`Bearer ${await tokenFor('nobody-yet')}`)).toEqual(participant('nobody-yet'));
  });
});
