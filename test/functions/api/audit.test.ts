import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Route, routeKey } from '../../../shared/contract/route.ts';
import { routes } from '../../../shared/contract/routes.ts';
import { milestoneRewardId, parsePayoutId, participantKey } from '../../../shared/domain/ids.ts';
import { signUnsubscribeToken } from '../../../shared/domain/notifications/unsubscribe-token.ts';
import { deliveryIdOf } from '../../../shared/domain/webhooks/delivery.ts';
import { system as clock } from '../../../shared/runtime/system.ts';
import { signingSecret } from '../../../shared/runtime/tokens/signing-secret.ts';
import { apiKeyItems } from '../../../shared/table/api-key-items.ts';
import { deadLetterItems } from '../../../shared/table/dead-letter-items.ts';
import { deliveryItems } from '../../../shared/table/delivery-items.ts';
import { keys } from '../../../shared/table/keys.ts';
import { makeSigningKey } from '../../../shared/usecases/access/make-signing-key.ts';
import { unsubscribeKey } from '../../../shared/usecases/notifications/unsubscribe.ts';
import { updateProgram } from '../../../shared/usecases/programs/save-program.ts';
import { type Loopback, startLoopback } from '../../support/loopback.ts';
import { earn } from '../../support/payouts.ts';
import { atOnce, join, linkOf, taken } from '../../table/use-table.ts';
import { type Backend, call, startBackend } from '../backend.ts';

mockClient(SQSClient).on(SendMessageBatchCommand).resolves({}).on(SendMessageCommand).resolves({});

const programId = 'default';
let backend: Backend;
let system: Loopback;

beforeAll(async () => {
  [backend, system] = await Promise.all([startBackend(), startLoopback()]);
  await makeSigningKey({ ...clock, ...signingSecret('arn:signing') });
  const webhook = { url: `${system.url}/pay`, secret: `whsec_${'a'.repeat(32)}`, timeoutMs: 200 };
  backend.secrets.set('arn:payout-providers', JSON.stringify({ webhook }));
  const given = { grant: 'claim', onReversal: 'keep', kind: 'badge' } as const;
  const milestones = ['one', 'two'].map((milestoneId, index) => ({
    ...{ ...given, milestoneId, name: milestoneId },
    threshold: { metric: 'completedReferrals' as const, value: index + 1 },
  }));
  const fraud = { rules: { same_device: { action: 'hold' as const } } };
  taken(await updateProgram(backend.ports, programId, { milestones, fraud }, undefined));
  for (const userId of ['ann', 'alice', 'dora', 'payee']) await earns(userId);
  const annsLink = await linkOf(backend.ports, 'ann');
  for (const friend of ['friend', 'other friend']) await join(backend.ports, friend, annsLink);
});
afterAll(() => {
  system.stop();
  return backend.stop();
});

interface Asked {
  readonly pathParameters?: Record<string, string>;
  readonly body?: object;
  readonly query?: Record<string, string>;
}

const routeOf = (operationId: string): Route => {
  const route = routes.find((one) => one.operationId === operationId);
  if (route === undefined) throw new Error(`No operation ${operationId}`);
  return route;
};

/** Does something by an API key. */
async function ask(operationId: string, asked: Asked, keyId = 'setup', scopes = '*') {
  const route = routeOf(operationId);
  const { handler } = await import(`../../../functions/api/${route.area}/handler.ts`);
  const caller = { caller: 'server', keyId, scopes, programs: '*' };
  return call(handler as Parameters<typeof call>[0], { routeKey: routeKey(route), ...asked, caller });
}

async function done(operationId: string, asked: Asked, keyId?: string) {
  const { status, body } = await ask(operationId, asked, keyId);
  expect([operationId, status, body]).toEqual([operationId, routeOf(operationId).success.status, body]);
  return body;
}

const logOf = async (query: Record<string, string>) =>
  (await done('listAuditLog', { query: { limit: '100', ...query } })).entries;

