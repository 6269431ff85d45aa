import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditItems } from '../../../shared/table/audit-items.ts';
import { type Backend, call, startBackend } from '../backend.ts';

type Handler = Parameters<typeof call>[0];
let backend: Backend;
let participants: Handler;
let referrals: Handler;
let links: Handler;

beforeAll(async () => {
  backend = await startBackend();
  ({ handler: participants } = await import('../../../functions/api/participants/handler.ts'));
  ({ handler: referrals } = await import('../../../functions/api/referrals/handler.ts'));
  ({ handler: links } = await import('../../../functions/api/links/handler.ts'));
});
afterAll(() => backend.stop());

const path = '/v1/programs/{programId}/participants/{userId}';
const of = (method: string, userId: string, body?: object, under = '') =>
  call(participants, {
    routeKey: `${method} ${path}${under}`,
    pathParameters: { programId: 'default', userId },
    ...(body && { body }),
  });
const assign = (body: object) => call(referrals, { routeKey: 'POST /v1/referrals/assign', body });
const fieldsRefused = (answer: { body: { errors?: { field: string }[] } }) =>
  answer.body.errors?.map(({ field }) => field);

describe('a participant', () => {
  it('is registered with a first code, changed, deactivated and brought back', async () => {
    const put = await of('PUT', 'ann', { name: 'Ann', fields: { plan: 'pro' } });
    expect(put).toMatchObject({
      status: 200,
      body: { participant: { name: 'Ann', links: 1, policy: { mayInvite: true }, fields: { plan: 'pro' } } },
    });
    const { code } = put.body.participant;
    expect((await backend.ports.findLink(code))?.userId).toBe('ann');
    expect((await of('PUT', 'ann', {})).body).toEqual(put.body);

    const patched = await of('PATCH', 'ann', { name: 'Anna' });
    expect(patched.body.participant).toEqual({ ...put.body.participant, name: 'Anna' });
    const gone = await of('DELETE', 'ann');
    expect(gone).toMatchObject({ status: 200, body: { participant: { status: 'inactive', code } } });
    expect((await of('DELETE', 'ann')).body).toEqual(gone.body);
    const link = { routeKey: 'POST /generate-link', body: { userId: 'ann' } };
    expect(await call(links, link)).toMatchObject({ status: 403, body: { code: 'inviting_not_allowed' } });
    expect((await of('PATCH', 'ann', { status: 'active' })).body).toEqual(patched.body);
    expect((await call(links, link)).status).toBe(201);
  });

  it('has a policy, which is the usual one until it is set', async () => {
    await of('PUT', 'paul');
    expect(await of('GET', 'paul', undefined, '/policy')).toMatchObject({
      status: 200,
      body: { policy: { mayInvite: true } },
    });
    const policy = { commissionRate: '12.5', triggerLimit: null, mayInvite: false };
    expect((await of('PUT', 'paul', policy, '/policy')).body).toEqual({ policy });
    expect((await of('GET', 'paul', undefined, '/policy')).body).toEqual({ policy });
    expect((await of('GET', 'paul')).body.participant.policy).toEqual(policy);
  });

  it.each<[string, object, string]>([
    ['/policy', { commissionRate: '101' }, 'commissionRate'],
    ['/policy', { commissionRate: 10 }, 'commissionRate'],
    ['/policy', { commissionRate: '1.1234567' }, 'commissionRate'],
    ['/policy', { triggerLimit: 0 }, 'triggerLimit'],
    ['/policy', { triggerLimit: 1.5 }, 'triggerLimit'],
    ['/policy', { mayInvite: null }, 'mayInvite'],
    ['', { fields: { plan: { a: 1 } } }, 'fields.plan'],
    ['', { fields: { plan: null } }, 'fields.plan'],
    ['', { fields: { 'a.b': 1 } }, 'fields.a.b'],
    ['', { fields: { big: 2 ** 60 } }, 'fields.big'],
    ['', { fields: Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`f${i}`, i])) }, 'fields'],
    ['', { policy: { mayInvite: false } }, 'policy'],
  ])('of PUT %s %j is refused by the field', async (under, body, field) => {
    const answer = await of('PUT', 'paul', body, under);
    expect({ status: answer.status, fields: fieldsRefused(answer) }).toEqual({
      status: 400,
      fields: [field],
    });
  });

  it('keeps thirty fields of every kind', async () => {
    const fields = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`field-${i}`, [`text ${i}`, i / 3, i % 2 === 0][i % 3]]),
    );
    await of('PUT', 'fay', { fields });
    expect((await of('GET', 'fay')).body.participant.fields).toEqual(fields);
  });

  it('is needed for everything but being registered', async () => {
    const answers = await Promise.all([
      of('PATCH', 'nobody', { name: 'N' }),
      of('DELETE', 'nobody'),
      of('PUT', 'nobody', {}, '/policy'),
      of('GET', 'nobody', undefined, '/policy'),
      of('GET', 'nobody', undefined, '/upline'),
    ]);
    expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual(
      Array(5).fill('404 participant_not_found'),
    );
    expect(fieldsRefused(await of('PATCH', 'ann', {}))).toEqual(['body']);
  });
});

describe('an assignment by hand', () => {
  it('names the key and the request, is shown with its reason, and makes an upline', async () => {
    await of('PUT', 'rita');
    const body = { referrerId: 'rita', newUserId: 'carl', reason: 'She brought him to the fair' };
    const made = await assign(body);
    expect(made).toMatchObject({
      status: 201,
      body: { referral: { referrerId: 'rita', status: 'completed', assignedBy: 'k', reason: body.reason } },
    });
    const { referral } = made.body;
    const shown = await call(referrals, {
      routeKey: 'GET /v1/referrals/{referralId}',
      pathParameters: { referralId: referral.referralId },
    });
    expect(shown.body).toEqual({ referral });
    expect((await of('GET', 'carl', undefined, '/upline')).body).toEqual({
      upline: [{ level: 1, userId: 'rita' }],
    });
    const assigned = { action: 'referral.assigned' };
    const audit = await auditItems(backend.table).listAudit('default', { limit: 10 }, assigned);
    expect(audit?.items).toMatchObject([{ actor: { id: 'k' }, requestId: 'request-1', reason: body.reason }]);
    expect(await assign(body)).toMatchObject({
      status: 409,
      body: { code: 'referral_exists', referral: { referralId: referral.referralId } },
    });
    expect(await assign({ ...body, referrerId: 'carl', newUserId: 'rita' })).toMatchObject({
      status: 422,
      body: { code: 'referral_cycle' },
    });
    expect(await assign({ ...body, newUserId: 'rita' })).toMatchObject({
      status: 422,
      body: { code: 'self_referral' },
    });
  });

  it('needs a reason', async () => {
    const answer = await assign({ referrerId: 'rita', newUserId: 'dora' });
    expect({ status: answer.status, fields: fieldsRefused(answer) }).toEqual({
      status: 400,
      fields: ['reason'],
    });
  });
});
