import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, call, startBackend } from '../backend.ts';

type Handler = Parameters<typeof call>[0];

let backend: Backend;
const handlers = {} as Record<'links' | 'participants' | 'programs' | 'referrals' | 'reviews', Handler>;

beforeAll(async () => {
  backend = await startBackend();
  for (const area of ['links', 'participants', 'programs', 'referrals', 'reviews'] as const) {
    handlers[area] = (await import(`../../../functions/api/${area}/handler.ts`)).handler as Handler;
  }
});
afterAll(() => backend.stop());

const listRoute = 'GET /v1/programs/{programId}/reviews';
const decisionRoute = 'POST /v1/reviews/{reviewId}/decision';
const programId = 'default';

async function verify(newUserId: string, more: object = {}) {
  const link = await call(handlers.links, { routeKey: 'POST /generate-link', body: { userId: 'alice' } });
  const body = { referralCode: link.body.code, newUserId, ...more };
  return call(handlers.referrals, { routeKey: 'POST /verify-referral', body });
}

const decide = (reviewId: string, body: object) =>
  call(handlers.reviews, { routeKey: decisionRoute, pathParameters: { reviewId }, body });

/** All that is stored, but how many requests there were. */
const everything = async () => {
  const { Items = [] } = await backend.table.documents.send(
    new ScanCommand({ TableName: backend.table.name }),
  );
  return Items.filter(({ pk }) => !`${pk}`.startsWith('RATE#'));
};