const earns = (userId: string, currency = 'USD') =>
  earn(backend.table, { ...backend.ports } as never, userId, { available: 1_000 }, currency);
const ofUser = (userId: string, body?: object): Asked => ({
  pathParameters: { programId, userId },
  ...(body && { body }),
});
const reward = (id: string) => ({ rewardId: milestoneRewardId(participantKey(programId, 'ann'), id) });
const link = async (userId = 'ann') => (await done('generateLink', { body: { userId } })).code as string;

/** A sign-up from the device of the referrer. */
async function heldSignUp(newUserId: string): Promise<{ referralId: string; reviewId: string }> {
  await done('putParticipant', ofUser('alice', { deviceId: 'd1' }));
  const body = { referralCode: await link('alice'), newUserId, deviceId: 'd1' };
  return (await done('verifyReferral', { body })).referral;
}

async function payout(provider?: 'manual' | 'webhook', currency = 'USD') {
  await earns('payee', currency);
  const body = { userId: 'payee', amount: 10, currency };
  const { payoutId } = (await done('createPayout', { body })).payout;
  if (provider !== undefined) await done('sendPayout', { pathParameters: { payoutId }, body: { provider } });
  return { payoutId } as { payoutId: string };
}

async function batch(currency: string, provider = 'manual') {
  await earns('payee', currency);
  const made = await done('createPayoutBatch', { body: { currency, provider, userIds: ['payee'] } });
  return { batchId: made.batch.batchId as string };
}

/** A payout that was sent without an answer some minutes ago; the system answers from now on. */
async function inDoubt(payoutId: string): Promise<void> {
  const place = parsePayoutId(payoutId);
  const UpdateExpression = 'SET intent.attemptedAt = :then';
  const values = { ':then': new Date(Date.now() - 300_000).toISOString() };
  await backend.table.documents.send(
    new UpdateCommand({
      TableName: backend.table.name,
      Key: keys.payout(place?.participantKey ?? '', place?.ulid ?? ''),
      UpdateExpression,
      ExpressionAttributeValues: values,
    }),
  );
  system.reply = () => ({ status: 200, body: { status: 'paid', reference: 'p' } });
}

const silent = () => {
  system.reply = () => 'silence';
};

const payoutOf = async (batchId: string): Promise<{ payoutId: string }> =>
  (await done('listBatchPayouts', { pathParameters: { batchId } })).payouts[0];

/** Keys change by the word of a key that there is. */
async function storeKey(keyId: string): Promise<string> {
  const powers = { scopes: ['*'], createdAt: new Date().toISOString() };
  await apiKeyItems(backend.table).storeApiKey({ keyId, name: keyId, secretHash: '', ...powers });
  return keyId;
}

async function endpoint() {
  const made = await done('createWebhookEndpoint', { body: { url: 'https://example.com/in' } });
  return { pathParameters: { endpointId: made.endpoint.endpointId as string } };
}

/** A delivery in the log of an endpoint. */
async function delivered() {
  const { pathParameters } = await endpoint();
  const event = {
    ...{ id: 'e', type: 't', version: 1 as const, programId },
    occurredAt: '2026-11-21T10:00:00.000Z',
    data: {},
  };
  const note = {
    ...pathParameters,
    event,
    due: { round: 0, attempt: 0 },
    status: 'delivered' as const,
    at: Date.now(),
  };
  await deliveryItems(backend.table).noteDelivery(note);
  return { pathParameters: { ...pathParameters, deliveryId: deliveryIdOf(event) } };
}

/** A message of the rewards queue that was given up, and that names no program. */
async function givenUp(deadLetterId: string) {
  const at = new Date().toISOString();
  await deadLetterItems(backend.table).keepDeadLetter({
    ...{ deadLetterId, queue: 'rewards', status: 'open', tries: 5, body: '{}' },
    ...{ about: {}, cause: { code: 'TypeError' }, firstTriedAt: at, recordedAt: at },
  });
  return deadLetterId;
}

