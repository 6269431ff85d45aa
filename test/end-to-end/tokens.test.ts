import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SigningKey } from '../../shared/domain/access/signing-keys.ts';
import { signToken } from '../../shared/runtime/tokens/sign-token.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { projectDir } from './support/project-dir.ts';
import { startStack, type TestStack } from './support/start-stack.ts';
import { makeLink } from './support/story.ts';
import { waitUntil } from './support/wait-until.ts';

let stack: TestStack;
let issuer: Issuer;

beforeAll(async () => {
  issuer = await startIssuer();
  const variables = { OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: 'my-app', OIDC_ALLOW_LOOPBACK: '1' };
  // Every key is old enough to be followed by another.
  stack = await startStack({ variables: { ...variables, SIGNING_KEY_DAYS: '0' } });
  await stack.post('/v1/programs', {
    programId: 'other',
    name: 'Other',
    destination: 'https://example.com/',
  });
  await makeLink(stack, 'alice');
  await makeLink(stack, 'bob');
});
afterAll(async () => {
  issuer.stop();
  await stack?.end();
});
beforeEach(() => {
  issuer.answer = undefined;
});

const issue = (body: object) => stack.post<{ token: string; expiresAt: string }>('/v1/tokens', body);
const statsOf = (token: string, userId = 'alice', programId = 'default') =>
  stack.call('GET', `/v1/programs/${programId}/participants/${userId}/stats`, undefined, { key: token });

async function signingKeys(): Promise<readonly SigningKey[]> {
  const { functions } = stack.running.deployment;
  const arn = functions.find(({ environment }) => environment['SIGNING_SECRET_ARN'])?.environment[
    'SIGNING_SECRET_ARN'
  ];
  return JSON.parse((await stack.running.readSecret(arn ?? '')) ?? '').keys;
}

/** The blocks of a document in a language, as they stand there. */
function blocksOf(language: string): readonly string[] {
  const text = readFileSync(join(projectDir, 'docs/tokens.md'), 'utf8');
  const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'));
  return [...blocks].map((match) => match[1] ?? '');
}

async function run(command: string, args: readonly string[], more: Record<string, string> = {}) {
  const env = { ...process.env, ...more };
  return (await promisify(execFile)(command, [...args], { cwd: projectDir, env })).stdout;
}

