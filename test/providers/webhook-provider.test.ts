import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PayoutRecord, started } from '../../shared/domain/money/payout.ts';
import { webhookProvider } from '../../shared/providers/webhook-provider.ts';
import { signWebhook } from '../../shared/runtime/outbound/sign-webhook.ts';
import { type Loopback, startLoopback } from '../support/loopback.ts';

const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const now = Date.parse('2026-12-02T12:00:00.000Z');
let system: Loopback;
beforeEach(async () => {
  system = await startLoopback();
});
afterEach(() => system.stop());

const record: PayoutRecord = started(
  {
    payout: {
      payoutId: 'pay_1',
      programId: 'default',
      userId: 'alice',
      amount: 400,
      currency: 'USD',
      status: 'requested',
      createdAt: '2026-12-01T00:00:00.000Z',
    },
    counted: [],
  },
  'webhook',
  '2026-12-01T06:00:00.000Z',
);
const provider = () => webhookProvider({ url: `${system.url}/pay`, secret, timeoutMs: 300 }, () => now);
const send = () => provider().send(record, 'pay_1');
const find = () => provider().find(record, 'pay_1');

describe('a signature', () => {
  it('is the one of the example in the specification', () => {
    // https://github.com/standard-webhooks/standard-webhooks: its reference libraries test with these values.
    const headers = signWebhook(
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330_000,
      '{"test": 2432232314}',
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

describe('payout.send', () => {
  it('is signed over exactly what is sent, under the payout’s key', async () => {
    system.reply = () => ({ status: 200, body: { status: 'accepted', reference: 'job 7' } });
    expect(await send()).toEqual({ status: 'accepted', reference: 'job 7' });
    const [request] = system.received;
    expect(request).toMatchObject({ method: 'POST', path: '/pay' });
    expect(request?.headers['webhook-id']).toBe('pay_1');
    const signed = `pay_1.${now / 1000}.${request?.body}`;
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    expect(request?.headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
    expect(JSON.parse(request?.body ?? '')).toEqual({
      type: 'payout.send',
      timestamp: '2026-12-01T06:00:00.000Z',
      data: {
        idempotencyKey: 'pay_1',
        payout: {
          payoutId: 'pay_1',
          programId: 'default',
          userId: 'alice',
          amount: 400,
          currency: 'USD',
          createdAt: '2026-12-01T00:00:00.000Z',
        },
      },
    });
  });

  it('is the same message in every attempt', async () => {
    await send();
    await send();
    expect(system.received[1]?.body).toBe(system.received[0]?.body);
    expect(system.received[1]?.headers['webhook-id']).toBe(system.received[0]?.headers['webhook-id']);
  });

  it.each([
    ['an empty success', { status: 204 }, { status: 'accepted' }],
    ['paid', { status: 200, body: { status: 'paid', reference: 'w1' } }, { status: 'paid', reference: 'w1' }],
    [
      'failed',
      { status: 200, body: { status: 'failed', reason: 'no account' } },
      { status: 'failed', reason: 'no account' },
    ],
  ] as const)('takes %s', async (_, reply, answer) => {
    system.reply = () => reply;
    expect(await send()).toEqual(answer);
  });

  it.each([
    ['a page in place of JSON', { status: 200, body: '<html>sign in</html>' }],
    ['a word that is none', { status: 200, body: { status: 'done' } }],
    ['400', { status: 400, body: { status: 'failed' } }],
    ['401', { status: 401 }],
    ['404', { status: 404 }],
    ['500', { status: 500 }],
    ['a redirect', { status: 307, headers: { location: '/elsewhere' } }],
    ['silence', 'silence'],
    ['a cut connection', 'cut'],
  ] as const)('is in doubt after %s, and is not repeated by itself', async (_, reply) => {
    system.reply = () => reply;
    expect(await send()).toEqual({ status: 'uncertain' });
    expect(system.received).toHaveLength(1);
  });
});

describe('payout.status', () => {
  it('asks under an id of its own', async () => {
    system.reply = () => ({ status: 200, body: { status: 'paid', reference: 'w1' } });
    expect(await find()).toEqual({ status: 'paid', reference: 'w1' });
    const [request] = system.received;
    expect(request?.headers['webhook-id']).toMatch(/^msg_/);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      type: 'payout.status',
      data: { idempotencyKey: 'pay_1' },
    });
  });

  it.each([
    ['unknown', { status: 200, body: { status: 'unknown' } }, 'absent'],
    ['a success without a word', { status: 200 }, 'uncertain'],
    ['404', { status: 404 }, 'uncertain'],
    ['silence', 'silence', 'uncertain'],
  ] as const)('takes %s', async (_, reply, status) => {
    system.reply = () => reply;
    expect(await find()).toEqual({ status });
  });
});
