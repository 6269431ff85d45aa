import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PayoutBatch } from '../../../shared/domain/payouts/batch.ts';
import { list, transfer } from '../../providers/fixtures/stripe.ts';
import { type Loopback, startLoopback } from '../../support/loopback.ts';
import { earn, type PayoutPorts, payoutPorts } from '../../support/payouts.ts';
import { type Backend, call, startBackend } from '../backend.ts';

let backend: Backend;
let ports: PayoutPorts;
let system: Loopback;
let stripe: Loopback;
let handler: Parameters<typeof call>[0];

beforeAll(async () => {
  [backend, system, stripe] = await Promise.all([startBackend(), startLoopback(), startLoopback()]);
  const webhook = { url: `${system.url}/pay`, secret: `whsec_${'a'.repeat(32)}`, timeoutMs: 300 };
  const settings = { webhook, stripe: { secretKey: 'sk_test_1', apiUrl: stripe.url, timeoutMs: 300 } };
  backend.secrets.set('arn:payout-providers', JSON.stringify(settings));
  ports = payoutPorts(backend.table);
  ports.clock.at = Date.now() - 60_000;
  ({ handler } = await import('../../../functions/api/payouts/handler.ts'));
});
afterAll(() => {
  system.stop();
  stripe.stop();
  return backend.stop();
});

const ask = (routeKey: string, more: Omit<Parameters<typeof call>[1], 'routeKey'> = {}) =>
  call(handler, { routeKey, ...more });
const earns = (userId: string, available: number, currency = 'USD') =>
  earn(backend.table, ports, userId, { available }, currency);
const post = async (path: string, batch: Pick<PayoutBatch, 'batchId'>, body?: object) =>
  ask(`POST /v1/payout-batches/{batchId}/${path}`, {
    pathParameters: { batchId: batch.batchId },
    ...(body && { body }),
  });
const get = (path: string, batch: Pick<PayoutBatch, 'batchId'>, query?: Record<string, string>) =>
  ask(`GET /v1/payout-batches/{batchId}${path}`, {
    pathParameters: { batchId: batch.batchId },
    ...(query && { query }),
  });
const makeBatch = async (body: object): Promise<PayoutBatch> => {
  const made = await ask('POST /v1/payout-batches', { body });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.batch;
};

describe('a payout of its own', () => {
  it('is requested, sent and paid', async () => {
    await earns('single', 500);
    const body = { userId: 'single', amount: 500, currency: 'USD' };
    const made = await ask('POST /v1/payouts', { body });
    expect(made).toMatchObject({ status: 201, body: { payout: { ...body, status: 'requested' } } });
    expect(await ask('POST /v1/payouts', { body })).toMatchObject({
      status: 409,
      body: { code: 'insufficient_balance' },
    });
    const pathParameters = { payoutId: made.body.payout.payoutId };
    const result = { status: 'paid', reference: 'wire 1' };
    const early = await ask('POST /v1/payouts/{payoutId}/result', { pathParameters, body: result });
    expect(early).toMatchObject({ status: 409, body: { code: 'payout_not_sent' } });
    expect(await ask('POST /v1/payouts/{payoutId}/send', { pathParameters })).toMatchObject({
      status: 200,
      body: { payout: { status: 'processing', provider: 'manual' } },
    });
    for (let repeat = 0; repeat < 2; repeat++) {
      expect(await ask('POST /v1/payouts/{payoutId}/result', { pathParameters, body: result })).toMatchObject(
        {
          status: 200,
          body: { payout: result },
        },
      );
    }
    expect(
      await ask('POST /v1/payouts/{payoutId}/result', { pathParameters, body: { status: 'failed' } }),
    ).toMatchObject({ status: 409, body: { code: 'payout_result_conflict', payout: result } });
    expect(await ask('POST /v1/payouts/{payoutId}/cancel', { pathParameters })).toMatchObject({
      status: 409,
      body: { code: 'payout_not_cancellable' },
    });
    expect((await ask('GET /v1/payouts/{payoutId}', { pathParameters })).body.payout.status).toBe('paid');
  });

  it('names the field that is wrong', async () => {
    const body = { userId: 'single', amount: 0, currency: 'usd' };
    const { status, body: problem } = await ask('POST /v1/payouts', { body });
    expect(status).toBe(400);
    expect(problem.errors.map(({ field }: { field: string }) => field)).toEqual(['amount', 'currency']);
  });
});

