import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { call } from '../backend.ts';

const script = 'window.plusone = {};';

let handler: typeof import('../../../functions/api/snippet/handler.ts').handler;
beforeAll(async () => {
  vi.stubGlobal('PLUSONE_SNIPPET', script);
  ({ handler } = await import('../../../functions/api/snippet/handler.ts'));
});

const newest = (headers: Record<string, string> = {}) =>
  call(handler, { routeKey: 'GET /plusone.js', headers, caller: null });
const ofVersion = (version: string, headers: Record<string, string> = {}) =>
  call(handler, {
    routeKey: 'GET /plusone/{version}/plusone.js',
    pathParameters: { version },
    headers,
    caller: null,
  });

async function currentVersion(): Promise<string> {
  const { headers } = await newest();
  return String(headers['content-location']).split('/')[2] ?? '';
}

describe('the browser snippet', () => {
  it('is kept for an hour under its plain name', async () => {
    const { status, headers, body } = await newest();
    expect(status).toBe(200);
    expect(body).toBe(script);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': expect.stringContaining('max-age=3600'),
      'content-location': expect.stringMatching(/^\/plusone\/[0-9a-f]{16}\/plusone\.js$/),
      vary: 'accept-encoding',
    });
  });

  it('is kept for ever under its version', async () => {
    const { status, headers, body } = await ofVersion(await currentVersion());
    expect({ status, body }).toEqual({ status: 200, body: script });
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('comes packed to whoever takes it so', async () => {
    const { headers, body } = await newest({ 'accept-encoding': 'br, gzip' });
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(Buffer.from(String(body), 'base64')).toString()).toBe(script);
    expect((await newest({ 'accept-encoding': 'identity' })).headers).not.toHaveProperty('content-encoding');
  });

  it('is not sent again to whoever has it', async () => {
    const { headers } = await newest();
    const again = await newest({ 'if-none-match': String(headers['etag']) });
    expect(again).toMatchObject({ status: 304, body: '' });
    expect((await newest({ 'if-none-match': '"other"' })).status).toBe(200);
  });

  it.each(['0000000000000000', '..', 'https://evil.example'])(
    'leads from a version that is gone to the one that is there: %s',
    async (version) => {
      const { status, headers } = await ofVersion(version);
      expect(status).toBe(302);
      expect(new URL(String(headers['location']), 'https://api.example.com/plusone/0/plusone.js').href).toBe(
        'https://api.example.com/plusone.js',
      );
      expect(headers['cache-control']).toBe('public, max-age=300');
    },
  );

  it('can be used by pages of any host, also with integrity', async () => {
    for (const { headers } of [await newest(), await ofVersion('gone')]) {
      expect(headers).toMatchObject({
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff',
      });
    }
  });
});
