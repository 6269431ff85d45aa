import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { createProgram as createProgramRoute } from '../../shared/contract/programs.ts';
import { participantKey } from '../../shared/domain/ids.ts';
import type { Rule } from '../../shared/domain/programs/program.ts';
import { processEvents } from '../../shared/usecases/events/process-events.ts';
import { readEvent } from '../../shared/usecases/events/read-event.ts';
import { reconcileBalances } from '../../shared/usecases/money/reconcile-balances.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { findReward } from '../../shared/usecases/rewards/find-reward.ts';
import {
  atOnce,
  happen,
  join,
  ledgerOf,
  linkOf,
  nowOf,
  overviewOf,
  process,
  report,
  taken,
  testCost,
  useTable,
} from './use-table.ts';

const world = useTable();
const page = { limit: 100 };
const refund = (id: string, orderId: string, amountRefunded: number) => ({
  id,
  type: 'order.refunded',
  orderId,
  amountRefunded,
});
const rule = (ruleId: string, more: Partial<Rule> = {}): Rule => ({
  ruleId,
  event: 'order.paid',
  side: 'referrer',
  kind: 'cash',
  amount: { type: 'percentage', rate: '10' },
  basis: { type: 'gross', excludedProducts: [], excludedCategories: [] },
  limitPerReferee: 3,
  months: null,
  caps: [],
  excludedPaymentMethods: [],
  priority: 0,
  ...more,
});

/** Alice's link brings Bob, under these rules. */
async function bobJoins(...rules: readonly Rule[]): Promise<void> {
  if (rules.length > 0) taken(await updateProgram(world.ports, 'default', { rules }, undefined));
  await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
}
const availableOf = async (userId: string) =>
  Object.fromEntries((await overviewOf(world.ports, userId)).balances.map((b) => [b.currency, b.available]));

/** Every balance must be the sum of its ledger, whatever was done. */
async function expectBooksToBalance(): Promise<void> {
  const found: unknown[] = [];
  await reconcileBalances({ ...world.ports, mismatch: (...what) => found.push(what) });
  expect(found).toEqual([]);
}

