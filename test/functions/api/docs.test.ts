import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { block } from '../../../functions/api/docs/layout.ts';
import { renderManual } from '../../../infra/render-manual.ts';
import { domainEventTypes } from '../../../shared/contract/domain-events.ts';
import { problems } from '../../../shared/contract/problems.ts';
import { routeKey } from '../../../shared/contract/route.ts';
import { routes } from '../../../shared/contract/routes.ts';
import { projectDir } from '../../end-to-end/support/project-dir.ts';
import { call, requestEvent } from '../backend.ts';

/** The bundler turns the script of the page into bytes; here a few are enough. */
vi.mock('rapidoc/dist/rapidoc-min.js.gz', async () => {
  const { gzipSync } = await import('node:zlib');
  return { default: gzipSync('the script') };
});

let handler: typeof import('../../../functions/api/docs/handler.ts').handler;
beforeAll(async () => {
  process.env['API_URL'] = 'https://api.example.com';
  vi.stubGlobal('PLUSONE_MANUAL', renderManual(projectDir));
  ({ handler } = await import('../../../functions/api/docs/handler.ts'));
});
const ask = (routeKey: string, pathParameters: Record<string, string> = {}, headers = {}) =>
  call(handler, { routeKey, pathParameters, headers, caller: null });

/** A page by its address. */
async function read(path: string) {
  const asset = path.replace(/^\/docs\/?/, '');
  return asset === '' ? ask('GET /docs') : ask('GET /docs/{asset}', { asset });
}

/** What a page links to, with its own addresses (`#…`) made whole. */
function linksOf(path: string, html: string): string[] {
  return [...html.matchAll(/<(?:a|link)\b[^>]* href="([^"]+)"|<script\b[^>]* src="([^"]+)"/g)]
    .map((match) => (match[1] ?? match[2] ?? '').replaceAll('&amp;', '&'))
    .map((href) => (href.startsWith('#') ? path + href : href));
}

/** Every page that can be come to from the first, by its address. */
async function crawl(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  const left = ['/docs'];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (pages.has(path)) continue;
    const { status, body } = await read(path);
    expect(status, path).toBe(200);
    pages.set(path, String(body));
    const inside = linksOf(path, String(body)).map((href) => href.split('#')[0] ?? '');
    left.push(...inside.filter((href) => href.startsWith('/docs')));
  }
  return pages;
}

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

  it('name their own address, so that commands can be copied', async () => {
    const pages = [...(await crawl()).values()].join();
    expect(pages).not.toMatch(/127\.0\.0\.1:4000|YOUR-API/);
    expect(pages).toContain('src=&quot;https://api.example.com/plusone.js&quot;');
    expect(pages).toContain('API=https://api.example.com');
  });

  it('send packed what is asked for so, and as it is to others', async () => {
    const asset = { asset: 'reference' };
    const { headers, body } = await ask('GET /docs/{asset}', asset, { 'accept-encoding': 'br, gzip' });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    const plain = await ask('GET /docs/{asset}', asset);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(gunzipSync(Buffer.from(String(body), 'base64')).toString()).toBe(plain.body);
  });

  it('give no file that there is none of', async () => {
    expect((await ask('GET /docs/{asset}', { asset: '../handler.ts' })).status).toBe(404);
    expect((await ask('GET /docs/{asset}', { asset: 'constructor' })).status).toBe(404);
  });

  it('answer HEAD as GET, whose body the gateway leaves out', async () => {
    for (const path of ['/health', '/openapi.json', '/docs']) {
      const { status, headers } = await ask(`HEAD ${path}`);
      expect([status, headers]).toEqual([200, (await ask(`GET ${path}`)).headers]);
    }
  });

  it.each([
    ['GET /generate-link', 'POST'],
    ['POST /v1/links/alice-rocks', 'DELETE, GET, PATCH'],
    ['PUT /v1/programs/default/participants/alice', undefined],
    ['POST /health', 'GET, HEAD'],
    ['POST /r/abc/deep/path', 'GET, HEAD'],
    ['DELETE /openapi-json', undefined],
    ['GET /v1/links/a/b', undefined],
  ])('answer %s by what the address takes: %s', async (routeKey, allow) => {
    const event = { ...requestEvent({ routeKey, caller: null }), routeKey: '$default' };
    const { statusCode, headers, body = '' } = (await handler(event)) as APIGatewayProxyStructuredResultV2;
    const code = allow === undefined ? 'not_found' : 'method_not_allowed';
    expect([statusCode, headers?.['allow']]).toEqual([allow === undefined ? 404 : 405, allow]);
    expect(JSON.parse(body)).toMatchObject({ code, requestId: 'request-1' });
  });

  it('answer any other address with a problem', async () => {
    expect(await ask('$default')).toMatchObject({
      status: 404,
      body: { code: 'not_found', requestId: 'request-1' },
    });
  });
});

