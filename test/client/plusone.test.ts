import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { type CallError, Plusone, PlusoneError, type Result, unwrap } from '../../client/index.ts';
import { type Loopback, type Reply, startLoopback } from '../support/loopback.ts';

let server: Loopback;
beforeEach(async () => {
  server = await startLoopback();
  vi.spyOn(Math, 'random').mockReturnValue(0.01);
});
afterEach(() => {
  server.stop();
  vi.restoreAllMocks();
});

const open = (more: { retries?: number; timeoutMs?: number } = {}) =>
  new Plusone({ baseUrl: `${server.url}/`, apiKey: 'po_key', ...more });

/** Answers in turn; the last for ever. */
function answer(...replies: Reply[]): void {
  server.reply = () => (replies.length > 1 ? replies.shift() : replies[0]) ?? { status: 500 };
}

function errorOf(result: Result<unknown>): CallError {
  if (result.ok) throw new Error('The call succeeded');
  return result.error;
}

const problem = (
  status: number,
  code: string,
  more: object = {},
  headers: Record<string, string> = {},
): Reply => ({
  status,
  body: { type: `urn:plusone:problem:${code}`, title: 'No', status, code, requestId: 'r-1', ...more },
  headers: { 'content-type': 'application/problem+json', ...headers },
});
const program = { programId: 'default' };

describe('a client', () => {
  it.each(['', 'nonsense', 'api.example.com', 'file:///api', '/api'])('is not made for %j', (baseUrl) => {
    expect(() => new Plusone({ baseUrl })).toThrow(`baseUrl must be an address such as`);
  });
});

