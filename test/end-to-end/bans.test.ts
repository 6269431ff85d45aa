import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStack, type TestStack } from './support/start-stack.ts';
import { balancesOf, inProgram, makeLink, paidOrder, processed } from './support/story.ts';
import { waitUntil } from './support/wait-until.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.end());

const cases = async (query: string) =>
  (await stack.get<{ reviews: { reviewId: string }[] }>(`/v1/programs/default/reviews?${query}`)).reviews;
const decide = (reviewId: string, decision: string) =>
  stack.call('POST', `/v1/reviews/${reviewId}/decision`, { decision, reason: 'Looked into it' });
const availableOf = async (userId: string) => (await balancesOf(stack, userId))[0]?.available ?? 0;

it('ends with a ban what its referrer asked to be paid, and what else of theirs waits', async () => {
  const { code } = await makeLink(stack, 'hal');
  const deviceId = 'device-1';
  const fraud = { rules: { same_device: { action: 'hold' } } };
  await stack.call('PATCH', '/v1/programs/default', { fraud });
  await stack.call('PATCH', inProgram('hal'), { deviceId });
  const signUp = (newUserId: string) =>
    stack.post('/verify-referral', { referralCode: code, newUserId, deviceId });
  await signUp('ivy');
  await signUp('jon');
  const [second, first] = await cases('userId=hal');
  expect((await decide(first?.reviewId ?? '', 'approve')).status).toBe(200);
  await stack.post('/v1/events', paidOrder('ivy', 'o-hal', 5_000));
  await processed(stack, 'o-hal');
  const asked = { userId: 'hal', amount: 500, currency: 'USD' };
  const { payout } = await stack.post<{ payout: { payoutId: string } }>('/v1/payouts', asked);
  expect((await decide(first?.reviewId ?? '', 'undo')).status).toBe(200);
  expect((await decide(first?.reviewId ?? '', 'ban')).status).toBe(200);
  expect((await stack.call('POST', '/v1/payouts', asked)).body).toMatchObject({ code: 'participant_banned' });
  const ofHal = async (state: string) =>
    (await cases(`userId=hal&state=${state}`)).map((one) => one.reviewId);
  await waitUntil('the other case is rejected', async () =>
    (await ofHal('rejected')).includes(second?.reviewId ?? ''),
  );
  const ended = await stack.get(`/v1/payouts/${payout.payoutId}`);
  expect(ended).toMatchObject({ payout: { status: 'cancelled', reason: 'participant_banned' } });
  expect(await availableOf('hal')).toBe(0);
  expect(stack.troubles).toEqual([]);
});
