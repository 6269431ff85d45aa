import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLink } from '../../../shared/usecases/links/create-link.ts';
import { type Backend, call, startBackend } from '../backend.ts';

type Handler = Parameters<typeof call>[0];
let backend: Backend;
let links: Handler;
let redirect: Handler;
let referrals: Handler;
let now = Date.UTC(2026, 10, 21);

const tight = {
  key: { most: 5, windowSeconds: 60 },
  participant: { most: 6, windowSeconds: 60 },
  signUps: { most: 2, windowSeconds: 60 },
  strangers: { most: 3, windowSeconds: 60 },
  unknownCodes: { most: 3, windowSeconds: 60 },
};

beforeAll(async () => {
  backend = await startBackend();
  process.env['RATE_LIMITS'] = JSON.stringify(tight);
  ({ handler: links } = await import('../../../functions/api/links/handler.ts'));
  ({ handler: referrals } = await import('../../../functions/api/referrals/handler.ts'));
  ({ handler: redirect } = await import('../../../functions/redirect/handler.ts'));
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

const server = { caller: 'server', keyId: 'k', scopes: '*', programs: '*' };
const participant = { caller: 'participant', programId: 'default', userId: 'ann', tokenId: 't' };
const getLink = (code: string, caller: object, ip?: string) =>
  call(links, {
    routeKey: 'GET /v1/links/{code}',
    pathParameters: { code },
    caller,
    ...(ip !== undefined && { ip }),
  });
const follow = (code: string, ip = '203.0.113.7') =>
  call(redirect, { routeKey: 'GET /r/{code}', pathParameters: { code }, ip, caller: null });

async function statusesOf(count: number, ask: (index: number) => Promise<{ status: number | undefined }>) {
  const statuses: (number | undefined)[] = [];
  for (let index = 0; index < count; index++) statuses.push((await ask(index)).status);
  return statuses;
}

const newLink = async (userId: string): Promise<string> => {
  const link = await createLink(backend.ports, { programId: 'default', userId, createParticipant: true });
  if ('refused' in link) throw new Error(link.refused);
  return link.code;
};

describe('an API key', () => {
  it('is told how it stands, and when to come again', async () => {
    vi.setSystemTime(now + 20_400);
    const first = await getLink('nobodys', server);
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"key";q=5;w=60',
      ratelimit: '"key";r=4;t=40',
    });
    await statusesOf(4, () => getLink('nobodys', server));
    const over = await getLink('nobodys', server);
    expect(over).toMatchObject({
      status: 429,
      headers: {
        'content-type': 'application/problem+json',
        'retry-after': '40',
        ratelimit: '"key";r=0;t=40',
        'cache-control': 'no-store',
      },
      body: { code: 'rate_limited', detail: 'key: 5 in 60 seconds' },
    });
    vi.setSystemTime(now + 60_000);
    expect((await getLink('nobodys', server)).status).toBe(404);
  });

  it('is not held against another', async () => {
    expect(await statusesOf(6, () => getLink('nobodys', server))).toEqual([404, 404, 404, 404, 404, 429]);
    expect((await getLink('nobodys', { ...server, keyId: 'other' })).status).toBe(404);
  });

  it('has a limit of sign-ups beside that', async () => {
    const signUp = (index: number) =>
      call(referrals, {
        routeKey: 'POST /verify-referral',
        body: { newUserId: `new-${index}`, referralCode: 'nobodys' },
        caller: { ...server, keyId: 'signs-up' },
      });
    expect((await signUp(0)).headers['ratelimit-policy']).toBe('"key";q=5;w=60, "signUps";q=2;w=60');
    expect(await statusesOf(2, signUp)).toEqual([404, 429]);
  });

  it('spends nothing by a repeat that is answered with 429', async () => {
    const make = () =>
      call(links, {
        routeKey: 'POST /generate-link',
        body: { userId: 'repeating' },
        headers: { 'idempotency-key': 'over' },
        caller: { ...server, keyId: 'repeats' },
      });
    await statusesOf(5, () => getLink('nobodys', { ...server, keyId: 'repeats' }));
    expect((await make()).status).toBe(429);
    vi.setSystemTime(now + 60_000);
    expect(await make()).toMatchObject({ status: 201 });
  });
});

describe('a participant', () => {
  it('may guess at few codes, and is then refused before anything is looked up', async () => {
    const [own, others] = [await newLink('ann'), await newLink('bea')];
    expect(await statusesOf(3, () => getLink(others, participant))).toEqual([404, 404, 404]);
    expect(await statusesOf(1, () => getLink('nobodys', participant))).toEqual([429]);
    expect(await getLink(own, participant)).toMatchObject({
      status: 429,
      body: { detail: 'unknownCodes: 3 in 60 seconds' },
    });
    expect((await getLink('nobodys', { ...participant, userId: 'bea' })).status).toBe(404);
  });

  it('has a limit of requests', async () => {
    const own = await newLink('carl');
    const carl = { ...participant, userId: 'carl' };
    expect(await statusesOf(7, () => getLink(own, carl))).toEqual([...Array(6).fill(200), 429]);
  });
});

describe('a stranger', () => {
  const nobody = { caller: 'nobody', because: 'invalid_key' };

  it('is counted by address, of which no trace but a hash is kept', async () => {
    expect(await statusesOf(4, () => getLink('x', nobody, '198.51.100.23'))).toEqual([401, 401, 401, 429]);
    expect((await getLink('x', nobody, '198.51.100.24')).status).toBe(401);
    const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
    const { Items } = await backend.engine.client().send(new ScanCommand({ TableName: backend.table.name }));
    expect(JSON.stringify(Items)).toContain('RATE#strangers#');
    expect(JSON.stringify(Items)).not.toContain('198.51.100');
  });

  it('is counted by network where the address is of IPv6', async () => {
    expect(await statusesOf(4, (index) => getLink('x', nobody, `2001:db8::${index + 1}`))).toEqual([
      401, 401, 401, 429,
    ]);
  });
});

describe('the redirect', () => {
  it('refuses an address that guessed too often, without a read, and still follows links at hand', async () => {
    const [atHand, elsewhere] = [await newLink('dan'), await newLink('eve')];
    expect((await follow(atHand)).status).toBe(302);
    expect(await statusesOf(4, (index) => follow(`nobodys-${index}`))).toEqual([302, 302, 302, 429]);
    let calls = 0;
    const { openTable } = await import('../../../shared/table/client.ts');
    const { middlewareStack } = openTable('any').documents;
    middlewareStack.add(
      (next) => (args) => {
        calls += 1;
        return next(args);
      },
      { step: 'initialize', name: 'counting' },
    );
    const refused = await follow(elsewhere);
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
    expect(calls).toBe(0);
    middlewareStack.remove('counting');
    expect((await follow(atHand)).status).toBe(302);
    expect((await follow(elsewhere, '203.0.113.8')).status).toBe(302);
  });

  it('counts no visit of a link that there is', async () => {
    const code = await newLink('fay');
    expect(await statusesOf(10, () => follow(code))).toEqual(Array(10).fill(302));
  });
});