describe('a token', () => {
  it('shows a user what is theirs, and nothing of others', async () => {
    const { token } = await issue({ userId: 'alice', expiresIn: 900 });
    expect(await statsOf(token)).toMatchObject({ status: 200, body: { userId: 'alice' } });
    expect(await statsOf(token, 'bob')).toMatchObject({
      status: 404,
      body: { code: 'participant_not_found' },
    });
    expect(await statsOf(token, 'alice', 'other')).toMatchObject({
      status: 404,
      body: { code: 'program_not_found' },
    });
  });

  it('does nothing that is for servers, issuing others included', async () => {
    const { token } = await issue({ userId: 'alice' });
    const refused = { status: 403, body: { code: 'insufficient_scope' } };
    for (const [path, body] of [
      ['/v1/tokens', { userId: 'bob' }],
      ['/v1/signing-keys/rotate', {}],
      ['/v1/events', { type: 'order.paid', userId: 'alice', id: 'e1' }],
    ] as const) {
      expect(await stack.call('POST', path, body, { key: token }), path).toMatchObject(refused);
    }
  });

  it('of somebody who is no participant yet finds nothing', async () => {
    const { token } = await issue({ userId: 'newcomer' });
    expect(await statsOf(token, 'newcomer')).toMatchObject({
      status: 404,
      body: { code: 'participant_not_found' },
    });
  });

  it('of somebody who was deactivated shows what is theirs, and makes no links', async () => {
    const { token } = await issue({ userId: 'bob' });
    const bob = '/v1/programs/default/participants/bob';
    expect((await stack.call('DELETE', bob)).status).toBe(200);
    expect((await statsOf(token, 'bob')).status).toBe(200);
    expect(await stack.call('POST', `${bob}/links`, {}, { key: token })).toMatchObject({
      status: 403,
      body: { code: 'inviting_not_allowed' },
    });
  });

  it('is refused when it has ended, or was changed', async () => {
    const { token } = await issue({ userId: 'alice' });
    const [key] = (await signingKeys()) as [SigningKey];
    const at = Math.floor(Date.now() / 1_000);
    const claims = { tokenId: 'tok_1', programId: 'default', userId: 'alice', issuedAt: at - 60 };
    const ended = await signToken(stack.apiUrl, key, { ...claims, expiresAt: at - 11 });
    expect(await statsOf(ended)).toMatchObject({ status: 401, body: { code: 'expired_token' } });
    const barely = await signToken(stack.apiUrl, key, { ...claims, expiresAt: at + 60 });
    expect((await statsOf(barely)).status).toBe(200);
    const [header, payload, signature] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ ...decodeJwt(token), sub: 'bob' })).toString('base64url');
    for (const changed of [`${header}.${forged}.${signature}`, `${header}.${payload}.`, `po_${token}`]) {
      expect(await statsOf(changed, 'bob')).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    }
  });

  it('outlives the change of keys, and is checked by outsiders with what is published', async () => {
    const before = await issue({ userId: 'alice' });
    type Rotated = { signingKeys: { kid: string; status: string }[] };
    const { signingKeys } = await stack.post<Rotated>('/v1/signing-keys/rotate');
    expect(signingKeys.map(({ status }) => status)).toEqual(['current', 'next']);
    expect(decodeProtectedHeader(before.token).kid).toBe(signingKeys[0]?.kid);
    expect((await statsOf(before.token)).status).toBe(200);

    const published = await stack.call<{ keys: { kid: string }[] }>(
      'GET',
      '/.well-known/jwks.json',
      undefined,
      { key: null },
    );
    expect(published.headers.get('cache-control')).toBe('public, max-age=300');
    expect(published.body.keys.map(({ kid }) => kid)).toEqual(signingKeys.map(({ kid }) => kid));
    const keys = createRemoteJWKSet(new URL(`${stack.apiUrl}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(before.token, keys, {
      issuer: stack.apiUrl,
      audience: 'plusone',
      algorithms: ['ES256'],
    });
    expect(payload).toMatchObject({ sub: 'alice', program: 'default' });

    const entries = await stack.get<{ entries: { target: { id: string } }[] }>(
      '/v1/audit-log?programId=*&action=signing_key.rotated',
    );
    expect(entries.entries.map(({ target }) => target.id)).toEqual([signingKeys[1]?.kid]);
  });
});

describe("a token of the customer's own issuer", () => {
  it('is as good as one of ours', async () => {
    const token = await issuer.sign({ sub: 'alice' });
    expect(await statsOf(token)).toMatchObject({ status: 200, body: { userId: 'alice' } });
    expect((await statsOf(token, 'bob')).status).toBe(404);
    expect(await statsOf(await issuer.sign({ sub: 'alice', aud: 'other' }))).toMatchObject({
      status: 401,
      body: { code: 'invalid_token' },
    });
  });
});

describe('the documentation of tokens', () => {
  it('does what it says', async () => {
    const script = [...blocksOf('sh').slice(0, 3), 'echo "TOKEN=$TOKEN"']
      .join('\n')
      .replace(/^API=.*$/m, `API=${stack.apiUrl}`)
      .replace(/^KEY=.*$/m, `KEY=${stack.apiKey}`);
    const stdout = await run('bash', ['-euc', script]);
    expect(stdout).toContain('"userId":"alice"');
    expect(stdout).toContain('"signingKeys":[');
    const TOKEN = /TOKEN=(.*)/.exec(stdout)?.[1] ?? '';
    const [check = ''] = blocksOf('js');
    const said = await run('node', ['--input-type=module', '-e', check], { API: stack.apiUrl, TOKEN });
    expect(said).toBe('alice of default\n');
  });

  it('ends all tokens by its last example', async () => {
    const script = `API=${stack.apiUrl}\nKEY=${stack.apiKey}\n${blocksOf('sh').at(-1)}`;
    const { signingKeys } = JSON.parse(await run('bash', ['-euc', script]));
    expect(signingKeys).toMatchObject([{ status: 'current' }]);
    expect(decodeProtectedHeader((await issue({ userId: 'alice' })).token).kid).toBe(signingKeys[0].kid);
  });
});

describe('the schedule of keys', () => {
  it('adds the next one beside the one that signs, and leaves what it finds waiting', async () => {
    const { token } = await issue({ userId: 'alice' });
    const schedule = stack.running.deployment.schedules.find(({ logicalId }) =>
      logicalId.startsWith('DailySigningKeys'),
    );
    const kids = async () => {
      await stack.running.runSchedule(schedule?.logicalId ?? '');
      return (await signingKeys()).map(({ kid }) => kid);
    };
    const two = await waitUntil('another key', async () => {
      const found = await kids();
      return found.length === 2 && found;
    });
    expect(two[0]).toBe(decodeProtectedHeader(token).kid);
    expect(await kids()).toEqual(two);
    expect(stack.troubles).toEqual([]);
  });
});
