import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type TestStack } from './support/start-stack.ts';
import { balancesOf, makeLink, paidOrder, processed, signUp } from './support/story.ts';
import { waitUntil } from './support/wait-until.ts';

const pairs = 20;
let stack: TestStack;
let code: string;

beforeAll(async () => {
  stack = await startStack();
  ({ code } = await makeLink(stack, 'alice'));
});
afterAll(() => stack?.end());

const report = (userId: string, amount: number) =>
  stack.plusone.events.record(paidOrder(userId, `order-of-${userId}`, amount));

/** What an order did in the end: until the sign-up's news have come round it says that its user is not referred. */
const paidFor = (userId: string): Promise<boolean> =>
  waitUntil(`the order of ${userId} is paid for`, async () => {
    const { explanation } = await processed(stack, `order-of-${userId}`);
    return explanation.some(({ reason }) => reason === 'rule_matched');
  });

describe('a checkout that makes the account', () => {
  it(`earns the commission of each of ${pairs} orders that come with their sign-up`, async () => {
    const users = Array.from({ length: pairs }, (_, number) => `buyer-${number}`);
    await Promise.all(
      users.flatMap((userId, number) => {
        const both = [() => report(userId, 1_000), () => signUp(stack, code, userId)];
        return (number % 2 === 0 ? both : both.reverse()).map((act) => act());
      }),
    );
    await Promise.all(users.map(paidFor));
    expect(await balancesOf(stack, 'alice')).toMatchObject([{ currency: 'USD', available: pairs * 100 }]);
  });

  it('earns that of an order that was worked on before the sign-up, and of its refund', async () => {
    const before = await balancesOf(stack, 'alice');
    await report('early', 5_000);
    expect((await processed(stack, 'order-of-early')).explanation).toMatchObject([
      { reason: 'user_not_referred' },
    ]);
    const refund = { type: 'order.refunded', id: 'refund-of-early', userId: 'early', amountRefunded: 2_000 };
    await stack.plusone.events.record({ ...refund, orderId: 'order-of-early' });
    await processed(stack, 'refund-of-early');
    await signUp(stack, code, 'early');
    await waitUntil('the order is paid for', async () => {
      const [now] = await balancesOf(stack, 'alice');
      return now?.available === (before[0]?.available ?? 0) + 300;
    });
  });
});
