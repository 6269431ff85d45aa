import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { linkOf } from '../../table/use-table.ts';
import { type Backend, call, startBackend } from '../backend.ts';
import { itemsOf } from '../stream/stream-event.ts';

type Handler = Parameters<typeof call>[0];
/** Functions of one instance, which has memory of its own. */
interface Instance {
  readonly clicks: Handler;
  readonly referrals: Handler;
}

const most = 6;
const title = 'Too many requests; try again later';
let backend: Backend;
let instances: readonly Instance[];
let now = Date.UTC(2026, 10, 21);

async function newInstance(): Promise<Instance> {
  vi.resetModules();
  const { handler: clicks } = await import('../../../functions/api/clicks/handler.ts');
  const { handler: referrals } = await import('../../../functions/api/referrals/handler.ts');
  return { clicks, referrals };
}

beforeAll(async () => {
  backend = await startBackend();
  process.env['RATE_LIMITS'] = JSON.stringify({ visitorGuesses: { most, windowSeconds: 60 } });
  instances = [await newInstance(), await newInstance(), await newInstance(), await newInstance()];
});
afterAll(async () => {
  vi.useRealTimers();
  delete process.env['RATE_LIMITS'];
  await backend.stop();
});
/** A window of its own for each test. */
beforeEach(() => {
  now += 120_000;
  vi.useFakeTimers({ toFake: ['Date'], now });
});

const ip = '198.51.100.23';
const server = { caller: 'server', keyId: 'k', scopes: '*', programs: '*' };
let users = 0;
const ways = {
  'POST /track-click': (body: object) => ({ body, of: 'clicks' as const }),
  'POST /v1/clicks': (body: object) => ({ body, of: 'clicks' as const }),
  'POST /verify-referral': (body: object) => ({
    body: { newUserId: `u${users++}`, ...body },
    of: 'referrals' as const,
  }),
  'POST /process-referral': (body: object) => ({
    body: { newUserId: `u${users++}`, ...body },
    of: 'referrals' as const,
  }),
  'POST /v1/referrals': (body: object) => ({
    body: { newUserId: `u${users++}`, ...body },
    of: 'referrals' as const,
  }),
};
type Way = keyof typeof ways;
const ask = (way: Way, body: object, { instance = instances[0], caller = server } = {}) => {
  const request = ways[way](body);
  if (instance === undefined) throw new Error('There is no such instance');
  return call(instance[request.of], { routeKey: way, body: request.body, caller });
};
async function statusesOf(count: number, next: (index: number) => Promise<{ status: number | undefined }>) {
  const statuses: (number | undefined)[] = [];
  for (let index = 0; index < count; index++) statuses.push((await next(index)).status);
  return statuses;
}
const guess = (way: Way) => (index: number) => ask(way, { referralCode: `nobodys-${index}`, ip });
const spent = [...Array(most).fill(404), 429];

