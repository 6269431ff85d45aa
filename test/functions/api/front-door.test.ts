import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublic } from '../../../shared/contract/access.ts';
import { routeKey } from '../../../shared/contract/route.ts';
import { routes } from '../../../shared/contract/routes.ts';
import { processEvents } from '../../../shared/usecases/events/process-events.ts';
import { type Backend, call, requestEvent, startBackend } from '../backend.ts';

type Handler = Parameters<typeof call>[0];
let backend: Backend;
const handlers: Record<string, Handler> = {};

beforeAll(async () => {
  backend = await startBackend();
  const areas = new Set<string>(routes.filter((route) => !isPublic(route)).map((route) => route.area));
  for (const area of areas) {
    handlers[area] = (await import(`../../../functions/api/${area}/handler.ts`)).handler as Handler;
  }
});
afterAll(() => backend.stop());

/** Calls a route at the function that the contract says serves it. */
function ask(key: string, more: Omit<Parameters<typeof call>[1], 'routeKey'> = {}) {
  const area = routes.find((route) => routeKey(route) === key)?.area ?? '';
  const handler = handlers[area];
  if (handler === undefined) throw new Error(`Nobody serves ${key}`);
  return call(handler, { routeKey: key, ...more });
}

describe('a referral from end to end', () => {
  it('goes through link, click, sign-up, order, reward, payout and cancellation', async () => {
    const made = await ask('POST /generate-link', { body: { user_id: 'alice' } });
    expect(made).toMatchObject({ status: 201, body: { userId: 'alice', programId: 'default' } });
    expect(made.body.link).toBe(`https://go.example.com/r/${made.body.code}`);

    const visitor = {
      ip: '2001:db8::1',
      user_agent: 'Mozilla/5.0 Firefox/140.0',
      referrer: 'https://news.example/',
    };
    const click = await ask('POST /track-click', { body: { referral_link: made.body.link, ...visitor } });
    expect(click).toMatchObject({ status: 202, body: { code: made.body.code } });
    const { clickId } = click.body;
    expect((await ask('GET /v1/clicks/{clickId}', { pathParameters: { clickId } })).body.click).toMatchObject(
      {
        clickId,
        kind: 'human',
        visits: 1,
        referrerHost: 'news.example',
      },
    );

    const signUp = await ask('POST /verify-referral', { body: { click_id: clickId, new_user_id: 'bob' } });
    expect(signUp).toMatchObject({
      status: 200,
      body: { referral: { referrerId: 'alice', refereeId: 'bob', status: 'completed', clickId } },
    });
    const again = await ask('POST /process-referral', {
      body: { referralCode: made.body.code, newUserId: 'bob' },
    });
    expect(again).toMatchObject({
      status: 409,
      body: { code: 'referral_exists', referral: signUp.body.referral },
    });

    const order = {
      type: 'order.paid',
      userId: 'bob',
      id: 'e1',
      amount: 4_900,
      currency: 'USD',
      orderId: 'o1',
    };
    for (let i = 0; i < 2; i++) {
      expect(await ask('POST /v1/events', { body: order })).toMatchObject({
        status: 202,
        body: { events: [{ id: 'e1', status: 'accepted' }] },
      });
    }
    const conflict = await ask('POST /v1/events', { body: { ...order, amount: 1 } });
    expect(conflict).toMatchObject({ status: 409, body: { code: 'event_conflict', eventId: 'e1' } });
    expect(await processEvents(backend.ports, 'default', 'bob', ['e1'])).toEqual([]);
    const did = await ask('GET /v1/events/{programId}/{eventId}', {
      pathParameters: { programId: 'default', eventId: 'e1' },
    });
    expect(did.body.event).toMatchObject({
      status: 'processed',
      entries: [{ userId: 'alice', amount: 490 }],
    });

    const stats = await ask('GET /referral-stats/{userId}', { pathParameters: { userId: 'alice' } });
    expect(stats.body).toMatchObject({
      userId: 'alice',
      referrals: { pending: 0, completed: 1, rejected: 0, inReview: 0 },
      rewards: { count: 1, milestones: 0 },
      balances: [{ currency: 'USD', pending: 0, available: 490, inPayout: 0, paid: 0 }],
    });
    const rewards = await ask('GET /rewards/{userId}', { pathParameters: { userId: 'alice' } });
    expect(rewards.body).toMatchObject({
      rewards: [{ amount: 490, status: 'available' }],
      milestones: [{}, {}, {}],
    });

    const wish = { userId: 'alice', amount: 490, currency: 'USD' };
    const payout = await ask('POST /v1/payouts', { body: wish });
    expect(payout).toMatchObject({ status: 201, body: { payout: { ...wish, status: 'requested' } } });
    expect(await ask('POST /v1/payouts', { body: wish })).toMatchObject({
      status: 409,
      body: { code: 'insufficient_balance' },
    });
    const { payoutId } = payout.body.payout;
    const cancelled = await ask('POST /v1/payouts/{payoutId}/cancel', { pathParameters: { payoutId } });
    expect(cancelled).toMatchObject({ status: 200, body: { payout: { status: 'cancelled' } } });
  });
});

