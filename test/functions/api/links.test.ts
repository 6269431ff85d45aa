import { inflateSync } from 'node:zlib';
import { create } from 'qrcode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, call, startBackend } from '../backend.ts';

let backend: Backend;
let links: Parameters<typeof call>[0];

beforeAll(async () => {
  backend = await startBackend();
  ({ handler: links } = await import('../../../functions/api/links/handler.ts'));
});
afterAll(() => backend.stop());

const make = (body: object) => call(links, { routeKey: 'POST /generate-link', body });
const of = (method: string, code: string, body?: object) =>
  call(links, { routeKey: `${method} /v1/links/{code}`, pathParameters: { code }, ...(body && { body }) });
const fieldsRefused = (answer: { body: { errors?: { field: string }[] } }) =>
  answer.body.errors?.map(({ field }) => field);
const expiresAt = '2099-01-01T00:00:00.000Z';

describe('a link', () => {
  it('is made with all its settings, in either spelling, and shown with what its cap has used up', async () => {
    const apps = { ios: 'https://apps.example/ios' };
    const made = await make({ user_id: 'ann', code: 'ann', expires_at: expiresAt, click_cap: 5, apps });
    expect(made).toMatchObject({ status: 201, body: { code: 'ann', link: 'https://go.example.com/r/ann' } });
    await backend.ports.useClicks('ann', 1, 5);
    expect((await of('GET', 'ANN')).body).toMatchObject({
      link: { code: 'ann', expiresAt, clickCap: 5, apps, status: 'active' },
      clicksUsed: 1,
    });
  });

  it('is expired once its end has come, in lists as well, and is never made so', async () => {
    await make({ userId: 'ian', code: 'ian', expiresAt });
    const ended = await of('PATCH', 'ian', { expiresAt: '2026-01-01T00:00:00.000Z' });
    expect(ended.body.link.status).toBe('expired');
    expect((await of('GET', 'ian')).body.link.status).toBe('expired');
    const listed = await call(links, {
      routeKey: 'GET /v1/programs/{programId}/participants/{userId}/links',
      pathParameters: { programId: 'default', userId: 'ian' },
    });
    expect(listed.body.links).toMatchObject([{ code: 'ian', status: 'expired' }]);
    expect((await of('DELETE', 'ian')).body.link.status).toBe('inactive');
    const dead = await make({ userId: 'ian', code: 'ian-2', expiresAt: '2026-01-01T00:00:00.000Z' });
    expect(dead).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'expiresAt', message: 'must be in the future' }] },
    });
  });

  it('is made once, however often it is asked for', async () => {
    const body = { userId: 'bea', code: 'bea' };
    const [first, second] = [await make(body), await make(body)];
    expect([second.status, second.body]).toEqual([first.status, first.body]);
    expect(await make({ userId: 'carl', code: 'bea' })).toMatchObject({
      status: 409,
      body: { code: 'code_taken' },
    });
  });

  it('is changed, deactivated and brought back', async () => {
    await make({ userId: 'dan', code: 'dan', clickCap: 5 });
    const changed = await of('PATCH', 'dan', {
      clickCap: null,
      expiresAt,
      destination: 'https://b.example/',
    });
    expect(changed.body.link).toMatchObject({ expiresAt, destination: 'https://b.example/' });
    expect(changed.body.link).not.toHaveProperty('clickCap');
    expect((await of('GET', 'dan')).body).not.toHaveProperty('clicksUsed');
    expect((await of('DELETE', 'dan')).body.link).toMatchObject({ status: 'inactive', expiresAt });
    expect((await of('PATCH', 'dan', { status: 'active' })).body.link).toMatchObject({ status: 'active' });
    expect(await of('DELETE', 'nobodys')).toMatchObject({ status: 404, body: { code: 'code_not_found' } });
  });

  it.each([
    [{ clickCap: 0 }, 'clickCap'],
    [{ clickCap: 1.5 }, 'clickCap'],
    [{ expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ apps: { ios: 'myapp://open' } }, 'apps.ios'],
    [{ apps: { ios: 'javascript://a.example/%0aalert(1)' } }, 'apps.ios'],
    [{ apps: { windows: 'https://a.example/' } }, 'apps.windows'],
    [{ destination: 'https://a@evil.example/' }, 'destination'],
    [{ owner: 'mallory', clickCap: 5 }, 'owner'],
  ])('refuses %j by name', async (change, field) => {
    await make({ userId: 'eve', code: 'eve' });
    const answer = await of('PATCH', 'eve', change);
    expect(answer.status).toBe(400);
    expect(fieldsRefused(answer)).toEqual([field]);
  });
});