describe('a batch that people pay', () => {
  it('is frozen, exported, sent and settled', async () => {
    await earns('-anna', 1_000, 'CHF');
    await earns('bert', 2_550, 'CHF');
    const batch = await makeBatch({ currency: 'CHF', name: 'December' });
    expect(batch).toMatchObject({ status: 'frozen', count: 2, total: 3_550, provider: 'manual' });
    const csv = await get('/csv', batch);
    expect(csv.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${batch.batchId}.csv"`,
    });
    const lines = String(csv.body).split('\r\n');
    expect(lines[0]).toBe(
      'payoutId,userId,amount,amountMinor,currency,status,uncertain,reference,reason,createdAt',
    );
    expect(
      lines
        .slice(1)
        .map((line) => line.split(',').slice(1, 6).join())
        .sort(),
    ).toEqual(['', "'-anna,10.00,1000,CHF,requested", 'bert,25.50,2550,CHF,requested']);
    expect((await post('send', batch)).body.batch.status).toBe('sent');
    const { body: listed } = await get('/payouts', batch);
    const [a, b] = listed.payouts;
    const results = [
      { payoutId: a.payoutId, status: 'paid', reference: 'wire 1' },
      { payoutId: b.payoutId, status: 'failed', reason: 'closed' },
    ];
    const answered = await post('results', batch, { results });
    expect(answered).toMatchObject({
      status: 200,
      body: { results: [{ outcome: 'recorded' }, { outcome: 'recorded' }] },
    });
    expect((await post('results', batch, { results })).body).toEqual(answered.body);
    const report = await get('', batch);
    expect(report.body.totals).toMatchObject({ paid: { count: 1 }, failed: { count: 1 } });
    const all = await ask('GET /v1/payout-batches', { query: { limit: '5' } });
    expect(all.body.batches[0]).toMatchObject({ batchId: batch.batchId, status: 'sent' });
    expect((await post('cancel', batch)).body.code).toBe('payout_batch_not_cancellable');
  });

  it('can be cancelled before it is sent, and repeats are answered alike', async () => {
    await earns('cancelled', 70, 'SEK');
    const batch = await makeBatch({ currency: 'SEK', userIds: ['cancelled', 'nobody'] });
    expect((await get('', batch)).body.skipped).toEqual([
      { userId: 'nobody', reason: 'participant_not_found' },
    ]);
    for (let repeat = 0; repeat < 2; repeat++) {
      expect((await post('cancel', batch)).body.batch.status).toBe('cancelled');
    }
    expect((await post('send', batch)).body.code).toBe('payout_batch_not_frozen');
    expect((await post('freeze', batch)).body.batch.status).toBe('cancelled');
  });

  it('pages through its payouts', async () => {
    for (const userId of ['page-1', 'page-2', 'page-3']) await earns(userId, 5, 'NOK');
    const batch = await makeBatch({ currency: 'NOK' });
    const first = await get('/payouts', batch, { limit: '2' });
    const rest = await get('/payouts', batch, { limit: '2', cursor: first.body.nextCursor });
    expect([...first.body.payouts, ...rest.body.payouts].length).toBe(3);
    expect(rest.body).not.toHaveProperty('nextCursor');
    expect(await get('/payouts', batch, { cursor: 'garbage' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_cursor' },
    });
  });

  it.each(['', '/payouts', '/csv'])('is 404 where nobody made one: GET %s', async (path) => {
    const { status, body } = await get(path, { batchId: `pbt_${'0'.repeat(26)}` });
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'payout_batch_not_found' });
  });

  it.each(['freeze', 'send', 'cancel', 'reconcile'])('is 404 where nobody made one: %s', async (path) => {
    const { status, body } = await post(path, { batchId: `pbt_${'0'.repeat(26)}` });
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'payout_batch_not_found' });
  });
});