describe('a visitor for whom a server calls', () => {
  it.each(Object.keys(ways) as Way[])(
    'may name few unknown codes by %s, and then none that there are',
    async (way) => {
      const { code } = await linkOf(backend.ports, `owner-${users}`);
      expect(await statusesOf(most + 1, guess(way))).toEqual(spent);
      vi.setSystemTime(now + 20_400);
      expect(await ask(way, { referralCode: code, ip })).toMatchObject({
        status: 429,
        headers: { 'content-type': 'application/problem+json', 'retry-after': '40' },
        body: { code: 'rate_limited', title, detail: `visitorGuesses: ${most} in 60 seconds` },
      });
      const other = await ask(way, { referralCode: code, ip: '198.51.100.24' });
      expect([200, 201, 202]).toContain(other.status);
      vi.setSystemTime(now + 60_000);
      expect([200, 201, 202]).toContain((await ask(way, { referralCode: code, ip })).status);
    },
  );

  it('is one over all routes, by link as well, and by the /64 of IPv6', async () => {
    const bodies: [Way, object][] = [
      ['POST /track-click', { referralCode: 'nobodys' }],
      ['POST /v1/clicks', { referralLink: 'https://go.example.com/r/nobodys' }],
      ['POST /verify-referral', { referralLink: 'https://go.example.com/r/nobodys' }],
      ['POST /process-referral', { coupon: 'nobodys' }],
      ['POST /v1/referrals', { referralCode: 'nobodys', coupon: 'nobodys-2' }],
    ];
    const statuses = await statusesOf(bodies.length + 1, (index) => {
      const [way, body] = bodies[index % bodies.length] ?? bodies[0]!;
      return ask(way, { ...body, ip: `2001:db8::${index + 1}` });
    });
    // The last but one named two.
    expect(statuses).toEqual([404, 404, 404, 404, 404, 429]);
  });

  it('takes the rest of a batch along, each entry with an outcome of its own', async () => {
    const { code } = await linkOf(backend.ports, 'owner-of-batch');
    const good = { referralCode: code, ip: '198.51.100.30' };
    const bad = Array.from({ length: most + 2 }, () => ({ referralCode: 'nobodys', ip: '198.51.100.31' }));
    const { status, body } = await ask('POST /v1/clicks', { clicks: [...bad, good] });
    expect(status).toBe(202);
    const codes = body.clicks.map((one: { problem?: { code: string } }) => one.problem?.code ?? 'accepted');
    expect(codes.sort()).toEqual([
      'accepted',
      ...Array(most).fill('code_not_found'),
      ...['rate_limited', 'rate_limited'],
    ]);
  });

  it('spends nothing by what succeeds, and nothing where no address is named', async () => {
    const { code } = await linkOf(backend.ports, 'owner-of-good');
    const good = () => ask('POST /track-click', { referralCode: code, ip });
    expect(await statusesOf(most + 2, good)).toEqual(Array(most + 2).fill(202));
    const nameless = () => ask('POST /track-click', { referralCode: 'nobodys' });
    expect(await statusesOf(most + 2, nameless)).toEqual(Array(most + 2).fill(404));
    const counters = (await itemsOf(backend.table)).filter(({ pk }) => String(pk).includes('visitorGuesses'));
    const window = String(Math.floor(now / 60_000) * 60);
    expect(counters.filter(({ pk }) => String(pk).endsWith(window))).toEqual([]);
    expect(JSON.stringify(await itemsOf(backend.table))).not.toContain('198.51.100');
  });

  it('is not held against the visitors of another key', async () => {
    expect(await statusesOf(most + 1, guess('POST /track-click'))).toEqual(spent);
    const caller = { ...server, keyId: 'other' };
    expect((await ask('POST /track-click', { referralCode: 'nobodys', ip }, { caller })).status).toBe(404);
  });

  it('is told of no more than the limit, however many functions are asked at once', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const instance = instances[index % instances.length];
        const way = index % 3 === 0 ? 'POST /verify-referral' : 'POST /track-click';
        return (await ask(way, { referralCode: `nobodys-${index}`, ip }, { instance })).status;
      }),
    );
    expect(statuses.filter((status) => status === 404)).toHaveLength(most);
    expect(statuses.filter((status) => status === 429)).toHaveLength(40 - most);
  });

  it('is refused what it guesses where the count is not known', async () => {
    const { code } = await linkOf(backend.ports, 'owner-in-trouble');
    const send = DynamoDBDocumentClient.prototype.send;
    vi.spyOn(DynamoDBDocumentClient.prototype, 'send').mockImplementation(function (
      this: DynamoDBDocumentClient,
      ...sent: Parameters<typeof send>
    ) {
      const [command] = sent;
      const isCount =
        command instanceof UpdateCommand && JSON.stringify(command.input).includes('visitorGuesses');
      return isCount ? Promise.reject(new Error('throttled')) : send.apply(this, sent);
    } as typeof send);
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect((await guess('POST /track-click')(0)).status).toBe(429);
    expect((await ask('POST /track-click', { referralCode: code, ip })).status).toBe(202);
    vi.restoreAllMocks();
  });
});
