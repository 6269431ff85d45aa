import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { mostBodyBytes, mostDepth, mostEntries } from '../../shared/contract/body-sizes.ts';
import type { Refusal } from '../../shared/contract/problems.ts';
import type { Route } from '../../shared/contract/route.ts';
import { routes } from '../../shared/contract/routes.ts';
import { problemAnswer } from '../../shared/http/problem.ts';
import { readInput } from '../../shared/http/read-input.ts';

const routeOf = (operationId: string): Route => {
  const found = routes.find((route) => route.operationId === operationId);
  if (found === undefined) throw new Error(`No route ${operationId}`);
  return found;
};

const key = '0'.repeat(26);
const known: Readonly<Record<string, string>> = {
  programId: 'default',
  userId: 'alice',
  code: 'abc234de',
  rewardId: `rwd_${key}_1_0`,
  payoutId: `pay_${key}_${key}`,
  batchId: `pbt_${key}`,
  pool: 'welcome',
  reviewId: `rev_${key}`,
  referralId: `ref_${key}`,
  keyId: '4f1e9a03bc',
  endpointId: `whe_${key}`,
  kind: 'reward_earned',
  language: 'de',
};

/** The parameters that a route's path has, each with a right value. */
function parametersOf({ path }: Route): Record<string, string> {
  const names = [...path.matchAll(/{(\w+)}/g)].map((match) => match[1] ?? '');
  return Object.fromEntries(names.map((name) => [name, known[name] ?? '']));
}