describe('the pages', () => {
  it('lead to each other, to places that there are, and load nothing from other hosts', async () => {
    const pages = await crawl();
    for (const [path, html] of pages) {
      for (const href of linksOf(path, html)) {
        if (href === '/openapi.json' || href.startsWith('https://')) continue;
        const [to = '', anchor] = href.split('#');
        expect(pages.has(to), `${path} links to ${href}`).toBe(true);
        if (anchor) expect(pages.get(to), `${path} links to ${href}`).toContain(` id="${anchor}"`);
      }
      expect(html.match(/<(?:img|iframe|script|link)\b[^>]*(?:src|href)="(?!\/docs\/)/g), path).toBeNull();
    }
    expect(pages.size).toBeGreaterThan(25);
  });

  it('run nothing, but for the one to try calls from', async () => {
    for (const path of (await crawl()).keys()) {
      const { headers, body } = await read(path);
      const policy = String(headers['content-security-policy']);
      expect(policy, path).toMatch(/^default-src 'none';.* frame-ancestors 'none'$/);
      const isExplorer = path === '/docs/api';
      expect(policy.includes('script-src'), path).toBe(isExplorer);
      expect(policy.includes('unsafe'), path).toBe(isExplorer);
      if (String(headers['content-type']).startsWith('text/html')) {
        expect(String(body).includes('<script'), path).toBe(isExplorer);
        expect(String(body), path).not.toMatch(/<[a-z][^>]*\s(?:style|on[a-z]+)=/);
      }
    }
  });

  it('show every route, problem and event', async () => {
    const [reference, errors, events, scopes] = await Promise.all(
      ['reference', 'errors', 'events', 'scopes'].map(async (page) =>
        String((await read(`/docs/${page}`)).body),
      ),
    );
    for (const { operationId } of routes) expect(reference).toContain(`<article id="${operationId}">`);
    for (const code of Object.keys(problems)) {
      expect(errors).toContain(`<dt id="${code}">`);
    }
    for (const type of domainEventTypes) expect(events).toContain(`<h2 id="${type}">`);
    expect(scopes).toContain(`<code>${routeKey(routes[0]!)}</code>`);
  });

  it('have the guides first, as they are listed', async () => {
    const { body } = await ask('GET /docs');
    expect(String(body)).toMatch(
      /<h2>Guides<\/h2>\n<ul class="cards"><li><a href="\/docs\/guide-quickstart">/,
    );
  });

  it('have the client and every snippet whole, and lead there from where the repository does', async () => {
    const folder = join(projectDir, 'docs/snippets');
    const snippets = readdirSync(folder).filter((name) => name !== 'README.md');
    const page = String((await read('/docs/snippets')).body);
    for (const name of snippets) {
      const anchor = name.toLowerCase().replace('.', '');
      expect(page).toContain(`<a href="/docs/snippets#${anchor}">${name}</a>`);
      expect(page).toContain(
        `<h2 id="${anchor}">${name}</h2>\n${block(readFileSync(join(folder, name), 'utf8').trimEnd())}`,
      );
    }
    const aboutClient = String((await read('/docs/client')).body);
    expect(aboutClient).toContain('<a href="/docs/snippets">snippets</a>');
    expect(aboutClient).toContain('<a href="/docs/plusone-client">its README</a>');
    expect(String((await read('/docs/plusone-client')).body)).toContain('new Plusone({');
    expect(String((await read('/docs')).body)).toContain('<li><a href="/docs/plusone-client">');
  });
});
