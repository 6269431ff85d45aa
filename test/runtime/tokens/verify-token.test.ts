import fc from 'fast-check';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SigningKey } from '../../../shared/domain/access/signing-keys.ts';
import { publicJwk } from '../../../shared/domain/access/signing-keys.ts';
import { issuerKeys } from '../../../shared/runtime/tokens/issuer-keys.ts';
import { KeysUnavailable } from '../../../shared/runtime/tokens/keep-keys.ts';
import { signToken } from '../../../shared/runtime/tokens/sign-token.ts';
import { signingSecret } from '../../../shared/runtime/tokens/signing-secret.ts';
import { tokenForm } from '../../../shared/runtime/tokens/token-form.ts';
import { type TrustedIssuer, verifyToken } from '../../../shared/runtime/tokens/verify-token.ts';

const now = Date.parse('2026-11-21T10:00:00Z');
const seconds = now / 1_000;
const claims = {
  tokenId: 'tok_1',
  programId: 'default',
  userId: 'alice',
  issuedAt: seconds,
  expiresAt: seconds + 600,
};
const holder = { programId: 'default', userId: 'alice', tokenId: 'tok_1' };
const invalid = { because: 'invalid_token' };
const issuer = 'https://api.example.com';
const foreign = 'https://login.example.com/';

let key: SigningKey;
let own: TrustedIssuer;
let customer: TrustedIssuer;
let signForeign: (payload: object, header?: object) => Promise<string>;
let token: string;

async function makeKey(kid: string): Promise<SigningKey> {
  const jwk = await signingSecret('').generateSigningJwk();
  return { kid, createdAt: now, signsFrom: now, jwk };
}

const trusts = (jwks: JSONWebKeySet) => ({ keys: async () => issuerKeys(jwks) });

beforeAll(async () => {
  key = await makeKey('one');
  own = {
    issuer,
    audience: tokenForm.audience,
    algorithms: [tokenForm.alg],
    typ: tokenForm.typ,
    userClaim: 'sub',
    programClaim: 'program',
    ...trusts({ keys: [publicJwk(key)] }),
  };
  const pair = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'theirs' };
  customer = {
    issuer: foreign,
    audience: 'my-app',
    algorithms: ['RS256', 'ES256', 'EdDSA'],
    userClaim: 'uid',
    programClaim: 'tenant',
    programId: 'default',
    ...trusts({ keys: [jwk] }),
  };
  signForeign = (payload, header = {}) =>
    new SignJWT({ iss: foreign, aud: 'my-app', exp: seconds + 60, uid: 'alice', ...payload })
      .setProtectedHeader({ alg: 'RS256', kid: 'theirs', ...header })
      .sign(pair.privateKey);
  token = await signToken(issuer, key, claims);
});

const verify = (given: string, at = now) => verifyToken([own, customer], given, at);
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const parts = () => token.split('.') as [string, string, string];
/** A token of ours, but for what is given. */
const forge = (header: object, payload: object, by: SigningKey = key) =>
  new SignJWT({
    ...{ iss: issuer, aud: 'plusone', sub: 'alice', program: 'default', exp: seconds + 60, jti: 'tok_2' },
    ...payload,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'participant+jwt', kid: 'one', ...header })
    .sign({ ...by.jwk, alg: 'ES256' });