describe('the QR code of a link', () => {
  const draw = (code: string, query: Record<string, string> = {}) =>
    call(links, { routeKey: 'GET /v1/links/{code}/qr', pathParameters: { code }, query });
  const { modules } = create('https://go.example.com/r/qr-code', { errorCorrectionLevel: 'M' });
  beforeAll(() => make({ userId: 'quinn', code: 'qr-code' }));

  /** Whether each pixel is black, of a PNG of one bit a pixel. */
  function pixelsOf(base64: string): boolean[][] {
    const bytes = Buffer.from(base64, 'base64');
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    const side = bytes.readUInt32BE(16);
    expect([...bytes.subarray(24, 29)]).toEqual([1, 0, 0, 0, 0]);
    const rows = inflateSync(bytes.subarray(41, 41 + bytes.readUInt32BE(33)));
    const stride = 1 + Math.ceil(side / 8);
    return Array.from({ length: side }, (_, y) =>
      Array.from(
        { length: side },
        (_, x) => ((rows[y * stride + 1 + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) === 0,
      ),
    );
  }

  it('is an SVG that browsers may keep for a day', async () => {
    const { status, headers, body } = await draw('QR-code');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'private, max-age=86400',
    });
    expect(body).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="512" height="512" viewBox/);
    expect(body).not.toMatch(/script|href/);
    expect(body).toContain(`0 0 ${modules.size + 8} ${modules.size + 8}`);
  });

  it.each([
    ['512', '4'],
    ['130', '0'],
    ['2048', '16'],
  ])('is a PNG of %s pixels with a margin of %s, each module in whole pixels', async (size, margin) => {
    const { headers, body } = await draw('qr-code', { format: 'png', size, margin });
    expect(headers['content-type']).toBe('image/png');
    const pixels = pixelsOf(String(body));
    expect(pixels).toHaveLength(Number(size));
    const scale = Math.floor(Number(size) / (modules.size + 2 * Number(margin)));
    const offset = Math.floor((Number(size) - modules.size * scale) / 2);
    expect(offset).toBeGreaterThanOrEqual(Number(margin) * scale);
    const seen = pixels.map((row, y) =>
      row.map((_, x) => moduleAt(Math.floor((x - offset) / scale), Math.floor((y - offset) / scale))),
    );
    expect(pixels).toEqual(seen);
  });

  const moduleAt = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < modules.size && y < modules.size && modules.data[y * modules.size + x] === 1;

  it('has checksums that hold', async () => {
    const bytes = Buffer.from(String((await draw('qr-code', { format: 'png' })).body), 'base64');
    // The last chunk of every PNG, with the checksum that the standard's table gives for it.
    expect(bytes.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
  });

  it.each([
    [{ format: 'gif' }, 'format'],
    [{ size: '127' }, 'size'],
    [{ size: '2049' }, 'size'],
    [{ size: '1e9' }, 'size'],
    [{ size: '' }, 'size'],
    [{ margin: '-1' }, 'margin'],
    [{ margin: '17' }, 'margin'],
    [{ margin: '' }, 'margin'],
    [{ colour: 'red' }, 'colour'],
  ])('refuses %j by name', async (query, field) => {
    const answer = await draw('qr-code', query);
    expect(answer.status).toBe(400);
    expect(fieldsRefused(answer)).toEqual([field]);
  });

  it('is none of a code that nobody has', async () => {
    expect(await draw('nobodys')).toMatchObject({ status: 404, body: { code: 'code_not_found' } });
  });
});
