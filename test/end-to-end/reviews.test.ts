import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStack, type TestStack } from './support/start-stack.ts';
import { balancesOf, inProgram, makeLink, paidOrder, processed } from './support/story.ts';

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
    body: { before: { flag: 1 }, after: { hold: 1 }, examples: [{ referral: { refereeId: 'bob' } }] },
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
  expect((await decide(flagged?.reviewId ?? '', 'undo')).status).toBe(200);
  expect([await availableOf('alice'), await statusOf('alice')]).toEqual([500, 'active']);
  expect((await decide(open?.reviewId ?? '', 'approve')).body).toMatchObject({
    review: { state: 'approved' },
  });
  expect(stack.troubles).toEqual([]);
});