describe('a token of ours', () => {
  it('says for whom it is', async () => {
    expect(await verify(token)).toEqual(holder);
  });

  it('ends, but for what clocks may differ by', async () => {
    const end = claims.expiresAt * 1_000;
    expect(await verify(token, end + 9_000)).toEqual(holder);
    expect(await verify(token, end + 10_000)).toEqual({ because: 'expired_token' });
  });

  it('is refused with any one character changed, left out or added', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/= ';
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(await verify(token.slice(0, at) + other + token.slice(at + 1)), `at ${at}`).toEqual(invalid);
      expect(await verify(token.slice(0, at) + token.slice(at + 1)), `without ${at}`).toEqual(invalid);
    }
    for (const last of alphabet) {
      const changed = token.slice(0, -1) + last;
      if (changed !== token) expect(await verify(changed), last).toEqual(invalid);
      expect(await verify(token + last), `and ${last}`).toEqual(invalid);
    }
  });

  it('is refused with any bytes changed', async () => {
    const bytes = Buffer.from(token);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1 }),
        async (changes) => {
          const changed = Buffer.from(bytes);
          for (const [at, by] of changes) changed[at] = (changed[at] ?? 0) ^ by;
          if (changed.equals(bytes)) return;
          expect(await verify(changed.toString('latin1'))).toEqual(invalid);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is refused with the claims of another', async () => {
    const [header, payload, signature] = parts();
    const told = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(await verify(`${header}.${encode({ ...told, sub: 'bob' })}.${signature}`)).toEqual(invalid);
  });

  it.each([
    ['none', { alg: 'none' }, ''],
    ['none, with a signature', { alg: 'none', kid: 'one', typ: 'participant+jwt' }, undefined],
    ['None', { alg: 'None', kid: 'one' }, undefined],
  ])('is refused with the algorithm %s', async (_, header, signature) => {
    const [, payload, signed] = parts();
    expect(await verify(`${encode(header)}.${payload}.${signature ?? signed}`)).toEqual(invalid);
  });

  it('is refused where the public key was taken for a shared secret', async () => {
    for (const secret of [JSON.stringify(publicJwk(key)), key.jwk.x, key.kid]) {
      const confused = await new SignJWT({ sub: 'alice', program: 'default' })
        .setProtectedHeader({ alg: 'HS256', typ: 'participant+jwt', kid: 'one' })
        .setIssuer(issuer)
        .setAudience('plusone')
        .setExpirationTime(claims.expiresAt)
        .sign(new TextEncoder().encode(secret.padEnd(32, '.')));
      expect(await verify(confused)).toEqual(invalid);
    }
  });

  it('is refused where it brings its own key', async () => {
    const stranger = await makeKey('one');
    expect(await verify(await signToken(issuer, stranger, claims))).toEqual(invalid);
    const { d: _, ...jwk } = stranger.jwk;
    expect(await verify(await forge({ jwk }, {}, stranger))).toEqual(invalid);
  });

  it.each<[string, object, object]>([
    ['another issuer', {}, { iss: 'https://other.example.com' }],
    ['no issuer', {}, { iss: undefined }],
    ['the issuer of the customer', {}, { iss: foreign, aud: 'my-app', uid: 'alice' }],
    ['another audience', {}, { aud: 'other' }],
    ['no audience', {}, { aud: undefined }],
    ['no end', {}, { exp: undefined }],
    ['no user', {}, { sub: undefined }],
    ['no program', {}, { program: undefined }],
    ['a program that is none', {}, { program: 'default other' }],
    ['a user that is none', {}, { sub: 'alice\nbob' }],
    ['a time from which on, that is not yet', {}, { nbf: seconds + 11 }],
    ['another type', { typ: 'JWT' }, {}],
    ['no type', { typ: undefined }, {}],
    ['an unknown key', { kid: 'two' }, {}],
    ['what has to be understood and is not', { crit: ['x'], x: 1 }, {}],
  ])('is refused with %s', async (_, header, payload) => {
    expect(await verify(await forge({}, {}))).toMatchObject({ userId: 'alice' });
    const forged = forge(header, payload).catch(() => '');
    expect(await verify(await forged)).toEqual(invalid);
  });

  it.each(['', '.', '..', 'a.b.c', 'eyJ.eyJ.', 'x'.repeat(10_000), `${'x'.repeat(9_000)}.x.x`, 'ö.ö.ö'])(
    'is not what somebody made up: %.20j',
    async (given) => {
      expect(await verify(given)).toEqual(invalid);
    },
  );

  it('is not taken for bad where the keys cannot be had', async () => {
    const silent: TrustedIssuer = {
      ...own,
      keys: async () => {
        throw new KeysUnavailable('no answer');
      },
    };
    expect(await verifyToken([silent], token, now)).toEqual({ because: 'token_not_checked' });
  });
});

describe("a token of the customer's issuer", () => {
  it('says for whom it is, by the claims that the settings name', async () => {
    const jti = 'a'.repeat(64);
    expect(await verify(await signForeign({ tenant: 'acme', jti }))).toEqual({
      programId: 'acme',
      userId: 'alice',
      tokenId: jti,
    });
  });

  it('is for the default program where it names none, and has an id without one', async () => {
    const verdict = await verify(await signForeign({}));
    expect(verdict).toMatchObject({ programId: 'default', tokenId: expect.stringMatching(/^\w{26}$/) });
    expect(await verify(await signForeign({ n: 1 }))).not.toEqual(verdict);
  });

  it.each<[string, object, object]>([
    ['of our form alone', { uid: undefined, sub: 'alice' }, {}],
    ['for another audience', { aud: 'other-app' }, {}],
    ['for a program that is none', { tenant: 'No Program' }, {}],
    ['for a user that is a number', { uid: 7 }, {}],
    ['without an end', { exp: undefined }, {}],
    ['under an unknown key', {}, { kid: 'unknown' }],
    ['from ourselves', { iss: issuer }, {}],
  ])('is refused %s', async (_, payload, header) => {
    expect(await verify(await signForeign(payload, header))).toEqual(invalid);
  });

  it('ends', async () => {
    expect(await verify(await signForeign({}), now + 70_000)).toEqual({ because: 'expired_token' });
  });
});