describe('an order of somebody who was referred', () => {
  beforeEach(() => bobJoins());

  it('makes reward, ledger entry and balance', async () => {
    await happen(world.ports, { id: 'e1', orderId: 'o1', amount: 4_900 });
    expect(await availableOf('alice')).toEqual({ USD: 490 });
    const rewards = await world.ports.listRewards('default', 'alice', { limit: 10 }, nowOf(world.ports));
    const rewardId = `rwd_${participantKey('default', 'bob')}_1_0`;
    expect(rewards?.items).toEqual([
      {
        rewardId,
        programId: 'default',
        userId: 'alice',
        kind: 'cash',
        status: 'available',
        amount: 490,
        currency: 'USD',
        level: 1,
        referralId: `ref_${participantKey('default', 'bob')}`,
        eventId: 'e1',
        orderId: 'o1',
        ruleId: 'order-commission',
        programVersion: 1,
        createdAt: expect.any(String),
      },
    ]);
    expect(await findReward(world.ports, rewardId)).toEqual(rewards?.items[0]);
    expect(await ledgerOf(world.ports, 'alice')).toEqual([
      {
        entryId: `ent_${participantKey('default', 'bob')}_1_0`,
        kind: 'cash',
        currency: 'USD',
        amount: 490,
        changes: { pending: 0, available: 490, inPayout: 0, paid: 0 },
        cause: {
          type: 'reward',
          eventId: 'e1',
          eventType: 'order.paid',
          orderId: 'o1',
          rewardId,
          ruleId: 'order-commission',
          programVersion: 1,
        },
        createdAt: expect.any(String),
      },
    ]);
    expect((await overviewOf(world.ports, 'alice')).rewardCount).toBe(1);
    await expectBooksToBalance();
  });

  testCost('costs 4 write units of the table and 1 of the list: two items in one transaction', async () => {
    await report(world.ports, { id: 'e1' });
    const { documents } = world.table;
    const send = documents.send.bind(documents);
    const consumed: { table: number | undefined; list: number | undefined }[] = [];
    documents.send = (async (command: unknown) => {
      if (!(command instanceof TransactWriteCommand)) return send(command as never);
      const answer = await send(
        new TransactWriteCommand({ ...command.input, ReturnConsumedCapacity: 'INDEXES' }),
      );
      for (const { Table, GlobalSecondaryIndexes } of answer.ConsumedCapacity ?? []) {
        consumed.push({
          table: Table?.CapacityUnits,
          list: GlobalSecondaryIndexes?.['lists']?.CapacityUnits,
        });
      }
      return answer;
    }) as typeof documents.send;
    await process(world.ports, 'e1');
    expect(consumed).toEqual([{ table: 4, list: 1 }]);
  });

  it('is paid once, however often and at whatever moment it is delivered', async () => {
    await report(world.ports, { id: 'e1' });
    await atOnce(50, () => process(world.ports, 'e1'));
    await process(world.ports, 'e1');
    expect(await availableOf('alice')).toEqual({ USD: 100 });
    expect(await ledgerOf(world.ports, 'alice')).toHaveLength(1);
    await expectBooksToBalance();
  });

  it('is one of three that are paid, of thirty at the same moment', async () => {
    await report(world.ports, ...Array.from({ length: 30 }, (_, i) => ({ id: `e${i}`, amount: 1_000 + i })));
    // What found the journal contended beyond reason comes again, as from the queue.
    const deliver = (i: number): Promise<void> => process(world.ports, `e${i}`).catch(() => deliver(i));
    await atOnce(30, deliver);
    const { items = [] } =
      (await world.ports.listRewards('default', 'alice', page, nowOf(world.ports))) ?? {};
    expect(items.filter((reward) => reward.status === 'available')).toHaveLength(3);
    await expectBooksToBalance();
  }, 60_000);

  it('of many referees at the same moment is all in the one balance of their referrer', async () => {
    const link = await linkOf(world.ports, 'alice');
    await atOnce(20, (i) => join(world.ports, `user-${i}`, link));
    await report(
      world.ports,
      ...Array.from({ length: 20 }, (_, i) => ({ id: `e${i}`, userId: `user-${i}` })),
    );
    await atOnce(20, (i) => process(world.ports, `e${i}`));
    expect(await availableOf('alice')).toEqual({ USD: 2_000 });
    await expectBooksToBalance();
  });

  it('goes on, with the balance in each currency of its own', async () => {
    await happen(
      world.ports,
      { id: 'e1' },
      { id: 'e2', currency: 'JPY', amount: 55 },
      { id: 'e3', currency: 'EUR' },
    );
    expect(await availableOf('alice')).toEqual({ USD: 100, JPY: 6, EUR: 100 });
    await expectBooksToBalance();
  });

  it('fails for the queue to try again where the event is not stored', async () => {
    await expect(process(world.ports, 'none')).rejects.toThrow('not stored');
  });

  it('fails for the queue to try again where the program’s version cannot be read, and is not given up', async () => {
    await report(world.ports, { id: 'e1' });
    const blind = { ...world.ports, findProgramVersion: async () => undefined };
    const [failed] = await processEvents(blind, 'default', 'bob', ['e1']);
    expect(String(failed?.error)).toContain('not there');
    await process(world.ports, 'e1');
    expect(await availableOf('alice')).toEqual({ USD: 100 });
  });

  it('is paid by the version that the referral began with', async () => {
    taken(await updateProgram(world.ports, 'default', { rules: [] }, undefined));
    await happen(world.ports, { id: 'e1' });
    expect(await availableOf('alice')).toEqual({ USD: 100 });
  });
});

describe('an event that pays nothing', () => {
  it.each([
    ['of somebody unknown', { id: 'e1', userId: 'stranger' }, 'user_not_referred', undefined],
    [
      'paid from the balance',
      { id: 'e1', paymentMethod: 'account_balance' },
      'payment_method_excluded',
      'order-commission',
    ],
    ['of no rule', { id: 'e1', type: 'user.registered' }, 'no_rule_for_event', undefined],
    ['too small', { id: 'e1', amount: 4 }, 'reward_rounds_to_zero', 'order-commission'],
  ])('%s is explained', async (_, input, reason, ruleId) => {
    await bobJoins();
    await report(world.ports, input);
    expect(await readEvent(world.ports, 'default', 'e1')).toMatchObject({
      event: { status: 'accepted', explanation: [] },
    });
    await process(world.ports, 'e1');
    expect(await readEvent(world.ports, 'default', 'e1')).toMatchObject({
      event: {
        status: 'processed',
        explanation: [{ outcome: 'skipped', reason, ...(ruleId && { ruleId }) }],
        entries: [],
      },
    });
    await process(world.ports, 'e1');
    expect(await ledgerOf(world.ports, 'alice')).toEqual([]);
  });

  it('is unknown where it was never reported', async () => {
    expect(await readEvent(world.ports, 'default', 'none')).toEqual({ refused: 'event_not_found' });
  });
});

