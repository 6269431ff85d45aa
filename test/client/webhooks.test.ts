import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { verifyWebhook } from '../../client/webhooks.ts';

const secretOf = (bytes: Buffer): string => `whsec_${bytes.toString('base64')}`;

/** Signs as the public library of Standard Webhooks does. */
function signWebhook(secret: string, id: string, at: number, body: string): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at / 1000),
    'webhook-signature': new Webhook(secret).sign(id, new Date(at), body),
  };
}

const now = Date.parse('2026-11-21T10:00:00.000Z');
const secret = secretOf(Buffer.alloc(32, 7));
const other = secretOf(Buffer.alloc(24, 9));
const event = { type: 'reward.created', occurredAt: '2026-11-21T10:00:00.000Z', data: { name: 'Zoë' } };
const body = JSON.stringify(event);
const headers = signWebhook(secret, 'msg_1', now, body);
const signedBy = (...secrets: string[]) => ({
  ...headers,
  'webhook-signature': secrets
    .map((one) => signWebhook(one, 'msg_1', now, body)['webhook-signature'])
    .join(' '),
});
const refused = (reason: string) => ({ ok: false, reason });

describe('a webhook', () => {
  it('is known by its signature, whatever holds its headers and body', async () => {
    const verified = { ok: true, id: 'msg_1', event };
    const known = { secret, now };
    expect(await verifyWebhook({ body, headers }, known)).toEqual(verified);
    expect(await verifyWebhook({ body: Buffer.from(body), headers: new Headers(headers) }, known)).toEqual(
      verified,
    );
    const upper = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(await verifyWebhook({ body, headers: upper }, known)).toEqual(verified);
  });

  it('is known while secrets change, on either side', async () => {
    expect(await verifyWebhook({ body, headers: signedBy(other, secret) }, { secret, now })).toMatchObject({
      ok: true,
    });
    expect(await verifyWebhook({ body, headers }, { secret: [other, secret], now })).toMatchObject({
      ok: true,
    });
    expect(await verifyWebhook({ body, headers: signedBy(other) }, { secret, now })).toEqual(
      refused('wrong_signature'),
    );
    expect(await verifyWebhook({ body, headers }, { secret: [], now })).toEqual(refused('wrong_signature'));
  });

  it('is refused when it is five minutes old, or comes from the future', async () => {
    const at = (seconds: number, more = {}) =>
      verifyWebhook({ body, headers }, { secret, now: now + seconds * 1000, ...more });
    expect(await at(300)).toMatchObject({ ok: true });
    expect(await at(-300)).toMatchObject({ ok: true });
    expect(await at(301)).toEqual(refused('wrong_time'));
    expect(await at(-301)).toEqual(refused('wrong_time'));
    expect(await at(301, { toleranceSeconds: 600 })).toMatchObject({ ok: true });
  });

  it('is refused without its headers', async () => {
    for (const name of Object.keys(headers)) {
      const without = Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name));
      expect(await verifyWebhook({ body, headers: without }, { secret, now })).toEqual(
        refused('missing_header'),
      );
      const twice = { ...headers, [name]: ['a', 'b'] };
      expect(await verifyWebhook({ body, headers: twice }, { secret, now })).toEqual(
        refused('missing_header'),
      );
    }
  });

  it.each([
    ['webhook-id', 'msg_2', 'wrong_signature'],
    ['webhook-timestamp', String(now / 1000 + 1), 'wrong_signature'],
    ['webhook-timestamp', 'Sat, 21 Nov 2026', 'wrong_time'],
    ['webhook-timestamp', '1e9', 'wrong_time'],
    ['webhook-signature', 'v1,', 'wrong_signature'],
    ['webhook-signature', 'v1,not base64!', 'wrong_signature'],
    ['webhook-signature', headers['webhook-signature']?.replace('v1,', 'v1a,') ?? '', 'wrong_signature'],
  ])('is refused with another %s: %s', async (name, value, reason) => {
    expect(await verifyWebhook({ body, headers: { ...headers, [name]: value } }, { secret, now })).toEqual(
      refused(reason),
    );
  });

  it('is refused with any other body', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(body.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        async (at, character) => {
          fc.pre(body[at] !== character);
          const changed = body.slice(0, at) + character + body.slice(at + 1);
          expect(await verifyWebhook({ body: changed, headers }, { secret, now })).toEqual(
            refused('wrong_signature'),
          );
        },
      ),
    );
  });

  it.each(['', '[]', 'null', '{"type":1}'])('that is signed and holds %s is no event', async (text) => {
    const signed = signWebhook(secret, 'msg_1', now, text);
    expect(await verifyWebhook({ body: text, headers: signed }, { secret, now })).toEqual(
      refused('not_an_event'),
    );
  });

  it('is known by secrets of any length', async () => {
    for (let bytes = 24; bytes <= 64; bytes++) {
      const some = secretOf(randomBytes(bytes));
      const signed = signWebhook(some, 'msg_1', now, body);
      expect(await verifyWebhook({ body, headers: signed }, { secret: some, now })).toMatchObject({
        ok: true,
      });
    }
  });

  it.each(['', 'whsec_', 'abc', 'whsec_*'])('cannot be known by the secret %j', async (wrong) => {
    await expect(verifyWebhook({ body, headers }, { secret: wrong, now })).rejects.toThrow('must be whsec_');
  });
});
