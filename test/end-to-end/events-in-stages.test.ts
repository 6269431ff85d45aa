import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStack, type TestStack } from './support/start-stack.ts';
import { balancesOf, makeLink, paidOrder, processed } from './support/story.ts';
import { waitUntil } from './support/wait-until.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.end());

it('pays both sides for all that came before the hundredth order, which completes the referral', async () => {
  const program = '/v1/programs/default';
  const { rules } = (await stack.get<{ program: { rules: object[] } }>(program)).program;
  const both = rules.map((rule) => ({ ...rule, side: 'both', limitPerReferee: null }));
  const qualification = [{ event: 'order.paid', times: 100 }];
  expect((await stack.call('PATCH', program, { rules: both, qualification })).status).toBe(200);
  const { code } = await makeLink(stack, 'alice');
  await stack.post('/verify-referral', { referralCode: code, newUserId: 'bob' });
  const ids = Array.from({ length: 100 }, (_, n) => `o-${n}`);
  await stack.post('/v1/events', { events: ids.map((id) => paidOrder('bob', id, 1_000)) });
  for (const id of ids) await processed(stack, id);
  await waitUntil('all are paid', async () => {
    const balances = await Promise.all(['alice', 'bob'].map((userId) => balancesOf(stack, userId)));
    return balances.every(([balance]) => balance?.available === 10_000);
  });
  expect(stack.troubles).toEqual([]);
});