const setContact = (userId: string) => done('putContact', ofUser(userId, { email: 'a@example.com' }));

/** What the link in a mail to a participant asks for. */
async function unsubscribing(userId: string): Promise<Asked> {
  await setContact(userId);
  const token = signUnsubscribeToken(unsubscribeKey(backend.ports), participantKey(programId, userId));
  return { pathParameters: { token } };
}

const ofTemplate = (language: string): Asked => ({
  pathParameters: { programId, kind: 'reward_earned', language },
});
const template = (language: string): Asked => ({
  ...ofTemplate(language),
  body: { subject: '{{reward}}', text: '{{unsubscribeUrl}}' },
});

/** What is asked of each route that changes something, after what has to be there before. */
const cases: Readonly<Record<string, () => Promise<Asked> | Asked>> = {
  createProgram: () => ({ body: { programId: 'made', name: 'M', destination: 'https://example.com/' } }),
  updateProgram: () => ({ pathParameters: { programId }, body: { linkLimit: 99 } }),
  deleteProgram: async () => {
    const body = { programId: 'gone', name: 'G', destination: 'https://example.com/' };
    await done('createProgram', { body });
    return { pathParameters: { programId: 'gone' } };
  },
  putParticipant: () => ofUser('ann', { status: 'inactive' }),
  updateParticipant: () => ofUser('ann', { status: 'active' }),
  deactivateParticipant: () => ofUser('dora'),
  putPolicy: () => ofUser('ann', { commissionRate: '12.5' }),
  updateLink: async () => ({ pathParameters: { code: await link() }, body: { clickCap: 5 } }),
  deactivateLink: async () => ({ pathParameters: { code: await link() } }),
  assignReferral: () => ({ body: { referrerId: 'ann', newUserId: 'zoe', reason: 'By phone' } }),
  reassignReferral: async () => {
    const body = { referralCode: await link('alice'), newUserId: 'to-reassign' };
    const { referral } = await done('verifyReferral', { body });
    await link('carol');
    return { pathParameters: { referralId: referral.referralId }, body: { userId: 'carol', reason: 'Fair' } };
  },
  approveReferral: async () => ({
    pathParameters: { referralId: (await heldSignUp('to-approve')).referralId },
  }),
  rejectReferral: async () => {
    const body = { referralCode: await link('alice'), newUserId: 'to-reject' };
    const { referral } = await done('verifyReferral', { body });
    return { pathParameters: { referralId: referral.referralId }, body: { reason: 'One company' } };
  },
  decideReview: async () => ({
    pathParameters: { reviewId: (await heldSignUp('held')).reviewId },
    body: { decision: 'approve', reason: 'Known' },
  }),
  decideReviews: async () => {
    await heldSignUp('held-too');
    return {
      pathParameters: { programId },
      body: { state: 'open', limit: 1, decision: 'reject', reason: 'A ring' },
    };
  },
  loadCoupons: () => ({ pathParameters: { programId, pool: 'spring' }, body: { codes: ['A', 'B', 'A'] } }),
  claimReward: () => ({ pathParameters: reward('one') }),
  createPayout: () => ({ body: { userId: 'payee', amount: 10, currency: 'USD' } }),
  cancelPayout: async () => ({ pathParameters: await payout() }),
  sendPayout: async () => ({ pathParameters: await payout(), body: {} }),
  recordPayoutResult: async () => ({
    pathParameters: await payout('manual'),
    body: { status: 'paid', reference: 'wire 1' },
  }),
  reconcilePayout: async () => {
    silent();
    const pathParameters = await payout('webhook');
    await inDoubt(pathParameters.payoutId);
    return { pathParameters };
  },
  createPayoutBatch: async () => {
    await earns('payee', 'EUR');
    return { body: { currency: 'EUR' } };
  },
  freezePayoutBatch: async () => {
    const { batchId } = await batch('SEK');
    // As if the first call had come to its end of time.
    await backend.table.documents.send(
      new UpdateCommand({
        TableName: backend.table.name,
        Key: keys.payoutBatch(batchId.slice('pbt_'.length)),
        UpdateExpression: 'SET #status = :freezing',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':freezing': 'freezing' },
      }),
    );
    return { pathParameters: { batchId } };
  },
  sendPayoutBatch: async () => ({ pathParameters: await batch('CHF') }),
  cancelPayoutBatch: async () => ({ pathParameters: await batch('NOK') }),
  reconcilePayoutBatch: async () => {
    silent();
    const pathParameters = await batch('GBP', 'webhook');
    await done('sendPayoutBatch', { pathParameters });
    await inDoubt((await payoutOf(pathParameters.batchId)).payoutId);
    return { pathParameters };
  },
  recordBatchResults: async () => {
    const pathParameters = await batch('DKK');
    await done('sendPayoutBatch', { pathParameters });
    const { payoutId } = await payoutOf(pathParameters.batchId);
    return { pathParameters, body: { results: [{ payoutId, status: 'failed', reason: 'closed' }] } };
  },
  putPayoutAccount: () => ofUser('ann', { stripeAccount: 'acct_1MTfjCQ9PRzxEwkZ' }),

  putContact: () => ofUser('ann', { email: 'ann@example.com', language: 'de' }),
  deleteContact: async () => {
    await setContact('dora');
    return ofUser('dora');
  },
  putNotificationTemplate: () => template('de'),
  deleteNotificationTemplate: async () => {
    await done('putNotificationTemplate', template('fr'));
    return ofTemplate('fr');
  },

  redriveDeadLetters: async () => ({ body: { ids: [await givenUp('m1'), await givenUp('m2')] } }),

  createApiKey: async () => {
    await storeKey('createApiKey');
    return { body: { name: 'shop', scopes: ['links:read'] } };
  },
  rotateApiKey: async () => {
    await storeKey('rotateApiKey');
    return { pathParameters: { keyId: await storeKey('4f1e9a03bc') }, body: {} };
  },
  revokeApiKey: async () => {
    await storeKey('revokeApiKey');
    return { pathParameters: { keyId: await storeKey('4f1e9a03bd') } };
  },
  rotateSigningKeys: () => ({}),

  createWebhookEndpoint: () => ({ body: { url: 'https://example.com/in' } }),
  updateWebhookEndpoint: async () => ({ ...(await endpoint()), body: { enabled: false } }),
  deleteWebhookEndpoint: endpoint,
  rotateWebhookSecret: async () => ({ ...(await endpoint()), body: {} }),
  testWebhookEndpoint: endpoint,
  replayDelivery: delivered,
  replayDeliveries: async () => ({ ...(await endpoint()), body: { from: '2026-01-01T00:00:00Z' } }),

  createToken: () => ({ body: { userId: 'ann' } }),
  generateLink: () => ({ body: { userId: 'new' } }),
  createLink: () => ofUser('ann', {}),
  trackClick: async () => ({ body: { referralCode: await link() } }),
  recordClicks: async () => ({ body: { clicks: [{ referralCode: await link() }] } }),
  verifyReferral: async () => ({ body: { referralCode: await link(), newUserId: 'v' } }),
  processReferral: async () => ({ body: { referralCode: await link(), newUserId: 'p' } }),
  createReferral: async () => ({ body: { referralCode: await link(), newUserId: 'c' } }),
  reportAttribution: () => ({ pathParameters: { programId }, body: {} }),
  dryRunFraudRules: () => ({ pathParameters: { programId }, body: { fraud: {} } }),
  recordEvents: () => ({ body: { type: 'order.paid', userId: 'v', id: 'e1', amount: 1, currency: 'USD' } }),
  previewRewards: () => ({ body: { type: 'order.paid', userId: 'v', id: 'e2', amount: 1, currency: 'USD' } }),
  claimRewardOfUser: () => ({ body: { userId: 'ann', ...reward('two') } }),
  previewNotificationTemplate: () => template('en'),
  unsubscribe: () => unsubscribing('ann'),
};

