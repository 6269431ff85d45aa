import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { isRefusal } from '../../shared/contract/problems.ts';
import type { Link, LinkChange } from '../../shared/domain/links/link.ts';
import type { RedirectSettings } from '../../shared/domain/programs/program.ts';
import { changeLink } from '../../shared/usecases/links/change-link.ts';
import { createLink, type NewLink } from '../../shared/usecases/links/create-link.ts';
import {
  createProgram,
  type SomeSettings,
  updateProgram,
} from '../../shared/usecases/programs/save-program.ts';
import { type Backend, call, startBackend } from './backend.ts';

let backend: Backend;
let handler: typeof import('../../functions/redirect/handler.ts').handler;

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../functions/redirect/handler.ts'));
});
afterAll(() => backend.stop());
afterEach(() => vi.restoreAllMocks());

let made = 0;
const redirect: RedirectSettings = { status: 302, passthrough: 'all', deepLinkPaths: [], apps: {} };

/** A program of its own for a test, since the function keeps programs in memory. */
async function newProgram(settings: Omit<SomeSettings, 'name' | 'destination'> = {}): Promise<string> {
  const programId = `p-${++made}`;
  const basis = { programId, name: 'P', destination: 'https://shop.example/', ...settings };
  const saved = await createProgram(backend.ports, basis);
  if (isRefusal(saved)) throw new Error(JSON.stringify(saved));
  return programId;
}

async function newLink(programId: string, wishes: Partial<NewLink> = {}): Promise<Link> {
  const owner = { programId, userId: `user-${++made}`, createParticipant: true };
  const link = await createLink(backend.ports, { ...owner, ...wishes });
  if (isRefusal(link)) throw new Error(JSON.stringify(link));
  return link;
}

interface Visit {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly cookies?: string[];
  readonly ip?: string;
}

const follow = (code: string, { method = 'GET', path, query = '', ...more }: Visit = {}) =>
  call((event) => handler({ ...event, rawQueryString: query }), {
    routeKey: `${method} /r/{code}${path === undefined ? '' : '/{path+}'}`,
    pathParameters: { code, ...(path !== undefined && { path }) },
    caller: null,
    ...more,
  });

const placeOf = (location: unknown) => String(location).replace(/[?&]plusone_.*$/, '');
const fallbackUrl = 'https://shop.example/ended';

describe('what a program sets', () => {
  it.each([301, 302, 307] as const)(
    'is the status %d, and nothing of it is kept by browsers',
    async (status) => {
      const { code } = await newLink(await newProgram({ redirect: { ...redirect, status } }));
      const answer = await follow(code);
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
      expect(answer.cookies).toHaveLength(1);
    },
  );

  it('is which paths visitors may ask for', async () => {
    const { code } = await newLink(
      await newProgram({ redirect: { ...redirect, deepLinkPaths: ['/products/*'] } }),
    );
    const led = async (path: string) => placeOf((await follow(code, { path })).headers['location']);
    expect(await led('products/42')).toBe('https://shop.example/products/42');
    expect(await led('admin')).toBe('https://shop.example/');
    expect(await led('products/../admin')).toBe('https://shop.example/');
  });

  it('is what goes on of the query', async () => {
    const query = 'utm_source=mail&x=1&plusone_click=evil';
    const led = async (passthrough: RedirectSettings['passthrough']) => {
      const { code } = await newLink(await newProgram({ redirect: { ...redirect, passthrough } }));
      return placeOf((await follow(code, { query })).headers['location']);
    };
    expect(await led('all')).toBe('https://shop.example/?utm_source=mail&x=1');
    expect(await led('utm')).toBe('https://shop.example/?utm_source=mail');
    expect(await led('none')).toBe('https://shop.example/');
  });
});

describe('a phone', () => {
  it('is led to the app', async () => {
    const { code } = await newLink(await newProgram(), { apps: { ios: 'https://app.example/open' } });
    const headers = { 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1' };
    expect((await follow(code, { headers })).headers['location']).toMatch(
      /^https:\/\/app\.example\/open\?plusone_code=.*&plusone_click=clk_/,
    );
  });
});

describe('a link that is out of use', () => {
  async function endedLink(programId: string): Promise<Link> {
    const link = await newLink(programId);
    await changeLink(backend.ports, link.code, { expiresAt: '2020-01-01T00:00:00.000Z' });
    return link;
  }

  it('leads to the fallback of its program, for a while only', async () => {
    const programId = await newProgram({ fallbackUrl, redirect: { ...redirect, status: 301 } });
    const { code } = await endedLink(programId);
    expect(await follow(code)).toMatchObject({
      status: 302,
      headers: { location: fallbackUrl },
      cookies: [],
    });
  });

  it('shows a page where there is no fallback', async () => {
    const { code } = await endedLink(await newProgram({ fallbackUrl: null }));
    const { status, headers, body } = await follow(code, { query: 'x=<script>alert(1)</script>' });
    expect(status).toBe(410);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    });
    expect(body).toContain('no longer in use');
    expect(body).not.toMatch(/<script|\son\w+=|https?:/);
  });

  it('ends in the moment that was set, although it is kept in memory', async () => {
    const now = Date.now();
    const at = (time: number) => vi.spyOn(Date, 'now').mockReturnValue(time);
    const link = { expiresAt: new Date(now + 5_000).toISOString() };
    const { code } = await newLink(await newProgram({ fallbackUrl }), link);
    at(now + 4_999);
    expect(placeOf((await follow(code)).headers['location'])).toBe('https://shop.example/');
    at(now + 5_000);
    expect((await follow(code)).headers['location']).toBe(fallbackUrl);
  });

  it('was nobody’s: a page says so where the default program has no fallback', async () => {
    const kept = (await backend.ports.findProgram('default'))?.fallbackUrl ?? null;
    await updateProgram(backend.ports, 'default', { fallbackUrl: null }, undefined);
    const later = Date.now() + 10_000;
    vi.spyOn(Date, 'now').mockReturnValue(later);
    const { status, body } = await follow('nobody-has-it');
    expect(status).toBe(404);
    expect(body).toContain('leads nowhere');
    await updateProgram(backend.ports, 'default', { fallbackUrl: kept }, undefined);
  });
});