describe('every function of the API', () => {
  const guarded = routes.filter((route) => !isPublic(route));

  it.each(guarded.map((route) => [routeKey(route), route.area] as const))(
    '%s is served, and takes no stranger',
    async (key, area) => {
      const event = requestEvent({ routeKey: key, caller: null });
      const answer = (await handlers[area]?.(event, {} as Context)) as { statusCode: number; body: string };
      expect(answer.statusCode).toBe(401);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'missing_key' });
    },
  );
});

describe('an answer', () => {
  it('never shows the hash of an address', async () => {
    const pathParameters = { programId: 'default', userId: 'hashed' };
    const put = await ask('PUT /v1/programs/{programId}/participants/{userId}', {
      pathParameters,
      body: { email: 'hashed@example.com', name: 'H' },
    });
    const got = await ask('GET /v1/programs/{programId}/participants/{userId}', { pathParameters });
    expect(got.body).toEqual(put.body);
    expect(put.body.participant).toEqual({
      programId: 'default',
      userId: 'hashed',
      name: 'H',
      status: 'active',
      code: expect.any(String),
      links: 1,
      policy: { mayInvite: true },
      createdAt: expect.any(String),
    });
  });

  it.each([
    ['GET /v1/programs/{programId}/participants/{userId}', 'participant_not_found'],
    ['GET /v1/programs/{programId}/participants/{userId}/balances', 'participant_not_found'],
    ['GET /v1/programs/{programId}/participants/{userId}/ledger', 'participant_not_found'],
    ['GET /v1/programs/{programId}/participants/{userId}/referrals', 'participant_not_found'],
    ['GET /v1/programs/{programId}/participants/{userId}/rewards', 'participant_not_found'],
    ['GET /v1/programs/{programId}/participants/{userId}/stats', 'participant_not_found'],
  ])('of %s is 404 for somebody unknown', async (key, code) => {
    const { status, body } = await ask(key, { pathParameters: { programId: 'default', userId: 'nobody' } });
    expect({ status, code: body.code }).toEqual({ status: 404, code });
  });

  it.each(['referrals', 'rewards', 'ledger', 'links'])(
    'of %s is 400 for a cursor of nobody',
    async (list) => {
      await ask('POST /generate-link', { body: { userId: 'lister' } });
      const { status, body } = await ask(`GET /v1/programs/{programId}/participants/{userId}/${list}`, {
        pathParameters: { programId: 'default', userId: 'lister' },
        query: { cursor: 'garbage' },
      });
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid_cursor' });
    },
  );

  it('names the field of a batch of events that is wrong', async () => {
    const event = { type: 'order.paid', userId: 'bob', id: 'x1', amount: 1, currency: 'XYZ' };
    const { body } = await ask('POST /v1/events', { body: { events: [event] } });
    expect(body.errors).toEqual([{ field: 'events.0.currency', message: 'is not a currency of ISO 4217' }]);
  });
});

describe('properties of an event', () => {
  it('that the contract takes, the table keeps', async () => {
    const properties = {
      most: Number.MAX_SAFE_INTEGER,
      least: 1e-99,
      half: -0.5,
      text: 'é🙂',
      no: null,
      yes: true,
    };
    const body = { type: 'plan.chosen', userId: 'bob', id: 'properties', properties };
    expect((await ask('POST /v1/events', { body })).status).toBe(202);
    expect((await backend.ports.findEvent('default', 'properties'))?.event.properties).toEqual(properties);
  });
});
