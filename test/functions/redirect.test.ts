import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { isRefusal } from '../../shared/contract/problems.ts';
import type { Link } from '../../shared/domain/links/link.ts';
import { changeLink } from '../../shared/usecases/links/change-link.ts';
import { createLink } from '../../shared/usecases/links/create-link.ts';
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
/** A new link, each of an owner of its own; the function keeps links in memory, so no test changes one. */
async function newLink(more: { code?: string; destination?: string } = {}): Promise<Link> {
  const input = { programId: 'default', userId: `user-${++made}`, createParticipant: true, ...more };
  const link = await createLink(backend.ports, input);
  if (isRefusal(link)) throw new Error(link.refused);
  return link;
}
type Call = Omit<Parameters<typeof call>[1], 'routeKey'> & { method?: string };
const follow = (code: string, { method = 'GET', ...more }: Call = {}) =>
  call(handler, { routeKey: `${method} /r/{code}`, pathParameters: { code }, caller: null, ...more });
const clickOf = (location: unknown) => new URL(String(location)).searchParams.get('plusone_click') ?? '';
/** What the browser gives back of what it was told to remember. */
const cookieOf = ({ cookies: [cookie = ''] }: { cookies: readonly string[] }) => cookie.split(';')[0] ?? '';
const visitOf = async (location: unknown) => (await backend.ports.findClick(clickOf(location)))?.visit;

describe('a visit of a link', () => {
  it('is kept, and leads to the destination with its click and code', async () => {
    const { code, userId } = await newLink({ destination: 'https://shop.example/sale?utm_source=x#top' });
    const { status, headers, cookies } = await follow(code, {
      headers: { referer: 'https://news.example/story?id=1', 'x-forwarded-proto': 'https' },
    });
    expect(status).toBe(302);
    const clickId = clickOf(headers['location']);
    expect(headers).toEqual({
      location: `https://shop.example/sale?utm_source=x&plusone_code=${code}&plusone_click=${clickId}#top`,
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
      'referrer-policy': 'strict-origin-when-cross-origin',
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex',
    });
    expect(cookies).toEqual([
      expect.stringMatching(
        new RegExp(
          `^plusone_click=${clickId}\\.[0-9a-z]{8}\\.[0-9a-z]{26}; Max-Age=604800; Path=/; SameSite=Lax; HttpOnly; Secure$`,
        ),
      ),
    ]);
    const visit = await visitOf(headers['location']);
    expect(visit).toMatchObject({ code, userId, kind: 'human', referrerHost: 'news.example' });
    expect(JSON.stringify(visit)).not.toContain('203.0.113.7');
  });

  it('repeats the click of a browser for an hour, over the full hour, and is a new one after', async () => {
    const { code } = await newLink();
    const first = Date.parse('2031-05-01T10:59:00Z');
    const clock = vi.spyOn(Date, 'now').mockReturnValue(first);
    const followed = await follow(code);
    const clickId = clickOf(followed.headers['location']);
    clock.mockReturnValue(first + 59 * 60_000);
    const again = await follow(code, { cookies: [cookieOf(followed)] });
    expect(clickOf(again.headers['location'])).toBe(clickId);
    expect(again.cookies).toEqual(followed.cookies);
    expect(await backend.ports.countVisitsOf(clickId)).toBe(2);
    expect(await backend.ports.findClick(clickId)).toMatchObject({ visit: { at: first } });
    clock.mockReturnValue(first + 60 * 60_000);
    const next = await follow(code, { cookies: [cookieOf(again)] });
    expect(clickOf(next.headers['location'])).not.toBe(clickId);
    expect((await visitOf(next.headers['location']))?.at).toBe(first + 60 * 60_000);
  });

  it('finds its code in any case', async () => {
    const { code } = await newLink();
    expect((await follow(code.toUpperCase())).headers['location']).toContain(`plusone_code=${code}`);
  });

  it('has a cookie that works without https where there is none', async () => {
    const { code } = await newLink();
    expect((await follow(code)).cookies[0]).not.toContain('Secure');
  });

  it('is one write, also where the browser remembers it', async () => {
    const { code } = await newLink();
    const sent = vi.spyOn(DynamoDBDocumentClient.prototype, 'send');
    const writes = () =>
      sent.mock.calls.filter(([command]) => (command as unknown) instanceof PutCommand).length;
    const first = await follow(code);
    expect(writes()).toBe(1);
    const clickId = clickOf(first.headers['location']);
    sent.mockClear();
    const again = await follow(code, { cookies: ['other=1', cookieOf(first)] });
    expect(writes()).toBe(1);
    expect(clickOf(again.headers['location'])).toBe(clickId);
    sent.mockClear();
    await follow(code);
    expect(writes()).toBe(2);
    expect(await backend.ports.countVisitsOf(clickId)).toBe(3);
  });
});

