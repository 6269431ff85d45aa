import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { routeKey } from '../../../shared/contract/route.ts';
import { routes } from '../../../shared/contract/routes.ts';
import { reviewIdOf } from '../../../shared/domain/fraud/review.ts';
import { milestoneRewardId, participantKey, referralIdOf } from '../../../shared/domain/ids.ts';
import { apiKeyItems } from '../../../shared/table/api-key-items.ts';
import { openTable, type Table } from '../../../shared/table/client.ts';
import { describeApiKey, drawApiKey } from '../../../shared/usecases/access/api-key.ts';
import { createLink } from '../../../shared/usecases/links/create-link.ts';
import { putParticipant } from '../../../shared/usecases/participants/put-participant.ts';
import { putPolicy } from '../../../shared/usecases/participants/put-policy.ts';
import { createReferral } from '../../../shared/usecases/referrals/create-referral.ts';
import { heldMs } from '../../../shared/usecases/requests/answer-once.ts';
import { balanceOf, earn, type PayoutPorts, payoutPorts } from '../../support/payouts.ts';
import { type Backend, call, startBackend } from '../backend.ts';

type Handler = Parameters<typeof call>[0];
type Asked = Omit<Parameters<typeof call>[1], 'routeKey'>;

let backend: Backend;
let payouts: PayoutPorts;
/** The API key by which all is asked for. */
let maker: string;
/** The table as the functions have it, whose calls can be cut. */
let table: Table;
const handlers: Record<string, Handler> = {};

