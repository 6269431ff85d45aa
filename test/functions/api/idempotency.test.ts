import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keys } from '../../../shared/table/keys.ts';
import { type Backend, call, requestEvent, startBackend } from '../backend.ts';

let backend: Backend;
let handler: Parameters<typeof call>[0];

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../../functions/api/links/handler.ts'));
});
afterAll(() => backend.stop());

const server = { caller: 'server', keyId: 'k', scopes: '*', programs: '*' };
let drawn = 0;
const newKey = () => `key-${++drawn}`;

const generate = (key: string | undefined, body: object, caller: object = server) =>
  call(handler, {
    routeKey: 'POST /generate-link',
    body,
    caller,
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
  });

async function linksOf(userId: string): Promise<number> {
  return (await backend.ports.findParticipant('default', userId))?.links ?? 0;
}

/** All that the table holds of requests under keys, as texts. */
async function storedRequests(): Promise<string[]> {
  const { Items = [] } = await backend.engine
    .client()
    .send(new ScanCommand({ TableName: backend.table.name }));
  const requests = Items.filter((item) => item['pk']?.S?.startsWith(keys.request('').pk));
  expect(requests.length).toBeGreaterThan(0);
  return requests.map(
    (item) => JSON.stringify(item) + Buffer.from(item['answer']?.B ?? '').toString('latin1'),
  );
}

describe('a POST under an idempotency key', () => {
  it('is done once, and answered the same each time', async () => {
    const key = newKey();
    const first = await generate(key, { userId: 'ann', destination: 'https://example.com/a' });
    expect(first).toMatchObject({ status: 201, body: { userId: 'ann' } });
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    const second = await generate(key, { destination: 'https://example.com/a', userId: 'ann' });
    expect(second).toEqual({
      ...first,
      headers: { ...first.headers, ratelimit: expect.any(String), 'idempotency-replayed': 'true' },
    });
    expect(await linksOf('ann')).toBe(1);
  });

  it('is done once by twenty at the same moment', async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => generate(key, { userId: 'crowd' })));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ body }) => body.code)).size).toBe(1);
    for (const { headers, body } of answers.filter(({ status }) => status === 409)) {
      expect(body.code).toBe('idempotency_in_flight');
      expect(headers['retry-after']).toBe('1');
    }
    expect(await linksOf('crowd')).toBe(1);
  });

  it('is refused with other content', async () => {
    const key = newKey();
    await generate(key, { userId: 'bea' });
    expect(await generate(key, { userId: 'bob' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    expect(await linksOf('bob')).toBe(0);
  });

  it('is another by another caller, or on another route', async () => {
    const key = newKey();
    const [one, other] = [
      await generate(key, { userId: 'carl' }),
      await generate(key, { userId: 'carl' }, { ...server, keyId: 'other' }),
    ];
    expect(one.body.code).not.toBe(other.body.code);
    const routeKey = 'POST /v1/programs/{programId}/participants/{userId}/links';
    const pathParameters = { programId: 'default', userId: 'carl' };
    const headers = { 'idempotency-key': key };
    expect(await call(handler, { routeKey, pathParameters, headers, body: {} })).toMatchObject({
      status: 201,
    });
    expect(await linksOf('carl')).toBe(3);
  });

  it('gives the refusal of the first time again, whatever has changed since', async () => {
    const key = newKey();
    const body = { userId: 'dan', programId: 'later' };
    const first = await generate(key, body);
    expect(first).toMatchObject({ status: 404, body: { code: 'program_not_found' } });
    const again = await generate(key, body);
    expect(again).toMatchObject({ status: 404, body: first.body });
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  it('leaves no trace if it is ill-formed', async () => {
    const key = newKey();
    expect((await generate(key, { userId: '' })).status).toBe(400);
    expect((await generate(key, { userId: 'eve' })).status).toBe(201);
  });

  it('takes the key in quotes as well, as the same', async () => {
    const key = newKey();
    const first = await generate(`"${key}"`, { userId: 'fay' });
    expect((await generate(key, { userId: 'fay' })).body).toEqual(first.body);
  });

  it.each([
    '',
    ' ',
    'a b',
    'a,b',
    'a"b',
    '"a',
    '"',
    '""',
    'ä',
    'a\\b',
    '"a\\b"',
    `"${'a'.repeat(256)}"`,
    'a'.repeat(256),
  ])('is refused by name with the key %j', async (key) => {
    expect(await generate(key, { userId: 'gil' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ field: 'Idempotency-Key' }] },
    });
  });

  it.each([
    'a',
    'a'.repeat(255),
    '8e03978e-40d5-43dd-bc93-6894a57f9324',
    '"with space, comma"',
    '"a\\"b\\\\"',
  ])('takes the key %j', async (key) =>
    expect((await generate(key, { userId: `user-${newKey()}` })).status).toBe(201),
  );

  it('is kept for thirty days, also where the table deletes later', async () => {
    const key = newKey();
    const first = await generate(key, { userId: 'hal' });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 29.9 * 86_400_000 });
    try {
      expect((await generate(key, { userId: 'hal' })).body).toEqual(first.body);
      vi.setSystemTime(Date.now() + 0.2 * 86_400_000);
      expect((await generate(key, { userId: 'hal' })).body.code).not.toBe(first.body.code);
    } finally {
      vi.useRealTimers();
    }
    expect(await linksOf('hal')).toBe(2);
  });

  it('is kept sealed: neither key nor answer nor who asked can be read in the table', async () => {
    const key = `secret-${newKey()}`;
    const { body } = await generate(key, { userId: 'ida-the-user' });
    const stored = (await storedRequests()).join('\n');
    for (const text of [key, body.code, 'ida-the-user', 'generate-link']) expect(stored).not.toContain(text);
  });
});

describe('a POST without a key', () => {
  it('keeps nothing', async () => {
    const before = await storedRequests();
    await generate(undefined, { userId: 'jan' });
    expect(await storedRequests()).toHaveLength(before.length);
  });
});

describe('another method', () => {
  it('takes no notice of a key', async () => {
    const event = {
      routeKey: 'GET /v1/links/{code}',
      pathParameters: { code: 'nobodys' },
      headers: { 'idempotency-key': 'a b' },
    };
    expect(requestEvent(event).headers).toHaveProperty('idempotency-key');
    expect((await call(handler, event)).status).toBe(404);
  });
});
