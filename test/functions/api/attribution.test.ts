import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusal } from '../../../shared/contract/problems.ts';
import * as contract from '../../../shared/contract/referrals.ts';
import { createLink } from '../../../shared/usecases/links/create-link.ts';
import { putParticipant } from '../../../shared/usecases/participants/put-participant.ts';
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

  it('passes over what a visitor brought that can be nothing, and takes what is good beside it', async () => {
    const code = await codeOf('fay');
    const { clickId } = (await track({ referralCode: code })).body;
    const junk = { clickId: 'abc', coupon: '10%OFF', referralLink: '\u0000', visitorId: 'a b', landed: '' };
    const typed = await verify({ ...junk, referralCode: ` ${code} `, token: '', newUserId: 'u1' });
    expect(typed).toMatchObject({ status: 200, body: { referral: { referrerId: 'fay' } } });
    const said = typed.body.referral.attribution.candidates;
    expect(() => contract.verifyReferral.success.schema.parse(typed.body)).not.toThrow();
    expect(said.map((one: { by: string; outcome: string }) => `${one.by} ${one.outcome}`)).toEqual([
      'clickId unreadable',
      'visitor not_found',
      'code won',
      'link unreadable',
      'coupon unreadable',
    ]);
    const spoilt = { referralCode: 'bad code!', cookie: '', coupon: 'SPRING.2026' };
    const clicked = await verify({ clickId: `${clickId}\n`, ...spoilt, newUserId: 'u2' });
    expect(clicked.body.referral).toMatchObject({ referrerId: 'fay', attribution: { by: 'clickId' } });
    const cut = `plusone_click=abc&plusone_code=${code}&plusone_at=1766000000000`;
    const kept = await verify({ cookie: cut, newUserId: 'u3' });
    expect(kept.body.referral).toMatchObject({ referrerId: 'fay', attribution: { by: 'code' } });
  });

  it.each([
    [{ clickId: 'abc' }, 'click_not_found', 'clickId', 'is no click id, which is clk_ and 26 characters'],
    [{ referralCode: 'bad code!' }, 'code_not_found', 'referralCode', 'can be no code'],
    [{ referralLink: 'https://a.example/' }, 'code_not_found', 'referralLink', 'holds no referral code'],
    [{ coupon: '10%OFF' }, 'code_not_found', 'coupon', 'can be no code'],
  ])('is refused for %j, where nothing else counts', async (given, code, field, message) => {
    const { status, body } = await verify({ ...given, newUserId: 'eve' });
    expect({ status, body }).toMatchObject({
      status: 404,
      body: { code, errors: [{ field, message }], candidates: [{ outcome: 'unreadable' }] },
    });
  });

  it('needs evidence, of which empty fields are none', async () => {
    const empty = { clickId: '', referralCode: ' ', token: '', landed: '' };
    const { status, body } = await verify({ ...empty, newUserId: 'eve' });
    expect({ status, fields: body.errors }).toEqual({
      status: 400,
      fields: [{ field: 'referralCode', message: expect.stringContaining('needs one of clickId') }],
    });
    const long = await verify({ cookie: 'x'.repeat(4097), newUserId: 'eve' });
    expect(long.body.errors).toEqual([{ field: 'cookie', message: 'must be at most 4096 characters' }]);
  });

  it('goes to whose deep link was passed on, or followed', async () => {
    const code = await codeOf('gil');
    const referralLink = `https://go.example.com/r/${code}/products/42?size=m`;
    expect((await verify({ referralLink, newUserId: 'u4' })).body.referral.referrerId).toBe('gil');
    expect(await track({ referralLink })).toMatchObject({ status: 202, body: { code } });
  });

  it('is known by an address in whatever script and spelling', async () => {
    const referralCode = await codeOf('hal');
    await putParticipant(backend.ports, 'default', 'hal', { email: 'jörg@müller.de' });
    const same = await verify({ referralCode, newUserId: 'u5', email: 'JÖRG+x@xn--mller-kva.de' });
    expect(same.body.referral).toMatchObject({ status: 'rejected', reasons: ['same_email'] });
    const other = await verify({ referralCode, newUserId: 'u6', email: 'jorg@müller.de' });
    expect(other.body.referral).not.toHaveProperty('reasons', ['same_email']);
  });

  it('is reported on under other settings', async () => {
    const report = (body: object | undefined) =>
      call(referrals, {
        routeKey: 'POST /v1/programs/{programId}/attribution-report',
        pathParameters: { programId: 'default' },
        body,
      });
    const asIs = await report({});
    expect(asIs).toMatchObject({ status: 200, body: { summary: { same: 8 }, settings: { windowDays: 7 } } });
    expect(() => contract.reportAttribution.success.schema.parse(asIs.body)).not.toThrow();
    expect((await report({ precedence: ['coupon'] })).body.summary).toMatchObject({ nobody: 8, same: 0 });
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

  it('keeps the campaign that stands in the links that are given as they were followed', async () => {
    const code = await codeOf('eva');
    const referralLink = `https://go.example.com/r/${code}?utm_source=news&utm_medium=cpc&gclid=x#utm_term=no`;
    const { body } = await record({ clicks: [{ id: 'c', referralLink }, { referralCode: code }] });
    const read = async (clickId: string) => {
      const routeKey = 'GET /v1/clicks/{clickId}';
      return (await call(clicks, { routeKey, pathParameters: { clickId } })).body.click;
    };
    expect(await read(body.clicks[0].clickId)).toMatchObject({
      utm: { source: 'news', medium: 'cpc' },
      adNetwork: 'google',
    });
    expect(await read(body.clicks[1].clickId)).not.toHaveProperty('utm');
    const other = await record({ clicks: [{ id: 'c', referralLink: referralLink.replace('news', 'blog') }] });
    expect(other.body.clicks).toMatchObject([{ id: 'c', problem: { code: 'click_conflict' } }]);
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