const changing = routes.filter((route) => route.audited !== undefined);
const ofDeployment = {
  ...{
    createWebhookEndpoint: '*',
    updateWebhookEndpoint: '*',
    deleteWebhookEndpoint: '*',
    rotateWebhookSecret: '*',
    testWebhookEndpoint: '*',
    replayDelivery: '*',
    replayDeliveries: '*',
  },
  createApiKey: '*',
  rotateApiKey: '*',
  revokeApiKey: '*',
  rotateSigningKeys: '*',
  redriveDeadLetters: '*',
};
const programOf = (operationId: string) =>
  ({ createProgram: 'made', deleteProgram: 'gone', ...ofDeployment })[operationId] ?? programId;

describe('every route that changes something', () => {
  it('is known to this test', () => {
    expect(Object.keys(cases).sort()).toEqual(changing.map(({ operationId }) => operationId).sort());
  });

  it.each(
    changing.filter((route) => route.audited).map((route) => [route.operationId, route.audited] as const),
  )('%s writes entries: %s', async (operationId, audited) => {
    const asked = await cases[operationId]?.();
    await done(operationId, asked ?? {}, operationId);
    const entries = await logOf({ actor: operationId, programId: programOf(operationId) });
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries) {
      expect(audited).toContain(entry.action);
      expect(entry).toMatchObject({ requestId: 'request-1', actor: { type: 'api_key', id: operationId } });
      expect(Buffer.byteLength(JSON.stringify(entry))).toBeLessThan(1_024);
    }
  });

  it.each(changing.filter((route) => route.audited === false).map(({ operationId }) => operationId))(
    '%s, which is traffic of users, writes none',
    async (operationId) => {
      const asked = await cases[operationId]?.();
      await done(operationId, asked ?? {}, operationId);
      expect(await logOf({ actor: operationId })).toEqual([]);
    },
  );
});

