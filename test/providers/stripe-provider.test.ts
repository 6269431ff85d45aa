import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PayoutRecord, started } from '../../shared/domain/money/payout.ts';
import { stripeAmount, stripeProvider } from '../../shared/providers/stripe-provider.ts';
import { type Loopback, startLoopback } from '../support/loopback.ts';
import * as fixtures from './fixtures/stripe.ts';

let stripe: Loopback;
beforeEach(async () => {
  stripe = await startLoopback();
});
afterEach(() => stripe.stop());

const payoutId = `pay_${'a'.repeat(26)}_${'0'.repeat(26)}`;
const record: PayoutRecord = started(
  {
    payout: {
      payoutId,
      programId: 'default',
      userId: 'alice',
      amount: 400,
      currency: 'USD',
      status: 'requested',
      batchId: 'pbt_1',
      createdAt: '2026-12-01T00:00:00.000Z',
    },
    counted: [],
    destination: 'acct_1MTfjCQ9PRzxEwkZ',
  },
  'stripe',
  '2026-12-01T00:00:00.000Z',
);
const provider = () => stripeProvider({ secretKey: 'sk_test_1', apiUrl: stripe.url, timeoutMs: 300 });
const send = () => provider().send(record, payoutId);
const find = () => provider().find(record, payoutId);

describe('a transfer', () => {
  it('is asked for with a key, and is paid when Stripe has made it', async () => {
    stripe.reply = () => ({ status: 200, body: fixtures.transfer(payoutId) });
    expect(await send()).toEqual({ status: 'paid', reference: 'tr_1MiN3gLkdIwHu7ixNCZvFdgA' });
    const [request] = stripe.received;
    expect(request).toMatchObject({ method: 'POST', path: '/v1/transfers' });
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer sk_test_1',
      'idempotency-key': payoutId,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      amount: '400',
      currency: 'usd',
      destination: 'acct_1MTfjCQ9PRzxEwkZ',
      transfer_group: payoutId,
      'metadata[payout_id]': payoutId,
      'metadata[batch_id]': 'pbt_1',
    });
  });

  it('is asked for once a call, in the same words each time', async () => {
    stripe.reply = () => ({ status: 500, body: { error: { type: 'api_error' } } });
    await send();
    await send();
    expect(stripe.received).toHaveLength(2);
    expect(stripe.received[1]?.body).toBe(stripe.received[0]?.body);
    expect(stripe.received[1]?.headers['idempotency-key']).toBe(
      stripe.received[0]?.headers['idempotency-key'],
    );
  });

  it.each([
    [400, fixtures.insufficientFunds, 'balance_insufficient'],
    [400, fixtures.noSuchDestination, 'resource_missing'],
  ])('has failed for good with %i', async (status, body, reason) => {
    stripe.reply = () => ({ status, body });
    expect(await send()).toEqual({ status: 'failed', reason });
  });

  it.each([
    ['a key with other fields', { status: 400, body: fixtures.otherFields }],
    ['a key in use', { status: 409, body: fixtures.keyInUse }],
    ['too many requests', { status: 429, body: fixtures.rateLimited }],
    ['a wrong API key', { status: 401, body: fixtures.wrongKey }],
    ['500', { status: 500, body: '' }],
    ['502 of a proxy', { status: 502, body: '<html>' }],
    ['400 of a proxy', { status: 400, body: '<html>' }],
    ['a success that is no transfer', { status: 200, body: { object: 'charge' } }],
    ['half a success', { status: 200, body: '{"object":"transfer"' }],
    ['a redirect', { status: 302, headers: { location: '/v1/elsewhere' } }],
    ['no answer', 'silence'],
    ['a cut connection', 'cut'],
  ] as const)('is in doubt after %s', async (_, reply) => {
    stripe.reply = () => reply;
    expect(await send()).toEqual({ status: 'uncertain' });
    expect(stripe.received).toHaveLength(1);
  });

  it('is not asked for without an account, or of a sum that Stripe cannot write', async () => {
    const { destination: _, ...homeless } = record;
    expect(await provider().send(homeless, payoutId)).toMatchObject({ status: 'failed' });
    const odd = { ...record, payout: { ...record.payout, currency: 'KWD', amount: 1_001 } };
    expect(await provider().send(odd, payoutId)).toMatchObject({ status: 'failed' });
    expect(stripe.received).toEqual([]);
  });

  it.each([
    [1_470, 'USD', 1_470],
    [1_470, 'JPY', 1_470],
    [5, 'ISK', 500],
    [5, 'UGX', 500],
    [500, 'MGA', 5],
    [501, 'MGA', undefined],
    [1_470, 'KWD', 1_470],
    [1_471, 'KWD', undefined],
  ])('of %i %s is %s', (amount, currency, written) => {
    expect(stripeAmount(amount, currency)).toBe(written);
  });
});

describe('finding a transfer', () => {
  it('asks for the payout’s group', async () => {
    stripe.reply = () => ({ status: 200, body: fixtures.list(fixtures.transfer(payoutId)) });
    expect(await find()).toEqual({ status: 'paid', reference: 'tr_1MiN3gLkdIwHu7ixNCZvFdgA' });
    expect(stripe.received[0]).toMatchObject({
      method: 'GET',
      path: `/v1/transfers?transfer_group=${payoutId}&limit=10`,
    });
  });

  it.each([
    ['nothing', fixtures.list(), { status: 'absent' }],
    ['somebody else’s', fixtures.list(fixtures.transfer('pay_other')), { status: 'absent' }],
    [
      'one that was taken back',
      fixtures.list(fixtures.transfer(payoutId, { reversed: true, amount_reversed: 400 })),
      { status: 'failed', reference: 'tr_1MiN3gLkdIwHu7ixNCZvFdgA', reason: 'reversed' },
    ],
    [
      'one that was taken back in part',
      fixtures.list(fixtures.transfer(payoutId, { amount_reversed: 100 })),
      { status: 'uncertain' },
    ],
    ['no list', { object: 'transfer' }, { status: 'uncertain' }],
  ])('says what %s means', async (_, body, finding) => {
    stripe.reply = () => ({ status: 200, body });
    expect(await find()).toEqual(finding);
  });

  it.each([
    ['404', { status: 404, body: fixtures.noSuchDestination }],
    ['503', { status: 503 }],
    ['silence', 'silence'],
  ] as const)('takes %s for no answer, and never for absent', async (_, reply) => {
    stripe.reply = () => reply;
    expect(await find()).toEqual({ status: 'uncertain' });
  });
});