describe('a call', () => {
  it('asks as the server that it is, and gives the data', async () => {
    answer({ status: 200, body: { program } });
    expect(await open().programs.get(program)).toEqual({ ok: true, data: { program } });
    expect(server.received).toMatchObject([
      { method: 'GET', path: '/v1/programs/default', headers: { authorization: 'Bearer po_key' }, body: '' },
    ]);
  });

  it('asks as nobody where it has no key', async () => {
    answer({ status: 200, body: { status: 'ok', version: '1' } });
    await new Plusone({ baseUrl: server.url }).service.health();
    expect(server.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('gives a problem as a value, with all that it says', async () => {
    const errors = [{ field: 'userId', message: 'must be 1 to 128' }];
    answer(problem(400, 'invalid_request', { errors }));
    const error = errorOf(await open().generateLink({ userId: '?' }));
    expect(error).toMatchObject({
      code: 'invalid_request',
      status: 400,
      title: 'No',
      errors,
      requestId: 'r-1',
    });
    answer(problem(409, 'referral_exists', { referral: { referralId: 'ref_1' } }));
    expect(errorOf(await open().verifyReferral({ newUserId: 'bob' }))).toMatchObject({
      code: 'referral_exists',
      problem: { referral: { referralId: 'ref_1' } },
    });
  });

  it.each(['.', '..'])('never asks for another route by the id %s', async (userId) => {
    const message = 'must not be . or .. alone';
    const error = errorOf(await open().participants.deactivate({ ...program, userId }));
    expect(error).toMatchObject({
      code: 'invalid_request',
      status: 0,
      errors: [{ field: 'userId', message }],
    });
    const path = `a/${userId}/b`;
    expect(errorOf(await open().links.followDeep({ code: 'alice', path })).errors).toMatchObject([
      { field: 'path' },
    ]);
    expect(server.received).toEqual([]);
  });

  it('throws it for those who like exceptions', async () => {
    answer(problem(404, 'program_not_found', { detail: 'Look again' }));
    const thrown = await open()
      .orThrow.programs.get(program)
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(PlusoneError);
    expect(thrown).toMatchObject({
      code: 'program_not_found',
      status: 404,
      message: 'No. Look again',
      error: { status: 404 },
    });
    expect(() => unwrap({ ok: false, error: (thrown as PlusoneError).error })).toThrow(PlusoneError);
  });

  it.each([
    ['a page of a proxy', { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['an answer without JSON', { status: 200, body: '' }],
    ['an error of the gateway', { status: 403, body: { message: 'Forbidden' } }],
    ['a redirect', { status: 301, headers: { location: '/elsewhere' } }],
  ] as const)('takes %s for what it is', async (_, reply) => {
    answer(reply);
    expect(errorOf(await open().programs.get(program))).toMatchObject({
      code: 'unexpected_answer',
      status: reply.status,
    });
  });

  it('gives a file with its type, and says where the next one begins', async () => {
    const headers = { 'content-type': 'text/csv', 'plusone-next-cursor': 'abc' };
    answer({ status: 200, body: 'a,b\r\n', headers });
    const { content, nextCursor } = await open().orThrow.payoutBatches.csv({ batchId: 'pbt_1' });
    expect([content.type, await content.text(), nextCursor]).toEqual(['text/csv', 'a,b\r\n', 'abc']);
  });

  it('gives the place where a link leads', async () => {
    answer({ status: 302, headers: { location: 'https://example.com/?plusone_click=clk_1' } });
    expect(await open().links.follow({ code: 'alice' })).toEqual({
      ok: true,
      data: { status: 302, location: 'https://example.com/?plusone_click=clk_1' },
    });
  });
});

describe('trying again', () => {
  const busy = problem(503, 'unavailable');

  it('ends with the first success, under one idempotency key of the call', async () => {
    answer('cut', busy, { status: 201, body: { code: 'a' } });
    expect(await open().generateLink({ userId: 'alice' })).toMatchObject({ ok: true });
    const keys = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    await open().generateLink({ userId: 'alice' }, { idempotencyKey: 'job-7' });
    expect(server.received[3]?.headers['idempotency-key']).toBe('job-7');
    expect(keys).not.toContain(server.received[3]?.headers['idempotency-key']);
  });

  it('leaves it to the ids of events to tell a repeat, unless a key is given', async () => {
    answer('cut', busy, { status: 202, body: { events: [] } });
    const event = { type: 'order.paid', userId: 'alice', id: 'o1', amount: 100, currency: 'USD' };
    expect(await open().events.record(event)).toMatchObject({ ok: true });
    expect(server.received).toHaveLength(3);
    for (const { headers } of server.received) expect(headers).not.toHaveProperty('idempotency-key');
    await open().events.record(event, { idempotencyKey: 'job-8' });
    expect(server.received[3]?.headers['idempotency-key']).toBe('job-8');
  });

  it('ends after as many tries as were allowed', async () => {
    answer(busy);
    expect(errorOf(await open().programs.list())).toMatchObject({ code: 'unavailable', status: 503 });
    expect(server.received).toHaveLength(3);
    await open({ retries: 0 }).programs.list();
    expect(server.received).toHaveLength(4);
    await open({ retries: 0 }).programs.list({}, { retries: 1 });
    expect(server.received).toHaveLength(6);
  });

  it('is not for what would fail again, nor for PATCH where it may have acted', async () => {
    answer(problem(500, 'internal_error'));
    await open().programs.get(program);
    answer(problem(409, 'payout_not_sendable'));
    await open().payouts.send({ payoutId: 'pay_1' });
    answer('cut');
    expect(errorOf(await open().programs.update({ ...program, name: 'New' })).code).toBe('network_error');
    expect(server.received).toHaveLength(3);
  });

  it('is not for what takes away, whose repeat would be told that nothing is there', async () => {
    const client = open();
    const takingAway = [
      () => client.programs.delete(program),
      () => client.webhookEndpoints.delete({ endpointId: 'whe_1' }),
      () => client.notifications.deleteContact({ ...program, userId: 'alice' }),
    ];
    for (const [index, takeAway] of takingAway.entries()) {
      answer('cut', problem(404, 'webhook_endpoint_not_found'));
      expect(errorOf(await takeAway()).code).toBe('network_error');
      expect(server.received).toHaveLength(index + 1);
    }
    answer('cut', { status: 200, body: { link: {} } });
    expect(await client.links.deactivate({ code: 'alice' })).toMatchObject({ ok: true });
  });

  it('waits for as long as the service asks', async () => {
    answer(problem(503, 'unavailable', {}, { 'retry-after': '1' }), { status: 200, body: { programs: [] } });
    const started = performance.now();
    await open().programs.list();
    expect(performance.now() - started).toBeGreaterThan(990);
  });

  it('does not wait for minutes, but says how long', async () => {
    answer(problem(429, 'unavailable', {}, { 'retry-after': '120' }));
    expect(errorOf(await open().programs.list())).toMatchObject({ status: 429, retryAfter: 120 });
    expect(server.received).toHaveLength(1);
  });
});

describe('time', () => {
  it('is over for a try that gets no answer, and for one whose answer does not end', async () => {
    answer('silence');
    const error = errorOf(await open({ timeoutMs: 50, retries: 1 }).programs.list());
    expect(error).toMatchObject({ code: 'timeout', status: 0 });
    expect(server.received).toHaveLength(2);
    const endless = new Plusone({
      baseUrl: server.url,
      timeoutMs: 50,
      retries: 0,
      fetch: async (_url, init) =>
        new Response(
          new ReadableStream({
            start: (stream) =>
              init?.signal?.addEventListener('abort', () => stream.error(new DOMException('', 'AbortError'))),
          }),
        ),
    });
    expect(errorOf(await endless.programs.list()).code).toBe('timeout');
  });

  it('is over when the caller says so: before, meanwhile, and between two tries', async () => {
    const client = open({ retries: 5 });
    expect(errorOf(await client.programs.list({}, { signal: AbortSignal.abort('why') }))).toMatchObject({
      code: 'aborted',
      cause: 'why',
    });
    expect(server.received).toHaveLength(0);
    answer('silence');
    expect(errorOf(await client.programs.list({}, { signal: AbortSignal.timeout(30) })).code).toBe('aborted');
    answer({ status: 503, headers: { 'retry-after': '30' } });
    expect(errorOf(await client.programs.list({}, { signal: AbortSignal.timeout(30) })).code).toBe('aborted');
    expect(server.received).toHaveLength(2);
  });
});

describe('a list', () => {
  const pages: Reply[] = [
    { status: 200, body: { rewards: [{ rewardId: 'a' }, { rewardId: 'b' }], nextCursor: 'x&y' } },
    { status: 200, body: { rewards: [], nextCursor: 'z' } },
    { status: 200, body: { rewards: [{ rewardId: 'c' }] } },
  ];
  const alice = { programId: 'default', userId: 'alice' };

  it('is read page by page, as far as the loop goes', async () => {
    answer(...pages);
    const ids: string[] = [];
    for await (const { rewardId } of open().participants.rewards.all({ ...alice, limit: 2 }))
      ids.push(rewardId);
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(server.received.map(({ path }) => path.split('?')[1])).toEqual([
      'limit=2',
      'limit=2&cursor=x%26y',
      'limit=2&cursor=z',
    ]);
    answer(...pages);
    for await (const _ of open().userRewards.all({ userId: 'alice' })) break;
    expect(server.received).toHaveLength(4);
  });

  it('throws where a page cannot be read', async () => {
    answer(pages[0] as Reply, problem(400, 'invalid_cursor'));
    const seen: string[] = [];
    const read = async () => {
      for await (const { rewardId } of open().orThrow.participants.rewards.all(alice)) seen.push(rewardId);
    };
    await expect(read()).rejects.toMatchObject({ code: 'invalid_cursor' });
    expect(seen).toEqual(['a', 'b']);
  });
});

describe('a participant’s token', () => {
  const expired = problem(401, 'expired_token');
  const tokens = (server: Loopback) => server.received.map(({ headers }) => headers.authorization);

  it('is asked for once, and once more when it has expired', async () => {
    let count = 0;
    const token = vi.fn(async () => `t${++count}`);
    const client = new Plusone({ baseUrl: server.url, token });
    const ok: Reply = { status: 200, body: { userId: 'alice' } };
    answer(ok);
    await Promise.all([client.referralStats({ userId: 'alice' }), client.referralStats({ userId: 'alice' })]);
    expect(token).toHaveBeenCalledTimes(1);
    server.reply = ({ headers }) => (headers.authorization === 'Bearer t1' ? expired : ok);
    const both = [client.referralStats({ userId: 'alice' }), client.referralStats({ userId: 'alice' })];
    expect((await Promise.all(both)).map(({ ok }) => ok)).toEqual([true, true]);
    expect(token).toHaveBeenCalledTimes(2);
    expect(tokens(server).filter((one) => one === 'Bearer t2')).toHaveLength(2);
  });

  it('is not asked for again and again', async () => {
    answer(expired);
    const token = vi.fn(async () => 'stale');
    const client = new Plusone({ baseUrl: server.url, token });
    expect(errorOf(await client.referralStats({ userId: 'alice' })).status).toBe(401);
    expect(token).toHaveBeenCalledTimes(2);
    const fixed = new Plusone({ baseUrl: server.url, token: 'fixed' });
    expect(errorOf(await fixed.referralStats({ userId: 'alice' })).status).toBe(401);
    expect(server.received).toHaveLength(3);
  });

  it('that cannot be had is a failure of the call, not of the next one', async () => {
    answer({ status: 200, body: { userId: 'alice' } });
    const token = vi.fn(async () => 't').mockRejectedValueOnce(new Error('signed out'));
    const client = new Plusone({ baseUrl: server.url, token });
    expect(errorOf(await client.referralStats({ userId: 'alice' }))).toMatchObject({ code: 'no_token' });
    expect(await client.referralStats({ userId: 'alice' })).toMatchObject({ ok: true });
  });
});

it('has the types of the contracts', () => {
  const client = open();
  type Rewards = ReturnType<typeof client.participants.rewards.all>;
  expectTypeOf<Rewards>().toExtend<AsyncIterable<{ rewardId: string; amount?: number | undefined }>>();
  expectTypeOf(client.orThrow.links.get).returns.resolves.toHaveProperty('clicks');
  expectTypeOf(client.generateLink).parameter(0).toHaveProperty('userId').toEqualTypeOf<string>();
  // @ts-expect-error userId is needed
  expectTypeOf(client.generateLink).toBeCallableWith({});
  // @ts-expect-error a key and a token at once
  expectTypeOf(Plusone).toBeConstructibleWith({ baseUrl: '', apiKey: '', token: '' });
});
