import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStack, type TestStack } from './support/start-stack.ts';
import { inProgram, makeLink } from './support/story.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.end());

interface Made {
  readonly apiKey: { readonly id: string };
  readonly secret: string;
}

const make = (body: object) => stack.post<Made>('/v1/api-keys', { name: 'shop', ...body });
const outcome = async (method: string, path: string, body: object | undefined, key: string) => {
  const answer = await stack.call(method, path, body, { key });
  return [answer.status, answer.status < 400 ? undefined : answer.body.code];
};

it('gives a key to a shop that works at once, for what it is for, and in its program alone', async () => {
  const { secret } = await make({ scopes: ['links:write', 'programs:read'], programs: ['default'] });
  await stack.post('/v1/programs', {
    programId: 'spring',
    name: 'Spring',
    destination: 'https://example.com/',
  });
  const link = (programId?: string) => ({ userId: 'alice', ...(programId && { programId }) });
  expect(await outcome('POST', '/generate-link', link(), secret)).toEqual([201, undefined]);
  expect(await outcome('POST', '/generate-link', link('spring'), secret)).toEqual([404, 'program_not_found']);
  expect(await outcome('GET', '/v1/programs/spring', undefined, secret)).toEqual([404, 'program_not_found']);
  expect(await outcome('GET', inProgram('alice'), undefined, secret)).toEqual([403, 'insufficient_scope']);
  const { body } = await stack.call('GET', '/v1/programs', undefined, { key: secret });
  expect((body['programs'] as { programId: string }[]).map(({ programId }) => programId)).toEqual([
    'default',
  ]);
});

it('rotates a key with an overlap, and revokes it', async () => {
  const { apiKey, secret } = await make({ scopes: ['programs:read'] });
  const path = `/v1/api-keys/${apiKey.id}`;
  const rotated = await stack.post<Made>(`${path}/rotate`, { overlapSeconds: 600 });
  for (const key of [secret, rotated.secret]) {
    expect(await outcome('GET', '/v1/programs', undefined, key)).toEqual([200, undefined]);
  }
  const read = await stack.get<{ apiKey: object }>(path);
  expect(read.apiKey).toMatchObject({ status: 'active', lastUsedAt: expect.any(String) });

  const unused = await make({ scopes: ['programs:read'] });
  expect((await stack.call('DELETE', `/v1/api-keys/${unused.apiKey.id}`)).status).toBe(200);
  expect(await outcome('GET', '/v1/programs', undefined, unused.secret)).toEqual([401, 'revoked_key']);
  const listed = await stack.get<{ apiKeys: { id: string; status: string }[] }>('/v1/api-keys');
  expect(listed.apiKeys.find(({ id }) => id === unused.apiKey.id)?.status).toBe('revoked');
  const log = await stack.get<{ entries: { action: string }[] }>('/v1/audit-log?programId=*');
  expect(log.entries.map(({ action }) => action)).toContain('api_key.revoked');
});

it('lets a participant see and do what is theirs, and nothing else', async () => {
  const { code } = await makeLink(stack, 'ann');
  await makeLink(stack, 'ben');
  await stack.post('/verify-referral', { referralCode: code, newUserId: 'friend@friends.example' });
  const { token } = await stack.post<{ token: string }>('/v1/tokens', { userId: 'ann' });
  for (const part of ['', '/links', '/referrals', '/rewards', '/ledger', '/balances', '/stats', '/badges']) {
    const own = await stack.call('GET', `${inProgram('ann')}${part}`, undefined, { key: token });
    expect([part, own.status]).toEqual([part, 200]);
    expect(JSON.stringify(own.body)).not.toContain('friends.example');
    const other = await outcome('GET', `${inProgram('ben')}${part}`, undefined, token);
    expect([part, ...other]).toEqual([part, 404, 'participant_not_found']);
  }
  expect(await outcome('GET', '/v1/payouts?userId=ann', undefined, token)).toEqual([200, undefined]);
  const links = `${inProgram('ann')}/links`;
  expect(await outcome('POST', links, {}, token)).toEqual([201, undefined]);
  const elsewhere = { destination: 'https://elsewhere.example/' };
  expect(await outcome('POST', links, elsewhere, token)).toEqual([403, 'insufficient_scope']);
  expect(await outcome('POST', '/generate-link', { userId: 'ann' }, token)).toEqual([
    403,
    'insufficient_scope',
  ]);
  expect(stack.troubles).toEqual([]);
});
