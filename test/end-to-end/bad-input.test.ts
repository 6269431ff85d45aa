import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublic } from '../../shared/contract/access.ts';
import { routes } from '../../shared/contract/routes.ts';
import { partitions } from '../../shared/table/layout.ts';
import type { Answer, CallOptions } from './support/api-client.ts';
import { startStack, type TestStack } from './support/start-stack.ts';
import { makeLink, paidOrder, processed, signUp } from './support/story.ts';
import { scanTable } from './support/table.ts';

let stack: TestStack;
let code: string;

beforeAll(async () => {
  stack = await startStack();
  ({ code } = await makeLink(stack, 'alice'));
  await signUp(stack, code, 'bob');
  await stack.post('/v1/events', paidOrder('bob', 'first', 1_000));
  await processed(stack, 'first');
  before = await snapshot();
});
afterAll(() => stack?.end());

const nameOf = (item: Record<string, unknown>): string => `${item['pk']} ${item['sk']}`;
/** What is written of every request: what it takes of limits, and when its key was used. */
const aside = [partitions.rate, partitions.request, partitions.apiKeyUse];
const snapshot = async () => {
  const items = await scanTable(stack.description);
  const kept = items.filter(({ pk }) => !aside.some((first) => String(pk).startsWith(first)));
  return Object.fromEntries(kept.map((item) => [nameOf(item), item]));
};

let before: Awaited<ReturnType<typeof snapshot>>;

/** Expects a problem document of this status, that nothing was written, and gives the document. */
async function expectProblem(
  status: number,
  method: string,
  path: string,
  body?: unknown,
  options?: CallOptions,
): Promise<Answer['body']> {
  const answer = await stack.call(method, path, body, options);
  expect([method, path.slice(0, 80), answer.status, answer.text.slice(0, 200)]).toEqual([
    method,
    path.slice(0, 80),
    status,
    expect.any(String),
  ]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({ status, title: expect.any(String), code: expect.any(String) });
  expect(await snapshot()).toEqual(before);
  return answer.body;
}

/** The fields that were refused, each once, however many reasons there are. */
const fieldsOf = ({ errors }: Answer['body']): string[] => [
  ...new Set((errors ?? []).map(({ field }) => field)),
];

describe('bodies that are no JSON of ours', () => {
  it.each([
    ['broken JSON', '{"userId":'],
    ['no body', ''],
    ['blanks', ' \n'],
    ['a form', 'userId=alice'],
    ['broken UTF-8 escapes', '{"userId":"\\ud8"}'],
    ['a trailing comma', '{"userId":"x",}'],
  ])('refuses %s', async (_, rawBody) => {
    expect((await expectProblem(400, 'POST', '/generate-link', undefined, { rawBody })).code).toBe(
      'invalid_json',
    );
  });

  it.each(['null', '[]', '"alice"', '42', 'true', '[[{}]]'])('refuses %s', async (rawBody) => {
    for (const path of ['/generate-link', '/v1/events', '/verify-referral', '/v1/payouts']) {
      const body = await expectProblem(400, 'POST', path, undefined, { rawBody });
      expect(body.errors?.length).toBeGreaterThan(0);
    }
  });

  it('refuses three megabytes', async () => {
    const rawBody = JSON.stringify({ userId: 'x'.repeat(3 * 1024 * 1024) });
    const { code: problem } = await expectProblem(413, 'POST', '/generate-link', undefined, { rawBody });
    expect(problem).toBe('payload_too_large');
  });

  it('refuses eleven megabytes at the gateway', async () => {
    const rawBody = JSON.stringify({ userId: 'x'.repeat(11 * 1024 * 1024) });
    const answer = await stack.call('POST', '/generate-link', undefined, { rawBody });
    expect(answer.status).toBe(413);
    expect(await snapshot()).toEqual(before);
  });

  it('survives deep nesting and prototype names', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    await expectProblem(400, 'POST', '/v1/events', undefined, { rawBody: deep });
    for (const name of ['__proto__', 'constructor']) {
      const rawBody = `{"userId":"eve","${name}":{"code":"abc"}}`;
      const refused = await expectProblem(400, 'POST', '/generate-link', undefined, { rawBody });
      expect(fieldsOf(refused)).toEqual([name]);
    }
  });
});

