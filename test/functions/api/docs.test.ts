import { beforeAll, describe, expect, it, vi } from 'vitest';
import { routes } from '../../../shared/contract/routes.ts';
import { call } from '../backend.ts';

/** The bundler turns the script of the page into bytes; here a few are enough. */
vi.mock('rapidoc/dist/rapidoc-min.js.gz', () => ({ default: Uint8Array.from([1, 2, 3]) }));

let handler: typeof import('../../../functions/api/docs/handler.ts').handler;
beforeAll(async () => {
  process.env['API_URL'] = 'https://api.example.com';
  ({ handler } = await import('../../../functions/api/docs/handler.ts'));
});
const ask = (routeKey: string, pathParameters: Record<string, string> = {}) =>
  call(handler, { routeKey, pathParameters, caller: null });

describe('the open routes', () => {
  it('say that it is up', async () => {
    expect(await ask('GET /health')).toMatchObject({
      status: 200,
      body: { status: 'ok', version: expect.any(String) },
    });
  });

  it('give the document of every route', async () => {
    const { status, body } = await ask('GET /openapi.json');
    expect(status).toBe(200);
    expect(body.servers).toEqual([{ url: 'https://api.example.com' }]);
    expect(Object.keys(body.paths)).toHaveLength(new Set(routes.map((route) => route.path)).size);
  });

  it('show a page that loads nothing from other hosts', async () => {
    const { headers, body } = await ask('GET /docs');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect([...String(body).matchAll(/(?:src|href|spec-url)="([^"]*)"/g)].map((match) => match[1])).toEqual([
      '/docs/rapidoc.js',
      '/openapi.json',
    ]);
  });

  it('give the script of the page, and no other file', async () => {
    const script = await ask('GET /docs/{asset}', { asset: 'rapidoc.js' });
    expect(script.status).toBe(200);
    expect(script.headers['content-encoding']).toBe('gzip');
    expect(Buffer.from(String(script.body), 'base64')).toEqual(Buffer.from([1, 2, 3]));
    expect((await ask('GET /docs/{asset}', { asset: '../handler.ts' })).status).toBe(404);
  });

  it('answer any other address with a problem', async () => {
    expect(await ask('$default')).toMatchObject({
      status: 404,
      body: { code: 'not_found', requestId: 'request-1' },
    });
  });
});
