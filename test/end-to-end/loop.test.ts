import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { participantKey } from '../../shared/domain/ids.ts';
import { keys } from '../../shared/table/keys.ts';
import type {
  Balance,
  LedgerEntry,
  Link,
  Milestone,
  Payout,
  Referral,
  Rewards,
  Stats,
} from './support/documents.ts';
import { readFunctionLog, readLogs, startStack, type TestStack } from './support/start-stack.ts';
import {
  balancesOf,
  browser,
  crawler,
  inProgram,
  listAll,
  makeLink,
  paidOrder,
  processed,
  signUp,
  sumLedger,
  visit,
} from './support/story.ts';
import { openTable } from './support/table.ts';
import { waitUntil } from './support/wait-until.ts';

const address = '203.0.113.77';
const email = 'newcomer.of.the.loop@mail.example.org';

let stack: TestStack;
let link: Link;
let clickId: string;
let cookie: string;
let payout: Payout;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.end());

const statsOf = (userId: string): Promise<Stats> => stack.get(`/referral-stats/${userId}`);

/** Repeats without a cookie are one click within a clock hour, so visits that belong together must not straddle one. */
async function awayFromHourChange(): Promise<void> {
  const hour = 3_600_000;
  const left = hour - (Date.now() % hour);
  if (left < 10_000) await new Promise((resolve) => setTimeout(resolve, left + 100));
}