describe('what is noted', () => {
  const newest = async (query: Record<string, string>) => (await logOf(query))[0];
  const change = (userId: string, body: object) => done('updateParticipant', ofUser(userId, body), 'noted');

  it('is what changed, before and after; of a program the versions between which', async () => {
    const rules = [
      {
        ruleId: 'r',
        event: 'order.paid',
        side: 'referrer',
        kind: 'cash',
        amount: { type: 'percentage', rate: '7' },
      },
    ];
    const long = rules.flatMap((rule) => ['a', 'b', 'c', 'd'].map((ruleId) => ({ ...rule, ruleId })));
    const { program } = await done('getProgram', { pathParameters: { programId } });
    await done('updateProgram', { pathParameters: { programId }, body: { name: 'New', rules: long } });
    expect(await newest({ action: 'program.changed' })).toMatchObject({
      target: { type: 'program', id: programId },
      before: { version: program.version, name: 'Default' },
      after: { version: program.version + 1, name: 'New', rules: '…' },
    });
  });

  it('says of a person that a value changed, and not which it is', async () => {
    await change('alice', { name: 'Alice', email: 'alice@example.com', fields: { plan: 'pro' } });
    const entry = await newest({ userId: 'alice', action: 'participant.changed' });
    expect(entry.after).toEqual({ name: '…', emailHash: '…', domainHash: '…', fields: '…' });
    expect(entry.before).toEqual({ name: null, emailHash: null, domainHash: null, fields: null });
  });

  it('is nothing where nothing changed, and nothing where it was refused', async () => {
    await change('alice', { status: 'inactive' });
    const before = await logOf({ actor: 'noted' });
    await change('alice', { status: 'inactive', name: 'Alice' });
    expect((await ask('updateParticipant', ofUser('nobody', { name: 'N' }), 'noted')).status).toBe(404);
    const conflict = { pathParameters: { programId }, body: { name: 'X', expectedVersion: 1 } };
    expect((await ask('updateProgram', conflict, 'noted')).status).toBe(409);
    expect(await logOf({ actor: 'noted' })).toEqual(before);
  });

  it('is nothing of who unsubscribes, though it is done', async () => {
    await done('unsubscribe', await unsubscribing('payee'), 'mail');
    expect((await done('getContact', ofUser('payee'))).contact.notifications).toBe(false);
    expect(await logOf({ actor: 'mail' })).toEqual([]);
  });

  it('is each dead letter that was sent again', async () => {
    const ids = [await givenUp('m3'), await givenUp('m4')];
    await done('redriveDeadLetters', { body: { ids: [...ids, 'none'] } }, 'redriver');
    await done('redriveDeadLetters', { body: { ids } }, 'redriver');
    const entries = await logOf({ actor: 'redriver', programId: '*' });
    expect(entries.map(({ target }: { target: { id: string } }) => target.id).sort()).toEqual(ids);
  });

  it('follows each other without a gap, where many change the same at once', async () => {
    const { code } = (await done('createLink', ofUser('payee', {}))).link;
    await atOnce(6, (index) =>
      done('updateLink', { pathParameters: { code }, body: { clickCap: index + 1 } }, 'crowd'),
    );
    const entries = (await logOf({ actor: 'crowd', target: code })) as {
      before: { clickCap: number | null };
      after: { clickCap: number };
    }[];
    expect(entries).toHaveLength(6);
    const next = new Map(entries.map(({ before, after }) => [before.clickCap, after.clickCap]));
    let cap: number | null | undefined = null;
    for (let step = 0; step < 6; step++) cap = next.get(cap as number | null);
    expect((await done('getLink', { pathParameters: { code } })).link.clickCap).toBe(cap);
  });
});