function request(body: unknown, more: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 {
  return {
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { requestId: 'request-1' },
    ...more,
  } as APIGatewayProxyEventV2;
}

const read = (operationId: string, body: unknown, more: Partial<APIGatewayProxyEventV2> = {}) =>
  readInput(
    routeOf(operationId),
    request(body, { pathParameters: parametersOf(routeOf(operationId)), ...more }),
  );

function refusalOf(operationId: string, body: unknown, more: Partial<APIGatewayProxyEventV2> = {}): Refusal {
  const outcome = read(operationId, body, more);
  if (!('refused' in outcome)) throw new Error(`It was taken: ${JSON.stringify(outcome)}`);
  return outcome;
}

/** A body that each route takes. */
const rightBodies: Readonly<Record<string, Record<string, unknown>>> = {
  generateLink: { userId: 'alice', destination: 'https://example.com/shop', code: 'ALICE-1' },
  trackClick: {
    referralCode: 'abc234de',
    ip: '203.0.113.7',
    userAgent: 'Firefox',
    referrer: 'https://a.example/',
  },
  verifyReferral: { referralCode: 'abc234de', newUserId: 'bob', email: 'bob@example.com' },
  processReferral: { clickId: `clk_${key}`, newUserId: 'bob' },
  createReferral: { referralLink: 'https://r.example/r/abc234de', newUserId: 'bob' },
  reportAttribution: { model: 'last_touch', windowDays: 30, precedence: ['coupon', 'click'] },
  assignReferral: { referrerId: 'alice', newUserId: 'bob', reason: 'Told us by phone' },
  claimRewardOfUser: { userId: 'alice', rewardId: `rwd_${key}_m-bronze` },
  createProgram: {
    programId: 'spring',
    name: 'Spring',
    destination: 'https://example.com/',
    destinationHosts: ['example.com', '*.example.org'],
    rules: [
      {
        ruleId: 'flat',
        event: 'order.paid',
        side: 'referee',
        kind: 'cash',
        amount: { type: 'flat', amount: 500, currency: 'EUR' },
        limitPerReferee: null,
      },
    ],
  },
  updateProgram: { linkLimit: 5, expectedVersion: 1 },
  putParticipant: { name: 'Alice', email: 'alice@example.com', status: 'active', fields: { plan: 'pro' } },
  updateParticipant: { fields: { seats: 3, trial: false } },
  putPolicy: { commissionRate: '12.5', triggerLimit: 5, mayInvite: false },
  createLink: { code: 'alice-2' },
  updateLink: { status: 'inactive' },
  recordClicks: { clicks: [{ referralCode: 'abc234de' }] },
  recordEvents: { type: 'order.paid', userId: 'bob', id: 'e-1', amount: 4900, currency: 'USD' },
  previewRewards: { type: 'order.paid', userId: 'bob', id: 'e-1', amount: 4900, currency: 'USD' },
  loadCoupons: { codes: ['WELCOME-1'] },
  approveReferral: { reason: 'Knows them from a fair' },
  rejectReferral: { reason: 'One company' },
  reassignReferral: { userId: 'carol', reason: 'Met at a fair', code: 'carol-7', earned: 'taken_back' },
  decideReview: { decision: 'approve', reason: 'Knows them from a fair' },
  decideReviews: { state: 'open', rule: 'same_device', decision: 'reject', reason: 'A ring', limit: 10 },
  dryRunFraudRules: { fraud: {} },
  createApiKey: { name: 'shop', scopes: ['links:write'], programs: ['default'] },
  rotateApiKey: { overlapSeconds: 60 },
  createPayout: { userId: 'alice', amount: 490, currency: 'USD' },
  sendPayout: { provider: 'manual' },
  recordPayoutResult: { status: 'paid', reference: 'transfer-1' },
  createPayoutBatch: { currency: 'USD', userIds: ['alice'], minimum: 100 },
  recordBatchResults: { results: [{ payoutId: `pay_${key}_${key}`, status: 'failed', reason: 'closed' }] },
  putPayoutAccount: { stripeAccount: 'acct_1MTfjCQ9PRzxEwkZ' },
  createToken: { userId: 'alice', expiresIn: 900 },
  rotateSigningKeys: {},
  createWebhookEndpoint: { url: 'https://example.com/webhooks', types: ['reward.*', 'payout.paid'] },
  updateWebhookEndpoint: { enabled: true },
  rotateWebhookSecret: { overlapSeconds: 60 },
  testWebhookEndpoint: { type: 'payout.paid' },
  replayDeliveries: { from: '2026-11-21T10:00:00.000Z', to: '2026-11-22T10:00:00.000Z', status: 'failed' },
  putContact: { email: 'alice@example.com', language: 'de' },
  putNotificationTemplate: { subject: 'Earned', text: '{{unsubscribeUrl}}' },
  previewNotificationTemplate: { subject: 'Earned', text: '{{unsubscribeUrl}}' },
  redriveDeadLetters: { ids: ['5c3f0a1e-8f0d-4b1c-9a57-1d1f7f6f6a10'] },
};
/** What the next test would take for wrong, by the field that takes it. */
const rightToo: Readonly<Record<string, readonly string[]>> = {
  commissionRate: ['null'],
  triggerLimit: ['null'],
  mayInvite: ['true'],
  fields: ['{"a":1}'],
  fraud: ['{"a":1}'],
  enabled: ['true'],
};
const withBody = routes.filter((route) => route.body !== undefined).map((route) => route.operationId);

describe('every route that takes a body', () => {
  it('is known to this test', () => {
    expect(Object.keys(rightBodies).sort()).toEqual([...withBody].sort());
  });

  it.each(withBody)('%s takes a right one', (operationId) => {
    expect(read(operationId, rightBodies[operationId])).not.toHaveProperty('refused');
  });

  it.each(withBody)('%s takes it in base 64, as the gateway may deliver it', (operationId) => {
    const body = Buffer.from(JSON.stringify(rightBodies[operationId])).toString('base64');
    expect(read(operationId, body, { isBase64Encoded: true })).not.toHaveProperty('refused');
  });

  it.each(withBody)('%s refuses an unknown field by name', (operationId) => {
    const body = { ...rightBodies[operationId], surprise: 1 };
    expect(refusalOf(operationId, body)).toEqual({
      refused: 'invalid_request',
      errors: [{ field: 'surprise', message: 'is not a known field' }],
    });
  });

  it.each(withBody)('%s refuses a field called __proto__, and takes nothing from it', (operationId) => {
    const { [Object.keys(rightBodies[operationId] ?? {})[0] ?? '']: moved, ...rest } =
      rightBodies[operationId] ?? {};
    const body = `{"__proto__":${JSON.stringify({ userId: 'mallory', moved })},${JSON.stringify(rest).slice(1)}`;
    const { errors } = refusalOf(operationId, body.replace(/,}$/, '}'));
    expect(errors).toContainEqual({ field: '__proto__', message: 'is not a known field' });
  });

  it.each(withBody.flatMap((id) => ['[]', 'null', '5', '"text"', 'true'].map((body) => [id, body] as const)))(
    '%s refuses %s where an object is due',
    (operationId, body) => {
      expect(refusalOf(operationId, body)).toEqual({
        refused: 'invalid_request',
        errors: [{ field: 'body', message: 'must be an object' }],
      });
    },
  );

  it.each(
    withBody.flatMap((id) => ['{', '{"a":}', "{'a':1}", 'NaN', '\u0000'].map((body) => [id, body] as const)),
  )('%s refuses %j, which is no JSON', (operationId, body) => {
    expect(refusalOf(operationId, body).refused).toBe('invalid_json');
  });

  it.each(withBody)('%s refuses a body of more bytes than it may have, before it is read', (operationId) => {
    const most = mostBodyBytes(operationId);
    const padded = (bytes: number) => `{"padding":"${'é'.repeat((bytes - 14) / 2)}"}`;
    expect(Buffer.byteLength(padded(most))).toBe(most);
    expect(refusalOf(operationId, padded(most)).refused).toBe('invalid_request');
    expect(refusalOf(operationId, `${padded(most)} `)).toEqual({
      refused: 'payload_too_large',
      detail: `It may have ${most} bytes`,
    });
  });

  it.each(withBody)('%s refuses what is nested too deep, however deep', (operationId) => {
    for (const depth of [mostDepth + 2, 30_000]) {
      const nested = `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      expect(refusalOf(operationId, nested)).toEqual({
        refused: 'invalid_request',
        errors: [{ field: 'body', message: `must not be nested deeper than ${mostDepth} levels` }],
      });
    }
  });

  it('refuses what is too wide, and the name of the prototype wherever it stands', () => {
    const wide = `[${'1,'.repeat(mostEntries)}1]`;
    expect(refusalOf('recordEvents', wide).errors).toEqual([
      { field: 'body', message: `must not have more than ${mostEntries} entries` },
    ]);
    for (const body of ['{"__proto__":1}', '{"events":[{"a":{"__proto__":{"b":1}}}]}']) {
      expect(refusalOf('recordEvents', body).errors).toEqual([
        { field: '__proto__', message: 'is not a known field' },
      ]);
    }
  });

  it.each(withBody)('%s refuses every field of a wrong type by name', (operationId) => {
    for (const [name, value] of Object.entries(rightBodies[operationId] ?? {})) {
      for (const wrong of [typeof value === 'number' ? '7' : 7, null, true, { a: 1 }]) {
        if (rightToo[name]?.includes(JSON.stringify(wrong))) continue;
        const body = { ...rightBodies[operationId], [name]: wrong };
        const fields = refusalOf(operationId, body).errors?.map(({ field }) => field);
        expect(fields, `${name}: ${JSON.stringify(wrong)}`).toContain(name);
      }
    }
  });

  it.each(withBody)('%s takes an empty body only where it may be left out', (operationId) => {
    const outcome = read(operationId, ' ');
    if (routeOf(operationId).bodyOptional) expect(outcome).toMatchObject({ body: {} });
    else expect(outcome).toEqual({ refused: 'invalid_json', detail: 'The body is empty' });
  });
});

const order = { type: 'order.paid', userId: 'bob', id: 'e-1', amount: 4900, currency: 'USD' };
const payout = { userId: 'alice', amount: 490, currency: 'USD' };
const userIdForm = 'must be 1 to 128 of: letters, digits, . _ : @ | + -';
const rule = {
  ruleId: 'a',
  event: 'order.paid',
  side: 'referrer',
  kind: 'cash',
  amount: { type: 'percentage', rate: '10' },
  limitPerReferee: 3,
};
const program = { programId: 'p', name: 'P', destination: 'https://example.com/' };

describe('a refusal names the field and says what it should have been', () => {
  it.each<[string, string, unknown, string, string]>([
    ['missing', 'generateLink', {}, 'userId', 'is needed'],
    ['of a wrong type', 'generateLink', { userId: 5 }, 'userId', 'must be a string'],
    ['null', 'generateLink', { userId: null }, 'userId', 'must be a string'],
    ['user id with a slash', 'generateLink', { userId: 'a/b' }, 'userId', userIdForm],
    ['user id with an emoji', 'generateLink', { userId: 'bob🙂' }, 'userId', userIdForm],
    ['user id of 300 characters', 'generateLink', { userId: 'a'.repeat(300) }, 'userId', userIdForm],
    ['user id with a line feed at its end', 'generateLink', { userId: 'bob\n' }, 'userId', userIdForm],
    ['empty user id', 'generateLink', { userId: '' }, 'userId', userIdForm],
    [
      'code of two characters',
      'generateLink',
      { userId: 'a', code: 'ab' },
      'code',
      'must be 3 to 50 letters, digits, _ or -, the first a letter or digit',
    ],
    [
      'status of a redirect that is none',
      'createProgram',
      { ...program, redirect: { status: 303 } },
      'redirect.status',
      'must be one of: 301, 302, 307',
    ],
    [
      'click of a batch from no address',
      'recordClicks',
      { clicks: [{ referralCode: 'abc' }, { referralCode: 'abc', ip: 'x' }] },
      'clicks.1.ip',
      'must be an IPv4 or IPv6 address',
    ],
    [
      'click too many',
      'recordClicks',
      { clicks: Array.from({ length: 101 }, () => ({ referralCode: 'abc' })) },
      'clicks',
      'must have at most 100 entries',
    ],
    ['no click', 'recordClicks', { clicks: [] }, 'clicks', 'must have at least 1 entry'],
    ['batch of clicks that is none', 'recordClicks', { clicks: 'x' }, 'clicks', 'must be a list'],
    [
      'click of nothing',
      'recordClicks',
      {},
      'referralLink',
      'needs exactly one of referralLink and referralCode',
    ],
    [
      'click with a field that nobody knows',
      'recordClicks',
      { referralCode: 'abc', happenedAt: '2026-11-21T10:00:00Z' },
      'happenedAt',
      'is not a known field',
    ],
    ['missing amount', 'createPayout', { userId: 'a', currency: 'USD' }, 'amount', 'is needed'],
    [
      'amount in a string',
      'createPayout',
      { ...payout, amount: '5' },
      'amount',
      'must be an integer in minor units',
    ],
    [
      'amount with a fraction',
      'createPayout',
      { ...payout, amount: 4.9 },
      'amount',
      'must be an integer in minor units',
    ],
    ['negative amount', 'createPayout', { ...payout, amount: -1 }, 'amount', 'must be at least 1'],
    ['amount of nothing', 'createPayout', { ...payout, amount: 0 }, 'amount', 'must be at least 1'],
    [
      'amount of 2^53',
      'createPayout',
      { ...payout, amount: 2 ** 53 },
      'amount',
      'must be at most 999999999999',
    ],
    [
      'amount beyond numbers',
      'createPayout',
      '{"userId":"a","currency":"USD","amount":1e999}',
      'amount',
      'must be an integer in minor units',
    ],
    [
      'currency in lower case',
      'createPayout',
      { ...payout, currency: 'usd' },
      'currency',
      'must be an ISO 4217 code such as USD',
    ],
    ['negative order', 'recordEvents', { ...order, amount: -1 }, 'amount', 'must not be negative'],
    [
      'order without currency',
      'recordEvents',
      { ...order, currency: undefined },
      'currency',
      'is needed for order.paid',
    ],
    [
      'amount without currency',
      'recordEvents',
      { type: 'x', userId: 'a', id: '1', amount: 1 },
      'currency',
      'is needed with an amount',
    ],
    [
      'refund without order',
      'recordEvents',
      { type: 'order.refunded', userId: 'a', id: '1', amountRefunded: 1 },
      'orderId',
      'is needed for order.refunded',
    ],
    [
      'event type',
      'recordEvents',
      { ...order, type: 'Order Paid' },
      'type',
      'must be a type such as order.paid',
    ],
    [
      'time without offset',
      'recordEvents',
      { ...order, occurredAt: '2026-01-01' },
      'occurredAt',
      'must be an ISO 8601 date-time with an offset',
    ],
    [
      'event in a batch',
      'recordEvents',
      { events: [order, { ...order, amount: -1 }] },
      'events.1.amount',
      'must not be negative',
    ],
    [
      'unknown field in a batch',
      'recordEvents',
      { events: [{ ...order, a: 1 }] },
      'events.0.a',
      'is not a known field',
    ],
    ['event of a wrong type in a batch', 'recordEvents', { events: [null] }, 'events.0', 'must be an object'],
    ['empty batch', 'recordEvents', { events: [] }, 'events', 'must have at least 1 entry'],
    [
      'batch of 101',
      'recordEvents',
      { events: Array(101).fill(order) },
      'events',
      'must have at most 100 entries',
    ],
    ['batch that is no list', 'recordEvents', { events: {} }, 'events', 'must be a list'],
    [
      'control character',
      'recordEvents',
      { ...order, paymentMethod: 'card\u0007' },
      'paymentMethod',
      'must not contain control characters or broken ones',
    ],
    [
      'C1 control character',
      'putParticipant',
      { name: 'A\u0085' },
      'name',
      'must not contain control characters or broken ones',
    ],
    [
      'half a character',
      'putParticipant',
      { name: 'A\ud83d' },
      'name',
      'must not contain control characters or broken ones',
    ],
    ['empty text', 'putParticipant', { name: '' }, 'name', 'must not be empty'],
    ['text too long', 'putParticipant', { name: 'a'.repeat(129) }, 'name', 'must be at most 128 characters'],
    ['e-mail address', 'putParticipant', { email: 'alice@' }, 'email', 'must be an e-mail address'],
    ['option', 'updateLink', { status: 'gone' }, 'status', 'must be one of: active, inactive'],
    ['change of nothing', 'updateLink', {}, 'body', 'must change something'],
    ['address', 'trackClick', { referralCode: 'abc', ip: '1.2.3' }, 'ip', 'must be an IPv4 or IPv6 address'],
    [
      'neither code nor link',
      'trackClick',
      {},
      'referralLink',
      'needs exactly one of referralLink and referralCode',
    ],
    [
      'both code and link',
      'trackClick',
      { referralCode: 'abc', referralLink: 'https://a.example/r/abc' },
      'referralLink',
      'needs exactly one of referralLink and referralCode',
    ],
    [
      'sign-up without trace',
      'verifyReferral',
      { newUserId: 'b' },
      'referralCode',
      'needs one of clickId, token, cookie, visitorId, referralCode, referralLink and coupon',
    ],
    [
      'missing amount of a rule',
      'createProgram',
      { ...program, rules: [{ ...rule, amount: undefined }] },
      'rules.0.amount',
      'is needed for cash',
    ],
    [
      'kind of a rule’s amount',
      'createProgram',
      { ...program, rules: [{ ...rule, amount: { type: 'half' } }] },
      'rules.0.amount.type',
      'must be one of: percentage, flat, by_tier, stepped, by_product',
    ],
    [
      'rate above 100',
      'createProgram',
      { ...program, rules: [{ ...rule, amount: { type: 'percentage', rate: '100.1' } }] },
      'rules.0.amount.rate',
      'must be a decimal from 0 to 100 with at most 6 places, as a string',
    ],
    [
      'rate as a number',
      'createProgram',
      { ...program, rules: [{ ...rule, amount: { type: 'percentage', rate: 10 } }] },
      'rules.0.amount.rate',
      'must be a string',
    ],
    [
      'rules of one id',
      'createProgram',
      { ...program, rules: [rule, rule] },
      'rules',
      'must have different ruleIds',
    ],
    [
      'link limit of nothing',
      'createProgram',
      { ...program, linkLimit: 0 },
      'linkLimit',
      'must be at least 1',
    ],
  ])('%s', (_, operationId, body, field, message) => {
    const { refused, errors } = refusalOf(operationId, body);
    expect(refused).toBe('invalid_request');
    expect(errors).toContainEqual({ field, message });
  });

  it.each([
    'http://example.com/',
    'javascript:alert(1)',
    '//evil.example/',
    '/path',
    'https://user@example.com/',
    'https://user:password@example.com/',
    'https://example.com\\@evil.example/',
    'https://exa mple.com/',
    'https://localhost/',
    'https://',
  ])('destination %s', (destination) => {
    expect(refusalOf('generateLink', { userId: 'a', destination }).errors?.[0]?.field).toBe('destination');
  });

  it.each([
    ['a list', { a: [1] }, 'properties.a'],
    ['an object', { a: {} }, 'properties.a'],
    ['an integer that is not exact', { a: 2 ** 53 }, 'properties.a'],
    ['a number that the table does not hold', { a: 1e300 }, 'properties.a'],
    ['a number too small for the table', { a: 1e-300 }, 'properties.a'],
    ['half a character', { a: '\ud800' }, 'properties.a'],
    ['a control character in a name', { 'a\u0000': 1 }, 'properties.a\u0000'],
    ['an empty name', { '': 1 }, 'properties.'],
    ['a name too long', { ['a'.repeat(65)]: 1 }, `properties.${'a'.repeat(65)}`],
    ['a list instead of properties', [], 'properties'],
    ['31 entries', Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`p${i}`, i])), 'properties'],
  ])("an event's property that is %s", (_, properties, field) => {
    expect(refusalOf('recordEvents', { ...order, properties }).errors?.map((error) => error.field)).toEqual([
      field,
    ]);
  });

  it('takes the properties that the table can keep', () => {
    const properties = {
      text: 'é🙂',
      no: 0,
      half: 0.5,
      most: Number.MAX_SAFE_INTEGER,
      yes: true,
      none: null,
    };
    expect(read('recordEvents', { ...order, properties })).toMatchObject({ body: { properties } });
  });

  it('names every wrong field at once, those of path and query as well', () => {
    const { errors } = refusalOf('listLedger', '', {
      pathParameters: { programId: 'Default', userId: 'a/b' },
      queryStringParameters: { limit: '101', page: '2' },
    });
    expect(errors?.map(({ field }) => field)).toEqual(['programId', 'userId', 'limit', 'page']);
  });

  it('names an unknown parameter of a route that takes no query', () => {
    const { errors } = refusalOf('getBalances', '', { queryStringParameters: { limit: '1' } });
    expect(errors).toEqual([{ field: 'limit', message: 'is not a known field' }]);
  });

  it.each(['0', '-1', '101', '1.5', 'ten', ''])('refuses a limit of %j', (limit) => {
    expect(refusalOf('listPayouts', '', { queryStringParameters: { limit } }).errors?.[0]?.field).toBe(
      'limit',
    );
  });

  it('stays short, however many fields are wrong and however long their names are', () => {
    const unknown = Array.from({ length: 5_000 }, (_, i) => [`${i}${'x'.repeat(300)}`, 1]);
    const refusal = refusalOf('createPayout', { ...payout, ...Object.fromEntries(unknown) });
    expect(JSON.stringify(refusal).length).toBeLessThan(50_000);
  });
});

describe('the front door', () => {
  const snakeCase = routes.filter((route) => route.snakeCase).map((route) => route.operationId);
  const toSnake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

  it('is the five routes that the brief lists', () => {
    expect(snakeCase.filter((id) => id !== 'createReferral').sort()).toEqual(
      ['claimRewardOfUser', 'generateLink', 'processReferral', 'trackClick', 'verifyReferral'].sort(),
    );
  });

  it.each(snakeCase)('%s takes its fields in snake_case too', (operationId) => {
    const right = rightBodies[operationId] ?? {};
    const snake = Object.fromEntries(Object.entries(right).map(([name, value]) => [toSnake(name), value]));
    expect(read(operationId, snake)).toEqual(read(operationId, right));
    expect(read(operationId, snake)).toMatchObject({ body: right });
  });

  it('refuses a field that is given in both spellings', () => {
    expect(refusalOf('generateLink', { userId: 'a', user_id: 'a' }).errors).toEqual([
      { field: 'user_id', message: 'is given as userId as well' },
    ]);
  });

  it('names a field as the caller spelled it', () => {
    const { errors } = refusalOf('verifyReferral', { new_user_id: 'a/b', referral_code: 'abc', is_vip: 1 });
    expect(errors?.map(({ field }) => field)).toEqual(['new_user_id', 'is_vip']);
  });

  it('is alone in this: other routes refuse snake_case by name', () => {
    const { errors } = refusalOf('createPayout', { user_id: 'a', amount: 1, currency: 'USD' });
    expect(errors).toContainEqual({ field: 'user_id', message: 'is not a known field' });
  });
});

describe('a refusal as an answer', () => {
  it('is a problem document with a code and the wrong fields', () => {
    const answer = problemAnswer(refusalOf('createPayout', { ...payout, amount: -1 }), 'request-1');
    expect(answer.statusCode).toBe(400);
    expect(answer.headers?.['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body ?? '')).toEqual({
      type: 'urn:plusone:problem:invalid_request',
      title: 'A field is missing, unknown or not of its form',
      status: 400,
      code: 'invalid_request',
      errors: [{ field: 'amount', message: 'must be at least 1' }],
      requestId: 'request-1',
    });
  });
});
