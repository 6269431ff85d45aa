import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStack, type TestStack } from './support/start-stack.ts';
import { balancesOf, inProgram, makeLink, paidOrder, processed } from './support/story.ts';
import { waitUntil } from './support/wait-until.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.end());

interface Case {
  readonly reviewId: string;
  readonly state: string;
}

const program = '/v1/programs/default';
const cases = async (query: string): Promise<readonly Case[]> =>
  (await stack.get<{ reviews: Case[] }>(`${program}/reviews?${query}`)).reviews;
const isIn = async (state: string, one: Case | undefined) =>
  (await cases(`state=${state}`)).some(({ reviewId }) => reviewId === one?.reviewId);
const decide = (reviewId: string, decision: string) =>
  stack.call('POST', `/v1/reviews/${reviewId}/decision`, { decision, reason: 'Looked into it' });
const availableOf = async (userId: string) => (await balancesOf(stack, userId))[0]?.available ?? 0;
const statusOf = async (userId: string) =>
  (await stack.get<{ participant: { status: string } }>(inProgram(userId))).participant.status;

it('finds a sign-up on its own device, tries rules that would hold it, and lets a person decide and undo', async () => {
  const { code } = await makeLink(stack, 'alice');
  const deviceId = 'device-1';
  await stack.call('PATCH', inProgram('alice'), { deviceId });
  const signUp = (newUserId: string) =>
    stack.call('POST', '/verify-referral', { referralCode: code, newUserId, deviceId });
  expect((await signUp('bob')).body).toMatchObject({ referral: { status: 'completed' } });
  await stack.post('/v1/events', paidOrder('bob', 'o-1', 5_000));
  await processed(stack, 'o-1');
  expect(await availableOf('alice')).toBe(500);

  const fraud = { rules: { same_device: { action: 'hold' } } };
  const dryRun = await stack.call('POST', `${program}/fraud/dry-run`, { fraud, days: 7 });
  expect(dryRun).toMatchObject({
    status: 200,
    body: {
      ...{ before: { flag: 1 }, after: { hold: 1 }, examples: [{ referral: { refereeId: 'bob' } }] },
      orders: { judged: 1, before: { accept: 1 }, after: { accept: 1 } },
    },
  });
  await stack.call('PATCH', program, { fraud });
  expect((await signUp('carol')).body).toMatchObject({ referral: { status: 'in_review' } });

  const [flagged] = await cases('state=flagged&userId=alice');
  const [open] = await cases('reason=same_device');
  expect([flagged?.state, open?.state]).toEqual(['flagged', 'open']);
  const groups = await stack.get(`${program}/reviews/groups`);
  expect(groups).toMatchObject({ cases: 1, byReferrer: [{ userId: 'alice', cases: 1 }] });

  expect((await decide(flagged?.reviewId ?? '', 'ban')).status).toBe(200);
  expect([await availableOf('alice'), await statusOf('alice')]).toEqual([0, 'inactive']);
  await waitUntil('what else waits is rejected with the ban', () => isIn('rejected', open));
  expect((await decide(flagged?.reviewId ?? '', 'undo')).status).toBe(200);
  expect([await availableOf('alice'), await statusOf('alice')]).toEqual([500, 'active']);
  await waitUntil('it is put back', () => isIn('open', open));
  expect((await decide(open?.reviewId ?? '', 'approve')).body).toMatchObject({
    review: { state: 'approved' },
  });
  expect(stack.troubles).toEqual([]);
});

it('settles a decision in stages that moves more rewards than one step takes', async () => {
  const { rules } = (await stack.get<{ program: { rules: object[] } }>(program)).program;
  const always = rules.map((rule) => ({ ...rule, limitPerReferee: null }));
  const fraud = { rules: { same_device: { action: 'hold' } } };
  await stack.call('PATCH', program, { fraud, rules: always });
  const { code } = await makeLink(stack, 'dave');
  const deviceId = 'device-2';
  await stack.call('PATCH', inProgram('dave'), { deviceId });
  await stack.post('/verify-referral', { referralCode: code, newUserId: 'erin', deviceId });
  const ids = Array.from({ length: 100 }, (_, n) => `many-${n}`);
  await stack.post('/v1/events', { events: ids.map((id) => paidOrder('erin', id, 1_000)) });
  for (const id of ids) await processed(stack, id);

  const [open] = await cases('userId=dave');
  const settled = (state: string) =>
    waitUntil(`the case is settled and ${state}`, async () => {
      const [review] = await cases(`state=${state}&userId=dave`);
      return review !== undefined && !('settling' in review);
    });
  expect((await decide(open?.reviewId ?? '', 'approve')).body).toMatchObject({
    review: { state: 'approved', settling: { moved: 80, left: 20 } },
  });
  await settled('approved');
  expect(await availableOf('dave')).toBe(10_000);
  expect((await decide(open?.reviewId ?? '', 'undo')).status).toBe(200);
  await settled('open');
  expect(await availableOf('dave')).toBe(0);
  expect(stack.troubles).toEqual([]);
});

it('lets an operator reject any referral and put it back, and give it to somebody else', async () => {
  const { code } = await makeLink(stack, 'fay');
  const { referral } = await stack.post<{ referral: { referralId: string } }>('/verify-referral', {
    referralCode: code,
    newUserId: 'gus',
  });
  const { referralId } = referral;
  const at = `/v1/referrals/${referralId}`;
  await stack.post('/v1/events', paidOrder('gus', 'by-hand-1', 5_000));
  await processed(stack, 'by-hand-1');

  expect(await stack.call('POST', `${at}/approve`)).toMatchObject({ status: 200 });
  const rejected = await stack.call('POST', `${at}/reject`, { reason: 'One company' });
  expect(rejected).toMatchObject({
    status: 200,
    body: { referral: { status: 'rejected' }, review: { origin: 'manual' } },
  });
  expect(await availableOf('fay')).toBe(0);
  expect((await decide(referralId.replace('ref_', 'rev_'), 'undo')).status).toBe(200);
  expect(await availableOf('fay')).toBe(500);

  // Whoever came by a sign-up has no code of their own yet.
  await stack.call('POST', '/verify-referral', { referralCode: code, newUserId: 'hal' });
  const given = await stack.call('POST', `${at}/reassign`, { userId: 'hal', reason: 'Met him at a fair' });
  expect(given).toMatchObject({
    status: 200,
    body: { referral: { referrerId: 'hal', upline: ['hal', 'fay'], reassignedFrom: 'fay' } },
  });
  await stack.post('/v1/events', paidOrder('gus', 'by-hand-2', 5_000));
  await processed(stack, 'by-hand-2');
  expect([await availableOf('fay'), await availableOf('hal')]).toEqual([500, 500]);
  const back = { userId: 'fay', reason: 'After all', earned: 'taken_back' };
  expect((await stack.call('POST', `${at}/reassign`, back)).status).toBe(200);
  expect([await availableOf('fay'), await availableOf('hal')]).toEqual([500, 0]);
  expect(stack.troubles).toEqual([]);
});