describe('refunds', () => {
  it('in parts, repeated and out of order, end at the net order', async () => {
    await bobJoins();
    await happen(
      world.ports,
      refund('r2', 'o1', 500),
      { id: 'e1', orderId: 'o1', amount: 999 },
      refund('r1', 'o1', 200),
      refund('r3', 'o1', 900),
      refund('r4', 'o1', 900),
    );
    expect(await availableOf('alice')).toEqual({ USD: 10 });
    expect((await ledgerOf(world.ports, 'alice')).map((entry) => [entry.amount, entry.cause.type])).toEqual([
      [-40, 'adjustment'],
      [50, 'reward'],
    ]);
    await expectBooksToBalance();
  });

  it('at the same moment as their order end the same', async () => {
    await bobJoins();
    await report(
      world.ports,
      { id: 'e1', orderId: 'o1' },
      ...[1, 2, 3, 4, 5, 6].map((n) => refund(`r${n}`, 'o1', n * 100)),
    );
    await Promise.all(
      ['r6', 'e1', 'r1', 'r3', 'e1', 'r2', 'r5', 'r4', 'r6'].map((id) => process(world.ports, id)),
    );
    expect(await availableOf('alice')).toEqual({ USD: 40 });
    await expectBooksToBalance();
  });

  it('of the whole leave the reward reversed, and name it in what the event did', async () => {
    await bobJoins();
    await happen(world.ports, { id: 'e1', orderId: 'o1' }, refund('r1', 'o1', 1_000));
    const rewardId = `rwd_${participantKey('default', 'bob')}_1_0`;
    expect(await findReward(world.ports, rewardId)).toMatchObject({ status: 'reversed', amount: 0 });
    expect(await readEvent(world.ports, 'default', 'r1')).toMatchObject({
      event: {
        status: 'processed',
        entries: [{ userId: 'alice', amount: -100, currency: 'USD', rewardId }],
        explanation: [{ outcome: 'adjusted', reason: 'order_refunded' }],
      },
    });
    expect(
      (await world.ports.listRewards('default', 'alice', { limit: 10 }, nowOf(world.ports)))?.items,
    ).toHaveLength(1);
  });
});

describe('a program of many rules', () => {
  it('pays both sides in one step', async () => {
    await bobJoins(
      rule('commission'),
      rule('welcome', { side: 'referee', amount: { type: 'flat', amount: 500, currency: 'EUR' } }),
    );
    await happen(world.ports, { id: 'e1', orderId: 'o1' });
    expect([await availableOf('alice'), await availableOf('bob')]).toEqual([{ USD: 100 }, { EUR: 500 }]);
    await happen(world.ports, refund('r1', 'o1', 1_000));
    expect([await availableOf('alice'), await availableOf('bob')]).toEqual([{ USD: 0 }, { EUR: 0 }]);
    await expectBooksToBalance();
  });

  it('sums what one order pays to one balance', async () => {
    await bobJoins(rule('a'), rule('b', { amount: { type: 'percentage', rate: '5' } }));
    await happen(world.ports, { id: 'e1' });
    expect(await availableOf('alice')).toEqual({ USD: 150 });
    expect((await overviewOf(world.ports, 'alice')).rewardCount).toBe(2);
    await expectBooksToBalance();
  });

  it('takes a refund from the rewards that it belongs to, beyond the tenth too', async () => {
    const rules = Array.from({ length: 12 }, (_, i) =>
      rule(`r${i}`, { amount: { type: 'percentage', rate: `${i + 1}` } }),
    );
    await bobJoins(...rules);
    await happen(world.ports, { id: 'e1', orderId: 'o1', amount: 10_000 }, refund('r1', 'o1', 5_000));
    const { items = [] } =
      (await world.ports.listRewards('default', 'alice', { limit: 100 }, nowOf(world.ports))) ?? {};
    const amounts = Object.fromEntries(items.map((reward) => [reward.ruleId, reward.amount]));
    expect(amounts).toEqual(Object.fromEntries(rules.map(({ ruleId }, i) => [ruleId, (i + 1) * 50])));
    await expectBooksToBalance();
  });

  it('of as many rules as the contract takes, each of its own currency, fits one transaction', async () => {
    const currencies =
      'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK'.split(
        ' ',
      );
    const all = currencies.map((currency, i) =>
      rule(`r${i}`, { amount: { type: 'flat', amount: 5, currency } }),
    );
    const takes = (rules: readonly Rule[]): boolean =>
      createProgramRoute.body.safeParse({
        programId: 'p',
        name: 'P',
        destination: 'https://example.com/',
        rules,
      }).success;
    const most = all.findIndex((_, i) => !takes(all.slice(0, i + 1)));
    expect(most).toBe(33);
    await bobJoins(...all.slice(0, most));
    await happen(world.ports, { id: 'e1', orderId: 'o1' }, refund('r1', 'o1', 1_000));
    expect(Object.values(await availableOf('alice'))).toEqual(Array(most).fill(0));
    await expectBooksToBalance();
  });
});
