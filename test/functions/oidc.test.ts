import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { system } from '../../shared/runtime/system.ts';
import { signToken } from '../../shared/runtime/tokens/sign-token.ts';
import { signingSecret } from '../../shared/runtime/tokens/signing-secret.ts';
import { apiKeyItems } from '../../shared/table/api-key-items.ts';
import { describeApiKey, drawApiKey } from '../../shared/usecases/access/api-key.ts';
import { makeSigningKey } from '../../shared/usecases/access/make-signing-key.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { authorize } from './authorize.ts';
import { type Backend, startBackend } from './backend.ts';

let backend: Backend;
let issuer: Issuer;
const fresh = 600_000;
const stale = 3_600_000;
const pause = 30_000;
const timesAsked = () => issuer.asked.get('/keys') ?? 0;
const silent = () => {
  issuer.answer = (_, response) => response.writeHead(503).end();
};

beforeAll(async () => {
  [backend, issuer] = await Promise.all([startBackend(), startIssuer()]);
  Object.assign(process.env, {
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: 'my-app',
    OIDC_USER_CLAIM: 'user_id',
    OIDC_PROGRAM_CLAIM: 'tenant',
    OIDC_ALLOW_LOOPBACK: '1',
  });
  await makeSigningKey({ ...system, ...signingSecret('arn:signing') });
});
afterAll(() => {
  issuer.stop();
  return backend.stop();
});

// An instance that was just started, at a clock that the test moves.
let now = Date.parse('2026-11-21T10:00:00Z');
beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers({ toFake: ['Date'], now });
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  issuer.answer = undefined;
  issuer.asked.clear();
});
afterEach(() => {
  now = Date.now() + 86_400_000;
  vi.restoreAllMocks();
  vi.useRealTimers();
});
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

const ask = async (claims: object, header?: object) =>
  authorize(`Bearer ${await issuer.sign({ user_id: 'alice', ...claims }, header)}`);
const alice = (programId = 'default') => ({
  caller: 'participant',
  programId,
  userId: 'alice',
  tokenId: expect.any(String),
});
/** Signed by our key, in the name of an issuer. */
async function ownToken(of: string): Promise<string> {
  const [key] = (await signingSecret('arn:signing').readSigningKeys()).keys;
  if (key === undefined) throw new Error('There is no key');
  const at = Math.floor(Date.now() / 1_000);
  const times = { issuedAt: at, expiresAt: at + 60 };
  return signToken(of, key, { tokenId: 'tok_1', programId: 'default', userId: 'alice', ...times });
}
const nobody = (because: string) => ({ caller: 'nobody', because });

describe("a token of the customer's issuer", () => {
  it('is taken for the user and the program that its claims name', async () => {
    expect(await ask({})).toEqual(alice());
    expect(await ask({ tenant: 'acme' })).toEqual(alice('acme'));
    expect(timesAsked()).toBe(1);
  });

  it.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])('is taken with %s', async (alg) => {
    await issuer.addKey(`key ${alg}`, alg);
    expect(await ask({})).toEqual(alice());
  });

  it('is not taken with a secret that both would share', async () => {
    const forged = await new SignJWT({ user_id: 'alice' })
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .setIssuer(issuer.url)
      .setAudience('my-app')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode('first'.padEnd(32, '.')));
    expect(await authorize(`Bearer ${forged}`)).toEqual(nobody('invalid_token'));
  });

  it.each<[string, object, string]>([
    ['ended', { exp: 1 }, 'expired_token'],
    ['is for another audience', { aud: 'other' }, 'invalid_token'],
    ['names no user', { user_id: undefined, sub: 'alice' }, 'invalid_token'],
    ['names a user that is none', { user_id: 'a b' }, 'invalid_token'],
    ['names a program that is none', { tenant: 'A' }, 'invalid_token'],
    ['is of another issuer', { iss: 'https://other.example.com/' }, 'invalid_token'],
  ])('is refused where it %s', async (_, claims, because) => {
    expect(await ask(claims)).toEqual(nobody(because));
  });

  it('is not taken for one of ours, nor one of ours for it', async () => {
    expect(await ask({ iss: 'https://api.example.com', aud: 'plusone' })).toEqual(nobody('invalid_token'));
    expect(await authorize(`Bearer ${await ownToken(issuer.url)}`)).toEqual(nobody('invalid_token'));
  });
});

describe('the keys of the issuer', () => {
  it('are kept for ten minutes', async () => {
    await ask({});
    pass(fresh - 1);
    await ask({});
    expect(timesAsked()).toBe(1);
    pass(1);
    await ask({});
    expect(timesAsked()).toBe(2);
  });

  it('are read again for a new key, but not for every invention', async () => {
    await ask({});
    pass(pause);
    await issuer.addKey('second');
    expect(await ask({})).toEqual(alice());
    expect(timesAsked()).toBe(2);
    const { privateKey } = await generateKeyPair('RS256');
    for (let index = 0; index < 50; index++) {
      const invented = await new SignJWT({ user_id: 'alice' })
        .setProtectedHeader({ alg: 'RS256', kid: `invented ${index}` })
        .setIssuer(issuer.url)
        .setAudience('my-app')
        .setExpirationTime('1h')
        .sign(privateKey);
      expect(await authorize(`Bearer ${invented}`)).toEqual(nobody('invalid_token'));
    }
    expect(timesAsked()).toBe(2);
  });

  it('hold for an hour while the issuer is away', async () => {
    await ask({});
    silent();
    pass(fresh);
    expect(await ask({})).toEqual(alice());
    pass(stale - fresh);
    expect(await ask({})).toEqual(nobody('token_not_checked'));
  });
});

describe('while the issuer is away', () => {
  beforeEach(silent);

  it('its tokens are not called bad, and it is not asked for each of them', async () => {
    for (let index = 0; index < 20; index++) expect(await ask({})).toEqual(nobody('token_not_checked'));
    expect([...issuer.asked.values()]).toEqual([1]);
    issuer.answer = undefined;
    pass(pause);
    expect(await ask({})).toEqual(alice());
  });

  it('API keys and tokens of ours work', async () => {
    const apiKey = drawApiKey(system);
    const record = describeApiKey(backend.ports, apiKey, 'a server', { scopes: ['*'] });
    await apiKeyItems(backend.table).storeApiKey(record);
    expect(await authorize(`Bearer ${apiKey}`)).toMatchObject({ caller: 'server' });
    expect(await authorize(`Bearer ${await ownToken('https://api.example.com')}`)).toEqual(alice());
  });
});
