import { describe, expect, it } from 'vitest';
import type { ProgramSettings, Rule } from '../../shared/domain/programs/program.ts';
import { reconcileBalances } from '../../shared/usecases/money/reconcile-balances.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { atOnce, join, linkOf, nowOf, overviewOf, process, report, taken, useTable } from './use-table.ts';

const world = useTable();

const rule = (more: Partial<Rule>): Rule => ({
  ruleId: 'commission',
  event: 'order.paid',
  side: 'referrer',
  kind: 'cash',
  amount: { type: 'percentage', rate: '10' },
  basis: { type: 'gross', excludedProducts: [], excludedCategories: [] },
  limitPerReferee: null,
  months: null,
  caps: [],
  excludedPaymentMethods: [],
  priority: 0,
  ...more,
});

/** Alice brings so many under a program, and each places an order of a thousand. */
async function crowd(count: number, settings: Partial<ProgramSettings>): Promise<string[]> {
  taken(await updateProgram(world.ports, 'default', settings as never, undefined));
  const link = await linkOf(world.ports, 'alice');
  const users = Array.from({ length: count }, (_, i) => `user-${i}`);
  for (const user of users) await join(world.ports, user, link);
  await report(world.ports, ...users.map((userId, i) => ({ id: `e${i}`, userId, amount: 1_000 + i })));
  return users;
}

/** Delivers events at the same moment; what found too great a crowd comes again, as from the queue. */
async function deliverAll(count: number, copies = 1): Promise<void> {
  const deliver = (id: string): Promise<void> => process(world.ports, id).catch(() => deliver(id));
  await atOnce(count * copies, (i) => deliver(`e${i % count}`));
}

const earnedBy = async (userId: string): Promise<number> => {
  const { balances } = await overviewOf(world.ports, userId);
  return balances.reduce((sum, { available, pending }) => sum + available + pending, 0);
};

/** What is used of a counter, whose name begins so. */
async function used(name: string, owner?: string): Promise<number | undefined> {
  const month = nowOf(world.ports).slice(0, 7);
  const counter = { name: name.replace('MONTH', `month-${month}`), ...(owner !== undefined && { owner }) };
  return [...(await world.ports.readCounters('default', [counter])).values()][0];
}

async function expectBooksToBalance(): Promise<void> {
  const found: unknown[] = [];
  await reconcileBalances({ ...world.ports, mismatch: (...what) => found.push(what) });
  expect(found).toEqual([]);
}

describe('a hundred orders of a hundred referees at the same moment', () => {
  it('use up the budget of a program to the last cent, and no more', async () => {
    await crowd(100, { rules: [rule({})], budgets: [{ currency: 'USD', amount: 4_321, period: 'ever' }] });
    await deliverAll(100);
    expect(await earnedBy('alice')).toBe(4_321);
    expect(await used('BUDGET#USD#ever')).toBe(4_321);
    await expectBooksToBalance();
  }, 120_000);

  it('use up what a referrer may earn in a month to the last cent, and no more', async () => {
    await crowd(100, { rules: [rule({ caps: [{ period: 'month', amount: 1_234, currency: 'USD' }] })] });
    await deliverAll(100);
    expect(await earnedBy('alice')).toBe(1_234);
    expect(await used('CAP#commission#USD#MONTH', 'alice')).toBe(1_234);
    await expectBooksToBalance();
  }, 120_000);

  it('make as many rewards as a referrer may get, each whole', async () => {
    const amount = { type: 'flat', amount: 70, currency: 'USD' } as const;
    await crowd(100, { rules: [rule({ amount, caps: [{ period: 'ever', rewards: 5 }] })] });
    await deliverAll(100);
    expect(await earnedBy('alice')).toBe(350);
    expect((await overviewOf(world.ports, 'alice')).rewardCount).toBe(5);
    await expectBooksToBalance();
  }, 120_000);

  it('share what two limits leave, where both sides are paid', async () => {
    const users = await crowd(40, {
      rules: [rule({ side: 'both', caps: [{ period: 'ever', amount: 500, currency: 'USD' }] })],
      budgets: [{ currency: 'USD', amount: 2_000, period: 'ever' }],
    });
    await deliverAll(40, 2);
    const all = await Promise.all(users.map(earnedBy));
    const alice = await earnedBy('alice');
    expect(alice).toBeLessThanOrEqual(500);
    expect(alice + all.reduce((sum, amount) => sum + amount, 0)).toBe(2_000);
    await expectBooksToBalance();
  }, 120_000);
});

describe('a referral that waits for an order', () => {
  it('is completed once, however many events could, and counts once', async () => {
    await crowd(1, { rules: [rule({})], qualification: [{ event: 'order.paid', times: 1 }] });
    const more = Array.from({ length: 20 }, (_, i) => ({ id: `e${i + 1}`, userId: 'user-0' }));
    await report(world.ports, ...more);
    await deliverAll(21, 2);
    const { progress } = await overviewOf(world.ports, 'alice');
    expect(progress).toMatchObject({ pending: 0, completed: 1 });
    expect(await earnedBy('alice')).toBe(2_100);
    await expectBooksToBalance();
  }, 60_000);
});

describe('sums of sales', () => {
  it('hold every order of many referees and its refund once', async () => {
    const users = await crowd(25, {
      rules: [rule({})],
      milestones: [
        {
          milestoneId: 'seller',
          name: 'Seller',
          kind: 'badge',
          threshold: { metric: 'revenue', value: 1, currency: 'USD' },
          grant: 'claim',
          onReversal: 'keep',
        },
      ],
    });
    const refunds = users.map((userId, i) => ({
      ...{ id: `e${25 + i}`, userId, type: 'order.refunded', orderId: `e${i}` },
      amountRefunded: i % 5 === 0 ? 2_000 : 100,
    }));
    await report(world.ports, ...refunds);
    await deliverAll(50, 2);
    const { progress } = await overviewOf(world.ports, 'alice');
    const left = users.map((_, i) => (i % 5 === 0 ? 0 : 900 + i));
    expect(progress.paidOrders).toBe(20);
    expect(progress.revenue).toEqual({ USD: left.reduce((sum, amount) => sum + amount, 0) });
    await expectBooksToBalance();
  }, 60_000);
});