describe('GET /v1/audit-log', () => {
  it('pages through what the filters let pass, newest first', async () => {
    const all = await logOf({});
    expect(all.map(({ at }: { at: string }) => at)).toEqual(
      all
        .map(({ at }: { at: string }) => at)
        .sort()
        .reverse(),
    );
    const page: Record<string, string> = { limit: '2', action: 'payout.requested' };
    const walked: unknown[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const body = await done('listAuditLog', { query: { ...page, ...(cursor && { cursor }) } });
      walked.push(...body.entries);
      cursor = body.nextCursor;
    }
    expect(walked).toEqual(all.filter(({ action }: { action: string }) => action === 'payout.requested'));
    expect(walked.length).toBeGreaterThan(2);
  });

  it('takes a time from which on, and one before which', async () => {
    const all = await logOf({});
    const { at } = all[3];
    const times = (entries: { at: string }[]) => entries.map((entry) => entry.at);
    expect(times(await logOf({ from: at }))).toEqual(times(all).filter((time) => time >= at));
    expect(times(await logOf({ to: at }))).toEqual(times(all).filter((time) => time < at));
    expect(await logOf({ to: '0001-01-01T00:00:00Z' })).toEqual([]);
  });

  it('names the field that is wrong', async () => {
    const wrong = { from: '2026-11-21T00:00:00Z', to: '2026-11-20T00:00:00Z' };
    const fieldsOf = async (query: Record<string, string>) =>
      (await ask('listAuditLog', { query })).body.errors.map(({ field }: { field: string }) => field);
    expect(await fieldsOf(wrong)).toEqual(['to']);
    expect(await fieldsOf({ action: 'nothing', from: 'noon' })).toEqual(['action', 'from']);
    expect((await ask('listAuditLog', { query: { cursor: 'x' } })).body.code).toBe('invalid_cursor');
  });

  it('is for keys that may read it, who may do nothing else', async () => {
    expect((await ask('listAuditLog', {}, 'auditor', 'audit:read')).status).toBe(200);
    expect((await ask('listAuditLog', {}, 'other', 'programs:read')).status).toBe(403);
    expect((await ask('listPrograms', {}, 'auditor', 'audit:read')).status).toBe(403);
  });
});