describe('what a request tells', () => {
  const browser = {
    accept: 'text/html',
    'accept-language': 'de-CH,de;q=0.9',
    'sec-fetch-dest': 'document',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-user': '?1',
    'cloudfront-viewer-country': 'CH',
    'cloudfront-viewer-asn': '3303',
  };
  const visitWith = async (more: Call) => {
    const { code } = await newLink();
    return visitOf((await follow(code, more)).headers['location']);
  };

  it('is kept: language, country, network and campaign', async () => {
    const visit = await visitWith({
      headers: browser,
      query: { utm_source: 'news', utm_medium: '', x: 'y' },
    });
    expect(visit).toMatchObject({
      kind: 'human',
      language: 'de-ch',
      country: 'CH',
      asn: 3303,
      utm: { source: 'news' },
    });
    expect(visit).not.toHaveProperty('doubts');
  });

  it('names whose advertisement was followed, and not which', async () => {
    const visit = await visitWith({ headers: browser, query: { gclid: 'Cj0KCQ-id', gad_source: '1' } });
    expect(visit).toMatchObject({ kind: 'human', adNetwork: 'google' });
    expect(JSON.stringify(visit)).not.toContain('Cj0KCQ-id');
    expect(await visitWith({ headers: browser })).not.toHaveProperty('adNetwork');
  });

  it('names the network of people alone: a machine is one wherever it runs', async () => {
    const visit = await visitWith({ headers: { ...browser, 'user-agent': 'curl/8.5.0' } });
    expect(visit).toMatchObject({ kind: 'bot', country: 'CH' });
    expect(visit).not.toHaveProperty('asn');
  });

  it('raises doubts by what it leaves out, and stays a person', async () => {
    const visit = await visitWith({ headers: { 'sec-fetch-mode': 'cors' } });
    expect(visit).toMatchObject({ kind: 'human', doubts: ['no_accept', 'no_language', 'not_navigated'] });
  });

  it('is left out where it is none', async () => {
    const visit = await visitWith({
      headers: {
        'accept-language': '*',
        'cloudfront-viewer-country': 'XX',
        'cloudfront-viewer-asn': '0',
        referer: 'nowhere',
      },
    });
    for (const name of ['language', 'country', 'asn', 'utm', 'referrerHost'])
      expect(visit).not.toHaveProperty(name);
  });

  it('is not logged', async () => {
    const { code } = await newLink();
    await follow(code);
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(DynamoDBDocumentClient.prototype, 'send').mockRejectedValue(new Error('away'));
    await follow(code, { headers: browser });
    const text = written.mock.calls.map(([line]) => String(line)).join('');
    expect(text).toContain('visit lost');
    expect(text).not.toMatch(/203\.0\.113|Firefox|de-CH/);
  });
});

describe('a visit of a machine', () => {
  it.each([
    ['HEAD', 'head', { method: 'HEAD' }],
    [
      'a crawler',
      'bot',
      {
        headers: { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
      },
    ],
    ['a tool', 'bot', { headers: { 'user-agent': 'curl/8.9.1' } }],
    ['no user agent', 'bot', { headers: { 'user-agent': '' } }],
    ['a chat', 'scanner', { headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0' } }],
    ['an image of a page', 'prefetch', { headers: { 'sec-fetch-dest': 'image' } }],
    ['a prefetch', 'prefetch', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
    ['an old prefetch', 'prefetch', { headers: { purpose: 'prefetch' } }],
    ['a prefetch of Firefox', 'prefetch', { headers: { 'x-moz': 'prefetch' } }],
  ] as const)('%s is answered, and kept as %s', async (_, kind, more) => {
    const { code } = await newLink();
    const { status, headers } = await follow(code, more);
    expect(status).toBe(302);
    expect(await visitOf(headers['location'])).toMatchObject({ code, kind });
  });
});

describe('a code that leads nowhere', () => {
  const nowhere = {
    status: 302,
    headers: expect.objectContaining({ location: 'https://example.com/' }),
    cookies: [],
  };

  it.each(['nothing', 'ab', 'a'.repeat(60), '-abc', '../etc', 'CODE#x', '<script>', 'ä', ''])(
    'goes to the fallback: %j',
    async (code) => expect(await follow(code)).toMatchObject(nowhere),
  );

  it('goes to the fallback where it is out of use, and counts nothing', async () => {
    const { code } = await newLink();
    await changeLink(backend.ports, code, { status: 'inactive' });
    const sent = vi.spyOn(DynamoDBDocumentClient.prototype, 'send');
    expect(await follow(code)).toMatchObject(nowhere);
    expect(sent.mock.calls.filter(([command]) => (command as unknown) instanceof PutCommand)).toEqual([]);
  });

  it('does not lead to whoever took the code "unknown"', async () => {
    await newLink({ code: 'unknown', destination: 'https://mallory.example/' });
    expect((await follow('no/code')).headers['location']).toBe('https://example.com/');
  });
});