describe('fraud and reviews', () => {
  it('judge a sign-up by what comes with it, and show none of it', async () => {
    const signals = {
      email: 'alice@acme.example',
      ip: '203.0.113.9',
      deviceId: 'd1',
      paymentFingerprint: 'p1',
    };
    const routeKey = 'PUT /v1/programs/{programId}/participants/{userId}';
    const pathParameters = { programId, userId: 'alice' };
    const alice = await call(handlers.participants, { routeKey, pathParameters, body: signals });
    expect(alice.status).toBe(200);
    expect(JSON.stringify(alice.body)).not.toMatch(/hash/i);
    const { email: _, ...same } = signals;
    const referral = await verify('bob', { ...same, email: 'bob@acme.example' });
    expect(referral.body.referral).toMatchObject({
      status: 'completed',
      reasons: ['same_device', 'same_payment', 'same_ip', 'same_domain'],
    });
    expect((await verify('carol', { ip: 'nowhere' })).body).toMatchObject({ code: 'invalid_request' });
  });

  it('are what the program says: checked, kept and shown', async () => {
    const routeKey = 'PATCH /v1/programs/{programId}';
    const patch = (fraud: object) =>
      call(handlers.programs, { routeKey, pathParameters: { programId }, body: { fraud } });
    for (const wrong of [
      { rules: { same_moon: { action: 'hold' } } },
      { rules: { cycle: { action: 'off' } } },
      { rules: { velocity_ip: { limit: 21 } } },
      { holdScore: 0 },
    ]) {
      expect((await patch(wrong)).status).toBe(400);
    }
    const fraud = { rules: { same_device: { action: 'hold' } } };
    expect((await patch(fraud)).body.program.fraud).toEqual(fraud);
  });

  it('list cases by referrer and rule, and count them', async () => {
    for (const user of ['fay', 'gus']) await verify(user, { deviceId: 'd1' });
    const pathParameters = { programId };
    const list = async (query: object) =>
      (
        await call(handlers.reviews, {
          routeKey: listRoute,
          pathParameters,
          query: { state: 'open', ...query },
        })
      ).body;
    expect((await list({ userId: 'alice', reason: 'same_device' })).reviews).toHaveLength(2);
    expect(await list({ userId: 'bob' })).toEqual({ reviews: [] });
    expect(await list({ reason: 'same_ip' })).toEqual({ reviews: [] });
    const first = await list({ userId: 'alice', limit: '1' });
    expect(first.reviews).toMatchObject([{ refereeId: 'gus' }]);
    const second = await list({ userId: 'alice', limit: '1', cursor: first.nextCursor });
    expect(second.reviews).toMatchObject([{ refereeId: 'fay' }]);
    const routeKey = 'GET /v1/programs/{programId}/reviews/groups';
    const groups = await call(handlers.reviews, { routeKey, pathParameters });
    const newest = { reviewId: first.reviews[0].reviewId, createdAt: first.reviews[0].createdAt };
    expect(groups.body).toEqual({
      cases: 2,
      byReferrer: [{ userId: 'alice', cases: 2, newest }],
      byReason: [{ reason: 'same_device', cases: 2, newest }],
    });
    const none = await call(handlers.reviews, { routeKey, pathParameters: { programId: 'none' } });
    expect(none.body.code).toBe('program_not_found');
    for (const { reviewId } of [...first.reviews, ...second.reviews]) {
      await decide(reviewId, { decision: 'approve', reason: 'Known' });
    }
  });

  it('try other rules on the last sign-ups, and write nothing', async () => {
    const routeKey = 'POST /v1/programs/{programId}/fraud/dry-run';
    const before = await everything();
    const run = async (body: object) =>
      (await call(handlers.reviews, { routeKey, pathParameters: { programId }, body })).body;
    const fraud = { rules: { same_device: { action: 'reject' } } };
    const report = await run({ fraud });
    expect(report).toMatchObject({
      participants: 4,
      cut: [],
      judged: 3,
      unknown: 0,
      incomplete: 0,
      changed: 3,
    });
    expect(report.before).toEqual({ accept: 0, flag: 0, hold: 3, reject: 0 });
    expect(report.after).toEqual({ accept: 0, flag: 0, hold: 0, reject: 3 });
    expect(report.rules).toContainEqual({ ruleId: 'same_device', before: 3, after: 3 });
    expect(report.orders).toMatchObject({ judged: 0, changed: 0, examples: [] });
    expect(report.examples).toHaveLength(3);
    expect(report.examples[0].after).toMatchObject({ action: 'reject' });
    let [cursor, judged, pages]: [string | undefined, number, number] = [undefined, 0, 0];
    do {
      const page = await run({ fraud, limit: 3, ...(cursor && { cursor }) });
      [cursor, judged, pages] = [page.nextCursor, judged + page.judged, pages + 1];
    } while (cursor !== undefined);
    expect([judged, pages]).toEqual([3, 2]);
    expect(await run({ fraud, days: 0 })).toMatchObject({ errors: [{ field: 'days' }] });
    expect(await run({ fraud: { rules: { same_moon: {} } } })).toMatchObject({ code: 'invalid_request' });
    expect(await run({ fraud, cursor: 'none' })).toMatchObject({ code: 'invalid_cursor' });
    expect(await everything()).toEqual(before);
  });

  it('list what is held, and decide it', async () => {
    const { referral } = (await verify('dave', { deviceId: 'd1' })).body;
    expect(referral).toMatchObject({ status: 'in_review', reasons: expect.arrayContaining(['same_device']) });
    const list = async (query = {}) =>
      (await call(handlers.reviews, { routeKey: listRoute, pathParameters: { programId }, query })).body;
    expect((await list()).reviews).toMatchObject([{ reviewId: referral.reviewId, refereeId: 'dave' }]);
    expect((await decide(referral.reviewId, { decision: 'approve' })).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ field: 'reason' }],
    });
    const approved = await decide(referral.reviewId, { decision: 'approve', reason: 'A brother' });
    expect(approved.body.review).toMatchObject({ state: 'approved', decidedBy: 'k', note: 'A brother' });
    expect(await list()).toEqual({ reviews: [] });
    expect((await list({ state: 'approved' })).reviews).toMatchObject([{ refereeId: 'dave' }, {}, {}]);
    const other = await decide(referral.reviewId, { decision: 'ban', reason: 'No' });
    expect([other.status, other.body.code]).toEqual([409, 'review_decided']);
    const unknown = await decide(`rev_${'0'.repeat(26)}`, { decision: 'ban', reason: 'No' });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'review_not_found']);
    const read = (reviewId: string) =>
      call(handlers.reviews, { routeKey: 'GET /v1/reviews/{reviewId}', pathParameters: { reviewId } });
    expect((await read(referral.reviewId)).body).toEqual(approved.body);
    expect((await read(`rev_${'0'.repeat(26)}`)).body.code).toBe('review_not_found');
  });

  it('decide many alike, a page at a time, and none that is not in the state', async () => {
    for (const user of ['ida', 'jim', 'kit']) await verify(user, { deviceId: 'd1' });
    const decideAll = (body: object, program = programId) =>
      call(handlers.reviews, {
        routeKey: 'POST /v1/programs/{programId}/reviews/decisions',
        pathParameters: { programId: program },
        body: { state: 'open', decision: 'reject', reason: 'A ring', ...body },
      });
    expect((await decideAll({ userId: 'nobody' })).body).toEqual({ results: [] });
    expect((await decideAll({ rule: 'same_ip' })).body).toEqual({ results: [] });
    const first = (await decideAll({ userId: 'alice', rule: 'same_device', limit: 2 })).body;
    expect(first.results).toHaveLength(2);
    const second = (await decideAll({ userId: 'alice', limit: 2, cursor: first.nextCursor })).body;
    const all = [...first.results, ...second.results];
    expect(all).toMatchObject(Array.from({ length: 3 }, () => ({ outcome: 'decided', state: 'rejected' })));
    expect(second).not.toHaveProperty('nextCursor');
    expect((await decideAll({})).body).toEqual({ results: [] });
    const undone = (await decideAll({ state: 'rejected', userId: 'alice', decision: 'undo' })).body.results;
    expect(undone.map(({ reviewId }: { reviewId: string }) => reviewId).sort()).toEqual(
      all.map(({ reviewId }) => reviewId).sort(),
    );
    expect(undone[0]).toMatchObject({ outcome: 'decided', state: 'open' });
    expect((await decideAll({ cursor: 'none' })).body.code).toBe('invalid_cursor');
    expect((await decideAll({}, 'none')).body.code).toBe('program_not_found');
    expect((await decideAll({ limit: 26 })).body.errors).toMatchObject([{ field: 'limit' }]);
  });
});