describe('fields', () => {
  const order = { type: 'order.paid', userId: 'bob', id: 'bad', amount: 100, currency: 'USD' };

  it('refuses unknown ones by name, as the caller spells them', async () => {
    expect(
      fieldsOf(await expectProblem(400, 'POST', '/generate-link', { userId: 'eve', colour: 1 })),
    ).toEqual(['colour']);
    const both = { user_id: 'eve', Referral_Kind: 1 };
    expect(fieldsOf(await expectProblem(400, 'POST', '/generate-link', both))).toEqual(['Referral_Kind']);
    expect(fieldsOf(await expectProblem(400, 'POST', '/v1/events', { ...order, vat: 1 }))).toEqual(['vat']);
    const twice = { userId: 'eve', user_id: 'eve' };
    expect(fieldsOf(await expectProblem(400, 'POST', '/generate-link', twice))).toEqual(['user_id']);
    await expectProblem(400, 'GET', '/referral-stats/alice?verbose=1');
  });

  it.each<[string, unknown]>([
    ['negative', -1],
    ['2^53', 2 ** 53],
    ['a fraction', 1.5],
    ['text', '100'],
    ['null', null],
    ['a list', [100]],
    ['too large', 1_000_000_000_000],
    ['a boolean', true],
  ])('refuses an amount that is %s', async (_, amount) => {
    expect(fieldsOf(await expectProblem(400, 'POST', '/v1/events', { ...order, amount }))).toEqual([
      'amount',
    ]);
    const payout = { userId: 'alice', amount, currency: 'USD' };
    expect(fieldsOf(await expectProblem(400, 'POST', '/v1/payouts', payout))).toEqual(['amount']);
    const batch = {
      events: [
        { ...order, id: 'fine' },
        { ...order, amount },
      ],
    };
    expect(fieldsOf(await expectProblem(400, 'POST', '/v1/events', batch))).toEqual(['events.1.amount']);
    const refund = {
      type: 'order.refunded',
      userId: 'bob',
      id: 'bad',
      orderId: 'first',
      amountRefunded: amount,
    };
    expect(fieldsOf(await expectProblem(400, 'POST', '/v1/events', refund))).toEqual(['amountRefunded']);
  });

  it('refuses amounts that JSON spells but numbers are not', async () => {
    for (const amount of ['1e400', '-1e400', 'NaN', 'Infinity', '0x10', '1e-400']) {
      const rawBody = `{"type":"order.paid","userId":"bob","id":"bad","currency":"USD","amount":${amount}}`;
      const answer = await stack.call('POST', '/v1/events', undefined, { rawBody });
      // What is nearest to 1e-400 is 0, an amount like any other.
      expect([amount, answer.status]).toEqual([amount, amount === '1e-400' ? 202 : 400]);
    }
    await processed(stack, 'bad');
    before = await snapshot();
  });

  it.each([
    ['of no country', 'XYZ'],
    ['in small letters', 'usd'],
    ['too long', 'USDT'],
    ['missing', undefined],
    ['a number', 840],
    ['empty', ''],
  ])('refuses a currency that is %s', async (_, currency) => {
    const sent = { ...order, id: 'bad-currency', currency };
    expect(fieldsOf(await expectProblem(400, 'POST', '/v1/events', sent))).toEqual(['currency']);
    const payout = { userId: 'alice', amount: 1, currency };
    expect(fieldsOf(await expectProblem(400, 'POST', '/v1/payouts', payout))).toEqual(['currency']);
    const rule = { ruleId: 'flat', event: 'order.paid', side: 'referrer', kind: 'cash', limitPerReferee: 1 };
    const rules = [{ ...rule, amount: { type: 'flat', amount: 100, currency } }];
    expect(fieldsOf(await expectProblem(400, 'PATCH', '/v1/programs/default', { rules }))).toEqual([
      'rules.0.amount.currency',
    ]);
  });

  it.each([
    ['a slash', 'eve/../alice'],
    ['an emoji', 'eve😀'],
    ['300 characters', 'e'.repeat(300)],
    ['a control character', 'eve\u0007'],
    ['a zero byte', 'eve\u0000'],
    ['a hash', 'eve#alice'],
    ['a blank', 'eve alice'],
    ['half of a character', 'eve\ud83d'],
  ])('refuses a user id with %s', async (_, userId) => {
    const sent: [string, object, string][] = [
      ['/generate-link', { userId }, 'userId'],
      ['/generate-link', { user_id: userId }, 'user_id'],
      ['/verify-referral', { referralCode: code, newUserId: userId }, 'newUserId'],
      ['/v1/events', { ...order, userId }, 'userId'],
      ['/v1/payouts', { userId, amount: 1, currency: 'USD' }, 'userId'],
      ['/claim-reward', { userId, rewardId: `rwd_${'a'.repeat(26)}_x` }, 'userId'],
    ];
    for (const [path, body, field] of sent) {
      expect([path, fieldsOf(await expectProblem(400, 'POST', path, body))]).toEqual([path, [field]]);
    }
    if (/\ud83d$/.test(userId)) return;
    const inPath = encodeURIComponent(userId);
    for (const path of [
      `/referral-stats/${inPath}`,
      `/rewards/${inPath}`,
      `/v1/programs/default/participants/${inPath}/balances`,
    ]) {
      expect([path, fieldsOf(await expectProblem(400, 'GET', path))]).toEqual([path, ['userId']]);
    }
    const participant = `/v1/programs/default/participants/${inPath}`;
    expect(fieldsOf(await expectProblem(400, 'PUT', participant, {}))).toEqual(['userId']);
  });

  it('refuses wrong types and control characters wherever there is text', async () => {
    const named: [string, string, object, string][] = [
      ['POST', '/generate-link', { userId: 7 }, 'userId'],
      ['POST', '/generate-link', { userId: ['eve'] }, 'userId'],
      ['POST', '/generate-link', { userId: 'eve', code: 'a' }, 'code'],
      ['POST', '/generate-link', { userId: 'eve', destination: 'http://example.com/' }, 'destination'],
      ['POST', '/generate-link', { userId: 'eve', destination: 'javascript:alert(1)' }, 'destination'],
      ['POST', '/generate-link', { userId: 'eve', destination: 'https://a@b.example/' }, 'destination'],
      ['POST', '/v1/events', { ...order, paymentMethod: 'card\n' }, 'paymentMethod'],
      ['POST', '/v1/events', { ...order, properties: { 'a\u0001': 1 } }, 'properties.a\u0001'],
      ['POST', '/v1/events', { ...order, properties: { a: 'b\u0001' } }, 'properties.a'],
      ['POST', '/v1/events', { ...order, properties: { a: { b: 1 } } }, 'properties.a'],
      ['POST', '/v1/events', { ...order, occurredAt: 'yesterday' }, 'occurredAt'],
      ['POST', '/v1/events', { ...order, type: 'Order Paid' }, 'type'],
      ['POST', '/v1/events', { events: [] }, 'events'],
      ['POST', '/v1/clicks', { referralCode: code, ip: '1.2.3.4.5' }, 'ip'],
      ['POST', '/track-click', { referralCode: code, userAgent: 'a\u0000b' }, 'userAgent'],
      ['POST', '/verify-referral', { referralCode: code, newUserId: 'eve', email: 'nobody' }, 'email'],
      ['PUT', '/v1/programs/default/participants/eve', { name: 'E\u0007ve' }, 'name'],
      ['PATCH', '/v1/programs/default', { linkLimit: 0 }, 'linkLimit'],
      ['PATCH', `/v1/links/${code}`, { status: 'gone' }, 'status'],
    ];
    for (const [method, path, body, field] of named) {
      expect([path, fieldsOf(await expectProblem(400, method, path, body))]).toEqual([path, [field]]);
    }
    const tooMany = { events: Array.from({ length: 101 }, (_, n) => ({ ...order, id: `n-${n}` })) };
    expect(fieldsOf(await expectProblem(400, 'POST', '/v1/events', tooMany))).toEqual(['events']);
  });

  it('knows no code, click, program, reward or payout that is not there', async () => {
    const ulid = '0'.repeat(26);
    const missing: [string, string, unknown, number, string][] = [
      ['POST', '/track-click', { referralCode: 'nobody-has-this' }, 404, 'code_not_found'],
      ['POST', '/track-click', { referralLink: 'https://elsewhere.example/' }, 404, 'code_not_found'],
      [
        'POST',
        '/verify-referral',
        { referralCode: 'nobody-has-this', newUserId: 'eve' },
        404,
        'code_not_found',
      ],
      ['POST', '/verify-referral', { clickId: `clk_${ulid}`, newUserId: 'eve' }, 404, 'click_not_found'],
      ['POST', '/generate-link', { userId: 'eve', programId: 'none' }, 404, 'program_not_found'],
      ['POST', '/v1/events', { ...order, programId: 'none' }, 404, 'program_not_found'],
      ['POST', '/claim-reward', { userId: 'alice', rewardId: `rwd_${ulid}_x` }, 404, 'reward_not_found'],
      ['GET', '/referral-stats/nobody', undefined, 404, 'participant_not_found'],
      ['GET', '/v1/events/default/none', undefined, 404, 'event_not_found'],
      ['GET', `/v1/payouts/pay_${ulid}_${ulid}`, undefined, 404, 'payout_not_found'],
      ['POST', '/generate-link', { userId: 'eve', code }, 409, 'code_taken'],
    ];
    for (const [method, path, body, status, problem] of missing) {
      expect([path, (await expectProblem(status, method, path, body)).code]).toEqual([path, problem]);
    }
  });
});

describe('keys', () => {
  const guarded = routes.filter((route) => !isPublic(route));

  it.each(guarded.map(({ method, path }) => ({ method, path })))(
    'guard $method $path',
    async ({ method, path }) => {
      const [, keyId, right = ''] = /^po_([^_]+)_(.+)$/.exec(stack.apiKey) ?? [];
      const wrongSecret = right.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
      const url = path.replaceAll(/\{[^}]+\}/g, 'alice');
      const body = /POST|PUT|PATCH/.test(method) ? { userId: 'eve' } : undefined;
      const attempts: [CallOptions, string][] = [
        [{ key: null }, 'missing_key'],
        [{ key: 'garbage' }, 'invalid_key'],
        [{ key: `po_${keyId}_${wrongSecret}` }, 'invalid_key'],
        [{ key: `po_0000000000_${right}` }, 'invalid_key'],
        [{ key: null, headers: { authorization: `Basic ${right}` } }, 'invalid_key'],
      ];
      for (const [options, problem] of attempts) {
        const answer = await stack.call(method, url, body, options);
        expect([answer.status, answer.body.code]).toEqual([401, problem]);
      }
    },
  );

  it('write nothing when they are wrong', async () => {
    expect(await snapshot()).toEqual(before);
  });
});