beforeAll(async () => {
  backend = await startBackend();
  payouts = { ...payoutPorts(backend.table), now: () => Date.now() };
  table = openTable(backend.table.name);
  // Who makes keys must have one that stands.
  maker = drawApiKey(backend.ports);
  await apiKeyItems(backend.table).storeApiKey(
    describeApiKey(backend.ports, maker, 'first key', { scopes: ['*'] }),
  );
  const tried = new Set(scenarios.map(({ operationId }) => operationId));
  const areas = new Set(routes.filter((route) => tried.has(route.operationId)).map(({ area }) => area));
  for (const area of areas) {
    handlers[area] = (await import(`../../../functions/api/${area}/handler.ts`)).handler as Handler;
  }
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(() => backend.stop());
afterEach(() => {
  vi.useRealTimers();
});

function ask(operationId: string, asked: Asked) {
  const route = routes.find((one) => one.operationId === operationId);
  const handler = route && handlers[route.area];
  if (route === undefined || handler === undefined) throw new Error(`Nobody serves ${operationId}`);
  const caller = { caller: 'server', keyId: maker.split('_')[1], scopes: '*', programs: '*' };
  return call(handler, { routeKey: routeKey(route), caller, ...asked });
}

type Death = { readonly call: number; readonly when: 'before' | 'after' };

/** Lets the functions die at a call to the table: it is the last that does anything. @returns how many were made */
async function dying(death: Death | undefined, work: () => Promise<unknown>): Promise<number> {
  let calls = 0;
  const dead = () => Object.assign(new Error('dead'), { name: 'ValidationException' });
  table.documents.middlewareStack.add(
    (next) => async (args) => {
      calls += 1;
      if (death === undefined || calls < death.call) return next(args);
      if (calls === death.call && death.when === 'after') await next(args);
      throw dead();
    },
    { step: 'initialize', name: 'dying', priority: 'high' },
  );
  try {
    await work();
    return calls;
  } finally {
    table.documents.middlewareStack.remove('dying');
  }
}

/** A route that makes or moves something, tried for a person or thing of its own each time. */
interface Scenario {
  readonly operationId: string;
  /** @param name stands in all names, so that no two tries meet */
  prepare(name: string): Promise<Asked>;
  /** What there is in the end: as numbers and states, the same each time. */
  made(name: string): Promise<unknown>;
}

const link = async (name: string) => {
  const made = await createLink(backend.ports, {
    programId: 'default',
    userId: `ann-${name}`,
    code: `code-${name}`,
    createParticipant: true,
  });
  if ('refused' in made) throw new Error(made.refused);
};
const linksOf = async (name: string) =>
  (await backend.ports.findParticipant('default', `ann-${name}`))?.links;
/** A sign-up with the mailbox of the referrer. */
const rejectedSignUp = async (name: string) => {
  await link(name);
  const email = `${name}@example.com`;
  await putParticipant(backend.ports, 'default', `ann-${name}`, { email });
  await createReferral(backend.ports, { newUserId: `bob-${name}`, referralCode: `code-${name}`, email });
};
const statusOfReferral = async (name: string) =>
  (await backend.ports.findReferralOf('default', `bob-${name}`))?.status;
const referralOf = async (name: string) => {
  const referral = await backend.ports.findReferralOf('default', `bob-${name}`);
  return (
    referral && [referral.status, await backend.ports.findOverview('default', `ann-${name}`, '9')].length
  );
};
const stored = async (type: string) => {
  const { Items = [] } = await backend.table.documents.send(
    new ScanCommand({ TableName: backend.table.name, ConsistentRead: true }),
  );
  return Items.filter((item) => item['type'] === type);
};
const visitsOf = async (name: string) => {
  const visits = await stored('visit');
  return visits.filter((item) => item['visit'].code === `code-${name}`).length;
};
const earned = (name: string) => earn(backend.table, payouts, `ann-${name}`, { available: 1_000 });
const balance = (name: string) => balanceOf(payouts, `ann-${name}`);
const payoutBody = (name: string) => ({ userId: `ann-${name}`, amount: 400, currency: 'USD' });
const payout = async (name: string): Promise<Asked> => {
  await earned(name);
  const { body } = await ask('createPayout', { body: payoutBody(name) });
  return { pathParameters: { payoutId: body.payout.payoutId } };
};
const sent = async (name: string): Promise<Asked> => {
  const asked = await payout(name);
  await ask('sendPayout', asked);
  return asked;
};
const batchBody = (name: string) => ({ currency: 'USD', userIds: [`ann-${name}`] });
const batch = async (name: string): Promise<{ asked: Asked; batchId: string }> => {
  await earned(name);
  const { body } = await ask('createPayoutBatch', { body: batchBody(name) });
  return { asked: { pathParameters: { batchId: body.batch.batchId } }, batchId: body.batch.batchId };
};
const sentBatch = async (name: string) => {
  const made = await batch(name);
  await ask('sendPayoutBatch', made.asked);
  return made;
};
const milestone = (name: string) => milestoneRewardId(participantKey('default', `ann-${name}`), 'bronze');
const reached = async (name: string) => {
  await link(name);
  for (const number of [1, 2, 3, 4, 5]) {
    const newUserId = `new-${number}-${name}`;
    await createReferral(backend.ports, { newUserId, referralCode: `code-${name}` });
  }
};
const keysNamed = async (name: string) =>
  (await stored('apiKey')).filter((item) => item['name'] === name).length;
const endpointsAt = async (name: string) =>
  (await stored('webhookEndpoint'))
    .filter((item) => item['endpoint'].url.endsWith(`/${name}`))
    .map((item) => item['secrets'].length);
const signUp = (operationId: string): Scenario => ({
  operationId,
  prepare: async (name) => {
    await link(name);
    return { body: { newUserId: `bob-${name}`, referralCode: `code-${name}` } };
  },
  made: referralOf,
});

const scenarios: readonly Scenario[] = [
  {
    operationId: 'generateLink',
    prepare: async (name) => ({ body: { userId: `ann-${name}` } }),
    made: linksOf,
  },
  {
    operationId: 'createLink',
    prepare: async (name) => {
      await link(name);
      return { pathParameters: { programId: 'default', userId: `ann-${name}` }, body: {} };
    },
    made: linksOf,
  },
  {
    operationId: 'trackClick',
    prepare: async (name) => {
      await link(name);
      return { body: { referralCode: `code-${name}`, visitorId: name } };
    },
    made: visitsOf,
  },
  {
    operationId: 'recordClicks',
    prepare: async (name) => {
      await link(name);
      const click = { referralCode: `code-${name}` };
      return { body: { clicks: [click, { ...click, id: name }, { ...click, userAgent: 'Firefox' }] } };
    },
    made: visitsOf,
  },
  signUp('verifyReferral'),
  signUp('processReferral'),
  signUp('createReferral'),
  {
    operationId: 'assignReferral',
    prepare: async (name) => {
      await putParticipant(backend.ports, 'default', `ann-${name}`, {});
      return { body: { referrerId: `ann-${name}`, newUserId: `bob-${name}`, reason: 'by hand' } };
    },
    made: referralOf,
  },
  {
    operationId: 'createProgram',
    prepare: async (name) => ({
      body: { programId: name, name: 'Another', destination: 'https://example.org/' },
    }),
    made: async (name) => (await backend.ports.findProgram(name))?.version,
  },
  {
    operationId: 'recordEvents',
    prepare: async (name) => ({
      body: { id: name, type: 'order.paid', userId: name, orderId: name, amount: 100, currency: 'USD' },
    }),
    made: async (name) => (await backend.ports.findEvent('default', name))?.event.type,
  },
  {
    operationId: 'claimRewardOfUser',
    prepare: async (name) => {
      await reached(name);
      return { body: { userId: `ann-${name}`, rewardId: milestone(name) } };
    },
    made: async (name) => (await backend.ports.findClaimable(milestone(name)))?.status,
  },
  {
    operationId: 'claimReward',
    prepare: async (name) => {
      await reached(name);
      return { pathParameters: { rewardId: milestone(name) } };
    },
    made: async (name) => (await backend.ports.findClaimable(milestone(name)))?.status,
  },
  {
    operationId: 'loadCoupons',
    prepare: async (name) => ({
      pathParameters: { programId: 'default', pool: name },
      body: { codes: ['ONE-1', 'TWO-2', 'ONE-1'] },
    }),
    made: (name) => backend.ports.findCouponPool('default', name).then((pool) => pool?.available),
  },
  {
    operationId: 'createPayout',
    prepare: async (name) => {
      await earned(name);
      return { body: { ...payoutBody(name), amount: 600 } };
    },
    made: balance,
  },
  { operationId: 'cancelPayout', prepare: payout, made: balance },
  {
    operationId: 'sendPayout',
    prepare: async (name) => ({ ...(await payout(name)), body: { provider: 'manual' } }),
    made: balance,
  },
  {
    operationId: 'recordPayoutResult',
    prepare: async (name) => ({ ...(await sent(name)), body: { status: 'paid' } }),
    made: balance,
  },
  { operationId: 'reconcilePayout', prepare: sent, made: balance },
  {
    operationId: 'createPayoutBatch',
    prepare: async (name) => {
      await earned(name);
      return { body: batchBody(name) };
    },
    made: balance,
  },
  { operationId: 'freezePayoutBatch', prepare: async (name) => (await batch(name)).asked, made: balance },
  { operationId: 'sendPayoutBatch', prepare: async (name) => (await batch(name)).asked, made: balance },
  { operationId: 'cancelPayoutBatch', prepare: async (name) => (await batch(name)).asked, made: balance },
  {
    operationId: 'reconcilePayoutBatch',
    prepare: async (name) => (await sentBatch(name)).asked,
    made: balance,
  },
  {
    operationId: 'recordBatchResults',
    prepare: async (name) => {
      const { asked } = await sentBatch(name);
      const { body } = await ask('listBatchPayouts', asked);
      return { ...asked, body: { results: [{ payoutId: body.payouts[0].payoutId, status: 'paid' }] } };
    },
    made: balance,
  },
  {
    operationId: 'createApiKey',
    prepare: async (name) => ({ body: { name, scopes: ['links:read'] } }),
    made: (name) => keysNamed(name),
  },
  {
    operationId: 'rotateApiKey',
    prepare: async (name) => {
      const { body } = await ask('createApiKey', { body: { name, scopes: ['links:read'] } });
      return { pathParameters: { keyId: body.apiKey.id }, body: {} };
    },
    made: (name) => keysNamed(name),
  },
  {
    operationId: 'createWebhookEndpoint',
    prepare: async (name) => ({ body: { url: `https://hooks.example.com/${name}`, enabled: false } }),
    made: endpointsAt,
  },
  {
    operationId: 'rotateWebhookSecret',
    prepare: async (name) => {
      const made = await ask('createWebhookEndpoint', { body: { url: `https://hooks.example.com/${name}` } });
      return { pathParameters: { endpointId: made.body.endpoint.endpointId }, body: {} };
    },
    made: endpointsAt,
  },
  {
    operationId: 'reassignReferral',
    prepare: async (name) => {
      await link(name);
      await createReferral(backend.ports, { newUserId: `bob-${name}`, referralCode: `code-${name}` });
      await putParticipant(backend.ports, 'default', `cid-${name}`, {});
      const referralId = referralIdOf(participantKey('default', `bob-${name}`));
      return { pathParameters: { referralId }, body: { userId: `cid-${name}`, reason: 'Met at a fair' } };
    },
    made: async (name) => (await backend.ports.findReferralOf('default', `bob-${name}`))?.earlier?.length,
  },
  {
    operationId: 'rejectReferral',
    prepare: async (name) => {
      await link(name);
      await createReferral(backend.ports, { newUserId: `bob-${name}`, referralCode: `code-${name}` });
      const referralId = referralIdOf(participantKey('default', `bob-${name}`));
      return { pathParameters: { referralId }, body: { reason: 'One company' } };
    },
    made: statusOfReferral,
  },
  {
    operationId: 'approveReferral',
    prepare: async (name) => {
      await rejectedSignUp(name);
      const referralId = referralIdOf(participantKey('default', `bob-${name}`));
      return { pathParameters: { referralId }, body: {} };
    },
    made: statusOfReferral,
  },
  {
    operationId: 'decideReview',
    prepare: async (name) => {
      await rejectedSignUp(name);
      const reviewId = reviewIdOf(participantKey('default', `bob-${name}`));
      return { pathParameters: { reviewId }, body: { decision: 'approve', reason: 'One family' } };
    },
    made: statusOfReferral,
  },
  {
    operationId: 'decideReviews',
    prepare: async (name) => {
      await rejectedSignUp(name);
      const body = { state: 'rejected', userId: `ann-${name}`, decision: 'approve', reason: 'One family' };
      return { pathParameters: { programId: 'default' }, body };
    },
    made: statusOfReferral,
  },
];

/** Routes that write nothing, and those whose own tests show what a repeat does. */
const elsewhere = [
  ...['previewRewards', 'dryRunFraudRules', 'reportAttribution'],
  ...['createToken', 'rotateSigningKeys', 'redriveDeadLetters', 'unsubscribe'],
  ...['testWebhookEndpoint', 'replayDelivery', 'replayDeliveries', 'previewNotificationTemplate'],
];

describe('every POST', () => {
  it('is tried here, or known to write nothing', () => {
    const posts = routes.filter(({ method }) => method === 'POST').map(({ operationId }) => operationId);
    expect([...scenarios.map(({ operationId }) => operationId), ...elsewhere].sort()).toEqual(posts.sort());
  });
});

describe('a refusal of who may not do it now', () => {
  it('is not kept: once they may, the same key works', async () => {
    await link('banned');
    const policy = (mayInvite: boolean) => putPolicy(backend.ports, 'default', 'ann-banned', { mayInvite });
    await policy(false);
    const request = {
      pathParameters: { programId: 'default', userId: 'ann-banned' },
      body: {},
      headers: { 'idempotency-key': 'banned' },
    };
    expect((await ask('createLink', request)).body.code).toBe('inviting_not_allowed');
    await policy(true);
    expect((await ask('createLink', request)).status).toBe(201);
  });
});

describe('a POST whose function dies, and which is sent again under its key', () => {
  it.each(scenarios)('acts once and tells what was made: $operationId', async (scenario) => {
    const { operationId } = scenario;
    const tried = async (name: string, death: Death | undefined) => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
      const asked = await scenario.prepare(name);
      vi.setSystemTime(Date.now() + 1_000);
      const request = { ...asked, headers: { 'idempotency-key': name } };
      const calls = await dying(death, () => ask(operationId, request));
      vi.setSystemTime(Date.now() + heldMs + 1);
      const [answer, again] = [await ask(operationId, request), await ask(operationId, request)];
      expect(again.body, 'the answer that is kept').toEqual(answer.body);
      expect(again.headers['idempotency-replayed']).toBe('true');
      return { calls, status: answer.status, made: await scenario.made(name), body: answer.body };
    };
    const id = operationId.toLowerCase();
    const right = await tried(`${id}-0`, undefined);
    expect(right.status, JSON.stringify(right.body)).toBeLessThan(300);
    for (let number = 1; number <= right.calls; number++) {
      for (const when of ['before', 'after'] as const) {
        const died = await tried(`${id}-${number}-${when}`, { call: number, when });
        const what = `dead ${when} call ${number} of ${right.calls}: ${JSON.stringify(died.body)}`;
        expect([died.status, died.made], what).toEqual([right.status, right.made]);
        if (operationId === 'loadCoupons') expect(died.body, what).toEqual(right.body);
      }
    }
  });
});
