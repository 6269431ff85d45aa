import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isRefusal } from '../../shared/contract/problems.ts';
import { changeLink } from '../../shared/usecases/links/change-link.ts';
import { createLink } from '../../shared/usecases/links/create-link.ts';
import { createProgram } from '../../shared/usecases/programs/save-program.ts';
import { type Backend, call, startBackend } from '../functions/backend.ts';

/** `PLUSONE_REDIRECTS=100000` for the full count, some minutes. */
const wanted = Number(process.env['PLUSONE_REDIRECTS'] ?? 3_000);
const seed = process.env['PLUSONE_SEED'];

let backend: Backend;
let handler: typeof import('../../functions/redirect/handler.ts').handler;
const live = ['live', 'capped', 'strict', 'page'];

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../functions/redirect/handler.ts'));
  const redirect = { status: 307, passthrough: 'all', deepLinkPaths: ['/*'], apps: {} } as const;
  const program = {
    programId: 'p',
    name: 'P',
    destination: 'https://shop.example/',
    redirect,
    fallbackUrl: null,
  };
  const saved = [
    await createProgram(backend.ports, program),
    await createLink(backend.ports, { ...owner, code: 'live', programId: 'p' }),
    await createLink(backend.ports, { ...owner, code: 'capped', clickCap: 50 }),
    await createLink(backend.ports, { ...owner, code: 'strict', destination: 'https://example.com/a?b=c#d' }),
    await createLink(backend.ports, { ...owner, code: 'page', programId: 'p' }),
    await changeLink(backend.ports, 'page', { expiresAt: '2020-01-01T00:00:00Z' }),
  ];
  expect(saved.filter(isRefusal)).toEqual([]);
});
afterAll(() => backend.stop());

const owner = { programId: 'default', userId: 'alice', createParticipant: true };

/** Any string, strings of what matters to URLs and headers, and halves of characters. */
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(...'/\\.%25e2f&=?#@:;\r\n\t\0 ａ．／。\ud800aZ0_-[]"<>\''),
    maxLength: 40,
  }),
  fc.webUrl({ withQueryParameters: true }),
  fc.constantFrom('a'.repeat(9_000), '%E5%98%8A'.repeat(500), '__proto__', 'constructor', '＃'.repeat(4_000)),
);
/** What can stand in a header: the gateway hands on no halves of characters. */
const inHeader = anything.map((value) => value.replace(/\p{Cs}/gu, ''));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const visit = fc.record({
  code: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...live) }, { weight: 2, arbitrary: anything }),
  path: maybe(anything),
  query: fc.oneof(anything, fc.webQueryParameters(), fc.constant('')),
  method: fc.constantFrom('GET', 'HEAD'),
  userAgent: maybe(
    fc.oneof(inHeader, fc.constantFrom('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0)', 'Googlebot/2.1')),
  ),
  referer: maybe(inHeader),
  cookie: maybe(inHeader.map((value) => `plusone_click=${value}`)),
  protocol: fc.constantFrom('https', 'http', 'x'),
  // Of many visitors: one who tries so many codes would be slowed down.
  ip: fc.ipV6(),
});

const hostsAllowed = /^https:\/\/(shop\.example|example\.com)\/[\x21-\x7e]*$/;
const cookieAllowed =
  /^plusone_click=clk_[0-9a-z]{26}(\.[0-9a-z]{8}\.[0-9a-z]{26})?; Max-Age=\d+; Path=\/; SameSite=Lax; HttpOnly(; Secure)?$/;

type Visit = typeof visit extends fc.Arbitrary<infer One> ? One : never;

async function check({
  code,
  path,
  query,
  method,
  userAgent,
  referer,
  cookie,
  protocol,
  ip,
}: Visit): Promise<void> {
  const { status, headers, cookies } = await call((event) => handler({ ...event, rawQueryString: query }), {
    routeKey: `${method} /r/{code}`,
    pathParameters: { code, ...(path !== undefined && { path }) },
    caller: null,
    ip,
    headers: {
      'x-forwarded-proto': protocol,
      ...(userAgent !== undefined && { 'user-agent': userAgent }),
      ...(referer !== undefined && { referer }),
    },
    ...(cookie !== undefined && { cookies: [cookie] }),
  });
  expect([302, 307, 404, 410]).toContain(status);
  if (status === 302 || status === 307) expect(headers['location']).toMatch(hostsAllowed);
  for (const value of [...Object.values(headers), ...cookies]) expect(value).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.stringify([headers, cookies]).length).toBeLessThan(10_000);
  for (const one of cookies) expect(one).toMatch(cookieAllowed);
  // A visit that could not be kept gets no cookie.
  if (code === 'live' || code === 'strict') expect(cookies).toHaveLength(1);
}

const atOnce = 50;

it(`answers ${wanted} random visits as it should, and none with a 5xx`, { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(visit, { minLength: atOnce, maxLength: atOnce }), async (visits) => {
      await Promise.all(visits.map(check));
    }),
    { numRuns: wanted / atOnce, endOnFailure: true, ...(seed !== undefined && { seed: Number(seed) }) },
  );
});