describe('a batch for the customer’s payment system', () => {
  it('is handed over payout by payout, signed; silence leaves it in doubt', async () => {
    await earns('hook-1', 300, 'GBP');
    await earns('hook-2', 400, 'GBP');
    system.reply = ({ body }) =>
      body.includes('hook-1') ? { status: 200, body: { status: 'paid', reference: 'p 1' } } : 'silence';
    const batch = await makeBatch({ currency: 'GBP', provider: 'webhook' });
    expect((await post('send', batch)).body.batch.status).toBe('sent');
    expect(system.received).toHaveLength(2);
    expect(system.received[0]?.headers['webhook-signature']).toMatch(/^v1,/);
    expect((await get('', batch)).body.totals).toMatchObject({
      paid: { count: 1, amount: 300 },
      uncertain: { count: 1, amount: 400 },
    });
    await post('send', batch);
    expect((await post('reconcile', batch)).body.reconciled).toMatchObject({ too_early: 1, complete: true });
    expect(system.received).toHaveLength(2);
  });
});

describe('a batch by Stripe', () => {
  it('pays connected accounts, leaves out who has none, and finds what went without an answer', async () => {
    await earns('acct', 400, 'EUR');
    await earns('homeless', 400, 'EUR');
    const pathParameters = { programId: 'default', userId: 'acct' };
    const account = { stripeAccount: 'acct_1MTfjCQ9PRzxEwkZ' };
    const route = '/v1/programs/{programId}/participants/{userId}/payout-account';
    expect(await ask(`GET ${route}`, { pathParameters })).toMatchObject({ status: 409 });
    expect((await ask(`PUT ${route}`, { pathParameters, body: account })).body.account).toMatchObject(
      account,
    );
    expect((await ask(`GET ${route}`, { pathParameters })).body.account).toMatchObject(account);
    stripe.reply = () => 'cut';
    const batch = await makeBatch({
      currency: 'EUR',
      provider: 'stripe',
      userIds: ['acct', 'homeless'],
    });
    expect((await get('', batch)).body.skipped).toEqual([
      { userId: 'homeless', reason: 'payout_account_missing' },
    ]);
    expect((await post('send', batch)).body.batch.status).toBe('sent');
    const [payout] = (await get('/payouts', batch)).body.payouts;
    expect(payout).toMatchObject({ status: 'processing', uncertain: true, provider: 'stripe' });
    stripe.reply = () => ({ status: 200, body: list(transfer(payout.payoutId)) });
    const asked = { pathParameters: { payoutId: payout.payoutId } };
    expect((await ask('POST /v1/payouts/{payoutId}/reconcile', asked)).body.outcome).toBe('too_early');
    expect(stripe.received.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

describe('a statement', () => {
  const statement = (query: Record<string, string>, userId = 'state-ment') =>
    ask('GET /v1/programs/{programId}/participants/{userId}/statement', {
      pathParameters: { programId: 'default', userId },
      query,
    });

  it('goes from the opening to the closing balance, as CSV and as a page', async () => {
    ports.clock.at = Date.parse('2026-10-20T10:00:00.000Z');
    await earns('state-ment', 1_000);
    ports.clock.at = Date.parse('2026-11-10T10:00:00.000Z');
    await earns('state-ment', 490);
    ports.clock.at = Date.parse('2026-12-01T00:00:00.000Z');
    await earns('state-ment', 7);
    const csv = await statement({ from: '2026-11-01', to: '2026-12-01T00:00:00Z', format: 'csv' });
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(
      String(csv.body)
        .split('\r\n')
        .map((line) => line.split(',').slice(0, 6).join()),
    ).toEqual([
      'account,date,entry,reference,amount,owed',
      'USD,2026-11-01T00:00:00.000Z,Opening balance,,,10.00',
      expect.stringMatching(/^USD,2026-11-10T10:00:00.000Z,Reward,o\d+,4.90,14.90$/),
      'USD,2026-12-01T00:00:00.000Z,Closing balance,,,14.90',
      '',
    ]);
    const page = await statement({ from: '2026-11-01' });
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(String(page.body)).toContain('14.90');
  });

  it.each([
    [{ from: 'yesterday' }, 'from'],
    [{ from: '2026-12-02', to: '2026-12-01' }, 'from'],
    [{ format: 'pdf' }, 'format'],
  ])('names what is wrong in %o', async (query, field) => {
    const { status, body } = await statement(query);
    expect(status).toBe(400);
    expect(body.errors[0].field).toBe(field);
  });

  it('is 404 of somebody unknown', async () => {
    expect((await statement({}, 'nobody')).body.code).toBe('participant_not_found');
  });
});
