import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkOf } from '../../table/use-table.ts';
import { type Backend, call, startBackend } from '../backend.ts';

let backend: Backend;
let clicks: Parameters<typeof call>[0];
let redirect: Parameters<typeof call>[0];

beforeAll(async () => {
  backend = await startBackend();
  ({ handler: clicks } = await import('../../../functions/api/clicks/handler.ts'));
  ({ handler: redirect } = await import('../../../functions/redirect/handler.ts'));
});
afterAll(() => backend.stop());

const track = (body: object) => call(clicks, { routeKey: 'POST /track-click', body });
const visitOf = async (clickId: string) => (await backend.ports.findClick(clickId))?.visit;

describe('a click that a server reports', () => {
  const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0';
  const told = { country: 'ch', language: 'de-CH,de;q=0.9', asn: 3303 };

  it('is kept as that of a visitor who followed the link', async () => {
    const { code } = await linkOf(backend.ports, 'ann');
    const { body } = await track({ referralCode: code, ip: '203.0.113.1', userAgent: agent, ...told });
    const followed = await call(redirect, {
      routeKey: 'GET /r/{code}',
      pathParameters: { code },
      caller: null,
      ip: '203.0.113.2',
      headers: {
        'user-agent': agent,
        accept: '*/*',
        'accept-language': told.language,
        'cloudfront-viewer-country': told.country,
        'cloudfront-viewer-asn': String(told.asn),
      },
    });
    const clickId = new URL(String(followed.headers['location'])).searchParams.get('plusone_click') ?? '';
    const own = ['visitId', 'clickId', 'at', 'visitorHash', 'ipHash'];
    const shared = (visit: object = {}) =>
      Object.fromEntries(Object.entries(visit).filter(([name]) => !own.includes(name)));
    const reported = shared(await visitOf(body.clickId));
    expect(reported).toMatchObject({ country: 'CH', language: 'de-ch', asn: 3303 });
    expect(reported).toEqual(shared(await visitOf(clickId)));
    const shown = await call(clicks, {
      routeKey: 'GET /v1/clicks/{clickId}',
      pathParameters: { clickId: body.clickId },
    });
    expect(shown.body.click).toMatchObject({ country: 'CH', language: 'de-ch', asn: 3303 });
  });

  it('is kept without a country and language that are none, and refused with what has not their form', async () => {
    const { code } = await linkOf(backend.ports, 'ann');
    const { status, body } = await track({ referralCode: code, country: 'XX', language: '*' });
    expect(status).toBe(202);
    const visit = await visitOf(body.clickId);
    expect(visit).not.toHaveProperty('country');
    expect(visit).not.toHaveProperty('language');
    expect(await track({ referralCode: code, country: 'Switzerland', language: '' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ field: 'language' }, { field: 'country' }] },
    });
  });

  it('is at its own time, and each of a batch that is not may not keep the others', async () => {
    const { code } = await linkOf(backend.ports, 'ann');
    const occurredAt = new Date(Date.now() - 3_600_000).toISOString();
    const { body } = await track({ referral_code: code, occurred_at: occurredAt });
    const visit = await visitOf(body.clickId);
    expect(new Date(visit?.at ?? 0).toISOString()).toBe(occurredAt);
    const times = [occurredAt, '2020-01-01T00:00:00Z', undefined].map((time) => ({
      referralCode: code,
      occurredAt: time,
    }));
    const batch = await call(clicks, { routeKey: 'POST /v1/clicks', body: { clicks: times } });
    expect(batch.body.clicks).toMatchObject([
      { status: 'accepted' },
      { status: 'refused', problem: { code: 'invalid_request', errors: [{ field: 'occurredAt' }] } },
      { status: 'accepted' },
    ]);
    expect(await track({ referralCode: code, occurredAt: '2020-01-01T00:00:00Z' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'occurredAt', message: expect.stringContaining('7 days') }] },
    });
  });

  it('is another one with another country or language under the same id', async () => {
    const { code } = await linkOf(backend.ports, 'ann');
    const click = { id: 'a', referralCode: code, country: 'CH', language: 'de' };
    const first = await track(click);
    expect(await track({ ...click, language: 'de, en' })).toEqual({ ...first, headers: expect.anything() });
    for (const other of [{ country: 'DE' }, { language: 'fr' }, { country: undefined }]) {
      expect(await track({ ...click, ...other })).toMatchObject({
        status: 409,
        body: { code: 'click_conflict' },
      });
    }
  });
});
