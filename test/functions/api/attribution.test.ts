import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusal } from '../../../shared/contract/problems.ts';
import * as contract from '../../../shared/contract/referrals.ts';
import { createLink } from '../../../shared/usecases/links/create-link.ts';
import { type Backend, call, startBackend } from '../backend.ts';

let backend: Backend;
let clicks: Parameters<typeof call>[0];
let referrals: Parameters<typeof call>[0];

beforeAll(async () => {
  backend = await startBackend();
  ({ handler: clicks } = await import('../../../functions/api/clicks/handler.ts'));
  ({ handler: referrals } = await import('../../../functions/api/referrals/handler.ts'));
});
afterAll(() => backend.stop());

async function codeOf(userId: string): Promise<string> {
  const input = { programId: 'default', userId, createParticipant: true };
  const link = await createLink(backend.ports, input);
  if (isRefusal(link)) throw new Error(link.refused);
  return link.code;
}
const track = (body: object) => call(clicks, { routeKey: 'POST /track-click', body });
const verify = (body: object) => call(referrals, { routeKey: 'POST /verify-referral', body });

describe('a sign-up by the API', () => {
  it('is attributed by a token, and says why whenever it is read', async () => {
    const code = await codeOf('ann');
    const { status, body } = await track({ referral_code: code, visitor_id: 'anon-1', ip: '203.0.113.9' });
    expect({ status, names: Object.keys(body) }).toEqual({
      status: 202,
      names: ['clickId', 'code', 'token'],
    });
    const signedUp = await verify({ token: body.token, cookie: 'junk', new_user_id: 'bob' });
    expect(signedUp).toMatchObject({
      status: 200,
      body: { referral: { referrerId: 'ann', clickId: body.clickId } },
    });
    const { referral } = signedUp.body;
    expect(() => contract.verifyReferral.success.schema.parse(signedUp.body)).not.toThrow();
    expect(referral.attribution).toMatchObject({ by: 'token', rule: 'only_candidate' });
    const outcomes = referral.attribution.candidates.map((one: { outcome: string }) => one.outcome);
    expect(outcomes.sort()).toEqual(['unreadable', 'won']);
    const read = await call(referrals, {
      routeKey: 'GET /v1/referrals/{referralId}',
      pathParameters: { referralId: referral.referralId },
    });
    expect(read.body.referral.attribution.by).toBe('token');
    const joined = await verify({ visitor_id: 'anon-1', new_user_id: 'carl' });
    expect(joined.body.referral).toMatchObject({ referrerId: 'ann', attribution: { by: 'visitor' } });
  });

  it('is refused with the reason of each candidate', async () => {
    const { status, body } = await verify({
      token: 'p1.x',
      referralCode: 'nobody-has-this',
      newUserId: 'eve',
    });
    expect({ status, body }).toMatchObject({
      status: 422,
      body: {
        code: 'invalid_click_token',
        candidates: [
          { by: 'token', outcome: 'unreadable' },
          { by: 'code', outcome: 'not_found' },
        ],
      },
    });
  });

  it('is reported on under other settings', async () => {
    const report = (body: object | undefined) =>
      call(referrals, {
        routeKey: 'POST /v1/programs/{programId}/attribution-report',
        pathParameters: { programId: 'default' },
        body,
      });
    const asIs = await report({});
    expect(asIs).toMatchObject({ status: 200, body: { summary: { same: 2 }, settings: { windowDays: 7 } } });
    expect(() => contract.reportAttribution.success.schema.parse(asIs.body)).not.toThrow();
    expect((await report({ precedence: ['coupon'] })).body.summary).toMatchObject({ nobody: 2, same: 0 });
    expect((await report({ windowDays: 0 })).body.errors).toEqual([
      { field: 'windowDays', message: 'must be at least 1' },
    ]);
  });
});

describe('a batch of clicks by the API', () => {
  const record = (body: object) => call(clicks, { routeKey: 'POST /v1/clicks', body });

  it('has an outcome for each, and the same again', async () => {
    const referralCode = await codeOf('dan');
    const batch = {
      clicks: [{ id: 'a', referralCode }, { id: 'b', referralCode: 'nobody-has-this' }, { referralCode }],
    };
    const { status, body } = await record(batch);
    expect({ status, body }).toMatchObject({
      status: 202,
      body: {
        clicks: [
          { id: 'a', status: 'accepted', code: referralCode },
          { id: 'b', status: 'refused', problem: { code: 'code_not_found' } },
          { status: 'accepted' },
        ],
      },
    });
    expect((await record(batch)).body.clicks[0]).toEqual(body.clicks[0]);
    const changed = await record({ clicks: [{ id: 'a', referralCode, userAgent: 'another' }] });
    expect(changed.body.clicks).toMatchObject([{ id: 'a', problem: { code: 'click_conflict' } }]);
  });

  it('of one click alone is refused as such', async () => {
    expect(await record({ referralCode: 'nobody-has-this' })).toMatchObject({
      status: 404,
      body: { code: 'code_not_found' },
    });
    const many = Array.from({ length: 101 }, () => ({ referralCode: 'abc' }));
    expect((await record({ clicks: many })).status).toBe(400);
  });
});