describe('a referral, from the link to the money', () => {
  it('makes a link, whichever way the fields are spelled', async () => {
    link = await makeLink(stack, 'alice');
    expect(link).toMatchObject({ userId: 'alice', programId: 'default' });
    expect(link.link).toBe(`${stack.apiUrl}/r/${link.code}`);

    const answer = await stack.call<Link>('POST', '/generate-link', {
      user_id: 'alice',
      code: 'Alice-Invites',
    });
    expect(answer.status).toBe(201);
    expect(answer.body.code.toLowerCase()).toBe('alice-invites');
  });

  it('sends a visitor on with the click and the code, and remembers both', async () => {
    await awayFromHourChange();
    const landing = await visit(stack, link.code, { 'x-forwarded-for': address });
    expect(landing.status).toBe(302);
    expect(landing.url.origin).toBe('https://example.com');
    expect(landing.url.searchParams.get('plusone_code')).toBe(link.code);
    expect(landing.clickId).toMatch(/^clk_[0-9a-z]{26}$/);
    expect(landing.cookie).toContain(`plusone_click=${landing.clickId}`);
    expect(landing.cookie).toContain('Max-Age=604800');
    clickId = landing.clickId ?? '';
    cookie = landing.cookie?.split(';')[0] ?? '';
  });

  it('knows a visitor again, with a cookie and without', async () => {
    const plain = await visit(stack, link.code.toUpperCase(), { 'x-forwarded-for': address });
    expect(plain.clickId).toBe(clickId);
    const withCookie = await visit(stack, link.code, {
      'x-forwarded-for': address,
      cookie: `other=1; ${cookie}`,
    });
    expect(withCookie.clickId).toBe(clickId);
  });

  it('answers machines and does not count them as people', async () => {
    expect((await visit(stack, link.code, {}, 'HEAD')).status).toBe(302);
    expect((await visit(stack, link.code, { 'user-agent': crawler })).status).toBe(302);
    expect((await visit(stack, link.code, { 'sec-purpose': 'prefetch;prerender' })).status).toBe(302);
    const stats = await waitUntil('six visits are counted', async () => {
      const found = await statsOf('alice');
      return found.clicks + found.botClicks === 6 && found;
    });
    const totals = { clicks: 3, uniqueClicks: 1, botClicks: 3, prefetchClicks: 1, headClicks: 1 };
    expect(stats).toMatchObject(totals);
    const shown = await stack.get<{ clicks: object }>(`/v1/links/${link.code}`);
    expect(shown.clicks).toEqual({ ...totals, scannerClicks: 0 });
    const series = await stack.get<{ total: object }>(
      `/v1/programs/default/analytics/timeseries?code=${link.code}&interval=hour`,
    );
    expect(series.total).toEqual(shown.clicks);
  });

  it.each(['nobody-has-this', '%F0%9F%98%80', 'a'.repeat(300), '..%2f..%2fhealth'])(
    'leads from the unknown code %s to the fallback',
    async (code) => {
      const landing = await visit(stack, code);
      expect(landing.status).toBe(302);
      expect(landing.url.href).toBe('https://example.com/');
      expect(landing.cookie).toBeNull();
    },
  );

  it('credits a sign-up to the click', async () => {
    const answer = await stack.call<{ referral: Referral }>('POST', '/verify-referral', {
      clickId,
      newUserId: 'bob',
      email,
    });
    expect(answer.status).toBe(200);
    expect(answer.body.referral).toMatchObject({
      referrerId: 'alice',
      refereeId: 'bob',
      code: link.code,
      clickId,
      status: 'completed',
    });
  });

  it('keeps the first referral of a user', async () => {
    const other = await makeLink(stack, 'mallory');
    const answer = await stack.call<{ code: string; referral: Referral }>('POST', '/process-referral', {
      referral_link: other.link,
      new_user_id: 'bob',
    });
    expect(answer.status).toBe(409);
    expect(answer.body.code).toBe('referral_exists');
    expect(answer.body.referral).toMatchObject({ referrerId: 'alice', refereeId: 'bob' });
  });

  it('rejects those who refer themselves, and says why', async () => {
    const referral = await signUp(stack, link.code, 'alice');
    expect(referral.status).toBe('rejected');
    expect(referral.reasons?.length).toBeGreaterThan(0);
  });

  it('pays a tenth of each of three orders, soon', async () => {
    const orders = [
      paidOrder('bob', 'o-1', 4_999),
      paidOrder('bob', 'o-2', 10_005),
      paidOrder('bob', 'o-3', 20_000),
    ];
    for (const order of orders) {
      const answer = await stack.call('POST', '/v1/events', order);
      expect(answer.status).toBe(202);
      expect(answer.body).toEqual({ events: [{ id: order.id, status: 'accepted' }] });
    }
    const sentAt = performance.now();
    const { rewards } = await waitUntil('three rewards', async () => {
      const found = await stack.get<Rewards>('/rewards/alice');
      return found.rewards.length === 3 && found;
    });
    expect(performance.now() - sentAt).toBeLessThan(3_000);
    const amounts = Object.fromEntries(rewards.map(({ eventId, amount }) => [eventId, amount]));
    expect(amounts).toEqual({ 'o-1': 500, 'o-2': 1_001, 'o-3': 2_000 });
    expect(rewards[0]).toMatchObject({ kind: 'cash', status: 'available', currency: 'USD' });
  });

  it('shows it in the statistics', async () => {
    expect(await statsOf('alice')).toMatchObject({
      userId: 'alice',
      clicks: 3,
      uniqueClicks: 1,
      referrals: { pending: 0, completed: 1, inReview: 0 },
      conversionRate: 1,
      rewards: { count: 3 },
      balances: [{ currency: 'USD', pending: 0, available: 3_501, inPayout: 0, paid: 0 }],
    });
  });

  it('pays nothing for the fourth order, and says why', async () => {
    await stack.post('/v1/events', paidOrder('bob', 'o-4', 25_000));
    const event = await processed(stack, 'o-4');
    expect(event.entries).toEqual([]);
    expect(event.explanation).toEqual([
      expect.objectContaining({ outcome: 'skipped', reason: 'limit_per_referee_reached' }),
    ]);
    expect(await balancesOf(stack, 'alice')).toMatchObject([{ available: 3_501 }]);
  });

  it('accepts a repeated event again, and refuses other content under its id', async () => {
    const again = await stack.call('POST', '/v1/events', paidOrder('bob', 'o-1', 4_999));
    expect(again.status).toBe(202);
    const other = await stack.call('POST', '/v1/events', paidOrder('bob', 'o-1', 5_000));
    expect(other).toMatchObject({ status: 409, body: { code: 'event_conflict' } });
    expect(await balancesOf(stack, 'alice')).toMatchObject([{ available: 3_501 }]);
  });

  it('takes back what a refund leaves unearned', async () => {
    const refund = { type: 'order.refunded', userId: 'bob', orderId: 'o-3' };
    await stack.post('/v1/events', { ...refund, id: 'r-1', amountRefunded: 15_000 });
    const event = await processed(stack, 'r-1');
    expect(event.entries).toMatchObject([{ userId: 'alice', amount: -1_500, currency: 'USD' }]);
    await stack.post('/v1/events', { ...refund, id: 'r-2', amountRefunded: 5_000 });
    expect((await processed(stack, 'r-2')).entries).toEqual([]);
    expect(await balancesOf(stack, 'alice')).toMatchObject([{ available: 2_001 }]);
  });

  it('lets five referrals claim Bronze, once', async () => {
    for (const name of ['carol', 'dave', 'erin', 'frank']) await signUp(stack, link.code, name);
    const bronze = await waitUntil('Bronze is there', async () => {
      const { milestones } = await stack.get<{ milestones: Milestone[] }>('/rewards/alice');
      return milestones.find(({ name, rewardId }) => name === 'Bronze' && rewardId !== undefined);
    });
    expect(bronze).toMatchObject({ progress: 5, status: 'available' });
    const claim = { user_id: 'alice', reward_id: bronze.rewardId };
    const foreign = await stack.call('POST', '/claim-reward', { ...claim, user_id: 'mallory' });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'reward_not_found' } });
    const answers = await Promise.all([1, 2, 3].map(() => stack.call('POST', '/claim-reward', claim)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('already_claimed');
    expect(await stack.get(`/v1/rewards/${bronze.rewardId}`)).toMatchObject({
      reward: { status: 'claimed' },
    });
    const { milestones } = await stack.get<Rewards>('/rewards/alice');
    expect(milestones.map(({ status }) => status)).toEqual(['claimed', 'locked', 'locked']);
  });

  it('takes a payout from the balance, never more than there is, and gives a cancelled one back', async () => {
    const ask = (amount: number) =>
      stack.call<{ payout: Payout; code?: string }>('POST', '/v1/payouts', {
        userId: 'alice',
        amount,
        currency: 'USD',
      });
    const answers = await Promise.all([ask(1_500), ask(1_500), ask(1_500)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('insufficient_balance');
    payout = answers.find(({ status }) => status === 201)!.body.payout;
    expect(await balancesOf(stack, 'alice')).toMatchObject([{ available: 501, inPayout: 1_500, paid: 0 }]);

    const cancel = `/v1/payouts/${payout.payoutId}/cancel`;
    expect(await stack.post(cancel)).toMatchObject({ payout: { status: 'cancelled' } });
    const again = await stack.call('POST', cancel);
    expect(again).toMatchObject({ status: 409, body: { code: 'payout_not_cancellable' } });
    expect(await balancesOf(stack, 'alice')).toMatchObject([{ available: 2_001, inPayout: 0 }]);
    expect((await ask(2_001)).status).toBe(201);
    expect(await balancesOf(stack, 'alice')).toMatchObject([{ available: 0, inPayout: 2_001 }]);
  });

  it('has a ledger that sums up to the balance', async () => {
    expect(await sumLedger(stack, 'alice')).toEqual(await balancesOf(stack, 'alice'));
  });
});

describe('lists', () => {
  const pages = [
    { name: 'links', path: `${inProgram('alice')}/links`, least: 2 },
    { name: 'referrals', path: `${inProgram('alice')}/referrals`, least: 5 },
    { name: 'rewards', path: `${inProgram('alice')}/rewards`, least: 4 },
    { name: 'rewards', path: '/rewards/alice', least: 4 },
    { name: 'entries', path: `${inProgram('alice')}/ledger`, least: 7 },
    { name: 'payouts', path: '/v1/payouts', least: 2 },
    { name: 'programs', path: '/v1/programs', least: 3 },
    { name: 'versions', path: '/v1/programs/second/versions', least: 3 },
  ];

  beforeAll(async () => {
    for (const programId of ['second', 'third']) {
      await stack.post('/v1/programs', { programId, name: programId, destination: 'https://example.org/' });
    }
    for (const name of ['Second A', 'Second B']) {
      await stack.call('PATCH', '/v1/programs/second', { name });
    }
  });

  it.each(pages)('shows $path in pages, each entry once', async ({ name, path, least }) => {
    const whole = await listAll(stack, path, name);
    expect(whole.length).toBeGreaterThanOrEqual(least);
    for (const limit of [1, 2]) expect(await listAll(stack, path, name, limit)).toEqual(whole);
  });

  it.each(pages)('refuses what is no page of $path', async ({ path }) => {
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=not-a-cursor', 'page=2']) {
      const answer = await stack.call('GET', `${path}?${query}`);
      expect([query, answer.status]).toEqual([query, 400]);
    }
  });

  it('shows the newest first', async () => {
    const entries = await listAll<LedgerEntry>(stack, `${inProgram('alice')}/ledger`, 'entries');
    const times = entries.map(({ createdAt }) => createdAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(entries[0]).toMatchObject({ cause: { type: 'payout' }, amount: -2_001 });
  });
});

describe('what is open to all', () => {
  const open = (path: string) => stack.call<Record<string, unknown>>('GET', path, undefined, { key: null });

  it('is up', async () => {
    expect(await open('/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('describes routes that are all there', async () => {
    const { status, body } = await open('/openapi.json');
    expect(status).toBe(200);
    expect(body['openapi']).toMatch(/^3\.1\./);
    const paths = body['paths'] as Record<string, Record<string, unknown>>;
    expect(Object.keys(paths).length).toBeGreaterThan(25);
    for (const [path, item] of Object.entries(paths)) {
      for (const method of Object.keys(item).filter((key) => /^(get|post|put|patch|delete)$/.test(key))) {
        const url = path.replaceAll(/\{[^}]+\}/g, 'some-id');
        const answer = await stack.call<Record<string, unknown>>(method.toUpperCase(), url, undefined, {
          key: null,
        });
        const isElsewhere = answer.status === 404 && path !== '/docs/{asset}';
        expect([method, path, isElsewhere]).toEqual([method, path, false]);
      }
    }
  });

  it('shows its documentation, and lets calls be tried by a script of its own', async () => {
    expect((await open('/docs')).text).toContain('href="/docs/api"');
    const page = await open('/docs/api');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    const source = /<script[^>]+src="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const script = await fetch(new URL(source, `${stack.apiUrl}/docs`));
    expect(script.status).toBe(200);
    expect(script.headers.get('content-type')).toContain('javascript');
    expect((await script.text()).length).toBeGreaterThan(100_000);
  });

  it.each(['/health', '/openapi.json', '/docs', '/docs/api', '/plusone.js', '/.well-known/jwks.json'])(
    'answers HEAD %s without a body',
    async (path) => {
      const head = await fetch(`${stack.apiUrl}${path}`, { method: 'HEAD' });
      const get = await fetch(`${stack.apiUrl}${path}`);
      expect([head.status, head.headers.get('content-type')]).toEqual([200, get.headers.get('content-type')]);
      expect(await head.text()).toBe('');
    },
  );

  it('answers a method that an address does not take with those that it takes, and strangers with how to be known', async () => {
    const answer = await fetch(`${stack.apiUrl}/generate-link`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    const stranger = await fetch(`${stack.apiUrl}/v1/programs`);
    expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const headers = { authorization: 'Bearer po_nobody_has_this' };
    const unknown = await fetch(`${stack.apiUrl}/v1/programs`, { headers });
    expect(unknown.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  it('answers addresses that nobody serves with a problem document', async () => {
    const answer = await open('/v1/nothing-here');
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('reconciliation', () => {
  const run = async (): Promise<string> => {
    const schedule = stack.running.deployment.schedules.find(({ logicalId }) =>
      logicalId.startsWith('DailyReconciliation'),
    );
    const before = readFunctionLog(stack, 'FunctionsReconcile').length;
    await stack.running.runSchedule(schedule?.logicalId ?? '');
    return waitUntil('the metrics are logged', () => {
      const log = readFunctionLog(stack, 'FunctionsReconcile').slice(before);
      return log.includes('BalanceMismatch') && log;
    });
  };
  const metricOf = (log: string): string | undefined => /"BalanceMismatch":(\d+)/.exec(log)?.[1];
  const addToBalance = async (amount: number): Promise<void> => {
    const table = openTable(stack.description);
    await table.send(
      new UpdateCommand({
        TableName: stack.description.tableName,
        Key: keys.balance(participantKey('default', 'alice'), 'cash', 'USD'),
        UpdateExpression: 'ADD available :amount',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':amount': amount },
      }),
    );
    table.destroy();
  };

  it('finds that all balances are right', async () => {
    const log = await run();
    expect(metricOf(log)).toBe('0');
    expect(/"BalancesChecked":(\d+)/.exec(log)?.[1]).toBe('1');
  });

  it('names a balance that was tampered with, and counts it', async () => {
    await addToBalance(1);
    const log = await run();
    expect(metricOf(log)).toBe('1');
    const line = log.split('\n').find((text) => text.includes('balance differs from its ledger'));
    expect(line).toContain(participantKey('default', 'alice'));
    await addToBalance(-1);
    expect(metricOf(await run())).toBe('0');
  });

  it('left nothing to complain of', async () => {
    expect(stack.troubles).toEqual([]);
    const balances: readonly Balance[] = await balancesOf(stack, 'alice');
    expect(await sumLedger(stack, 'alice')).toEqual(balances);
  });
});

/** What nobody may find in a log, beside the key and the addresses: seeded into requests that go well, and that do not. */
async function seedSecrets(): Promise<readonly string[]> {
  const given = {
    deviceId: 'device-0f9c1d2e3b4a5968',
    paymentFingerprint: 'payment-7788aa99bbcc',
    idempotencyKey: 'key-that-nobody-may-read',
    reason: 'why-nobody-knows-them',
    tokenless: 'po_0123456789_this-is-no-key-of-anybody',
  };
  const headers = { 'idempotency-key': given.idempotencyKey };
  const { secret } = await stack.post<{ secret: string }>('/v1/api-keys', { name: 'seed', scopes: ['*'] });
  const { token } = await stack.post<{ token: string }>('/v1/tokens', { userId: 'alice' });
  const person = {
    email,
    deviceId: given.deviceId,
    paymentFingerprint: given.paymentFingerprint,
    ip: address,
  };
  const signingUp = { newUserId: 'seeded', referralCode: link.code, ...person };
  for (const body of [
    signingUp,
    signingUp,
    { ...signingUp, newUserId: '' },
    { ...signingUp, [given.deviceId]: 1 },
  ]) {
    await stack.call('POST', '/verify-referral', body, { headers });
  }
  await stack.call('GET', '/referral-stats/alice', undefined, { key: secret });
  await stack.call('GET', '/v1/programs/default/participants/alice', undefined, { key: token });
  await stack.call('GET', '/v1/programs/default/participants/bob', undefined, { key: token });
  await stack.call('GET', '/v1/programs', undefined, { key: given.tokenless });
  await stack.call('POST', '/v1/events', undefined, { rawBody: `{"${given.deviceId}`, headers });
  const hook = await stack.call<{ secret?: string }>('POST', '/v1/webhook-endpoints', {
    url: 'https://hooks.example.com/plusone',
  });
  return [
    ...Object.values(given),
    secret,
    token,
    ...(hook.body.secret === undefined ? [] : [hook.body.secret]),
  ];
}

describe('a link with a cap', () => {
  it('serves what a server reports and who follows it up to the cap together', async () => {
    const made = await stack.call<Link>('POST', '/generate-link', { userId: 'capped', clickCap: 1 });
    const { code } = made.body;
    const report = (userAgent: string, id?: string) =>
      stack.call('POST', '/track-click', { referralCode: code, userAgent, id });
    expect((await report(browser, 'once')).status).toBe(202);
    expect((await report(browser, 'once')).status).toBe(202);
    expect(await report(crawler)).toMatchObject({ status: 409, body: { code: 'code_inactive' } });
    expect((await visit(stack, code)).clickId).toBeNull();
  });
});

describe('logs', () => {
  it('hold no secret, no e-mail address and no address of a visitor', async () => {
    const seeded = await seedSecrets();
    const wrong = await stack.call('POST', '/verify-referral', { newUserId: 'x', email, ip: address });
    expect(wrong.status).toBe(400);
    await stack.post('/track-click', { referralCode: link.code, ip: address, userAgent: browser });
    await stack.stop();
    const [, , secret = ''] = /^(po_[0-9a-z]+)_(.+)$/.exec(stack.apiKey) ?? [];
    expect(secret).not.toBe('');
    const logs = readLogs(stack.dataDir);
    expect(logs.size).toBeGreaterThan(5);
    const found = [...logs].flatMap(([name, text]) =>
      [stack.apiKey, secret, email, address, ...seeded]
        .filter((word) => text.includes(word))
        .map((word) => [name, word]),
    );
    expect(found).toEqual([]);
  });
});