describe('a cap', () => {
  it('serves so many visits of people, whoever they are, and machines for as long', async () => {
    const { code } = await newLink(await newProgram({ fallbackUrl }), { clickCap: 7 });
    const crawler = { headers: { 'user-agent': 'Googlebot/2.1' } };
    expect(placeOf((await follow(code, crawler)).headers['location'])).toBe('https://shop.example/');
    const visits = Array.from({ length: 20 }, (_, i) => follow(code, { ip: `203.0.113.${i % 10}` }));
    const places = (await Promise.all(visits)).map(({ headers }) => placeOf(headers['location']));
    expect(places.filter((place) => place === 'https://shop.example/')).toHaveLength(7);
    expect(places.filter((place) => place === fallbackUrl)).toHaveLength(13);
    expect((await follow(code, crawler)).headers['location']).toBe(fallbackUrl);
    expect(await backend.ports.findClicksUsed(code)).toBe(7);
  });
});

describe('a change of a hot link', () => {
  const changes: [string, LinkChange, string][] = [
    ['its deactivation', { status: 'inactive' }, fallbackUrl],
    ['another destination', { destination: 'https://other.example/' }, 'https://other.example/'],
    ['an end', { expiresAt: '2020-01-01T00:00:00.000Z' }, fallbackUrl],
  ];

  it.each(changes)('reaches everybody within ten seconds: %s', async (_, change, after) => {
    const { code } = await newLink(await newProgram({ fallbackUrl }));
    const now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(now);
    await follow(code);
    await changeLink(backend.ports, code, change);
    for (const passed of [2_000, 4_000, 6_000, 8_000, 9_999]) {
      clock.mockReturnValue(now + passed);
      await follow(code);
    }
    clock.mockReturnValue(now + 10_000);
    expect(placeOf((await follow(code)).headers['location'])).toBe(after);
    await changeLink(backend.ports, code, { status: 'active', expiresAt: null });
    clock.mockReturnValue(now + 20_000);
    expect((await follow(code)).headers['location']).not.toBe(fallbackUrl);
  });
});

describe('what a visitor injects', () => {
  const injected = 'x\r\nSet-Cookie: plusone_click=evil\r\nX-Evil: 1';

  it.each<[string, Visit]>([
    ['into the query', { query: injected }],
    ['into the query, escaped', { query: `a=${encodeURIComponent(injected)}` }],
    ['into the path', { path: injected }],
    ['into the user agent and referrer', { headers: { 'user-agent': injected, referer: injected } }],
    ['into the remembered click', { cookies: [`plusone_click=${injected}`] }],
    [
      'as several remembered clicks',
      { cookies: ['plusone_click=a; Domain=evil.example', 'plusone_click=b'] },
    ],
    ['as the protocol', { headers: { 'x-forwarded-proto': `https${injected}` } }],
  ])('%s makes no header and no cookie', async (_, visit) => {
    const { code } = await newLink(await newProgram({ redirect: { ...redirect, deepLinkPaths: ['/*'] } }));
    const { status, headers, cookies } = await follow(code, visit);
    expect(status).toBe(302);
    expect(Object.keys(headers).sort()).toEqual([
      'cache-control',
      'content-security-policy',
      'location',
      'referrer-policy',
      'strict-transport-security',
      'x-content-type-options',
      'x-robots-tag',
    ]);
    expect(headers['location']).toMatch(/^https:\/\/shop\.example\/[\x21-\x7e]*$/);
    expect(cookies).toEqual([
      expect.stringMatching(
        /^plusone_click=clk_[0-9a-z]{26}\.[0-9a-z]{8}\.[0-9a-z]{26}; Max-Age=604800; Path=\/; SameSite=Lax; HttpOnly$/,
      ),
    ]);
  });
});
