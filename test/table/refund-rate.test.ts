import { GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RuleSettings } from '../../shared/domain/fraud/settings.ts';
import { processEvents } from '../../shared/usecases/events/process-events.ts';
import { readEvent } from '../../shared/usecases/events/read-event.ts';
import { decideReview } from '../../shared/usecases/fraud/decide-review.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { measureWrites } from './measure-writes.ts';
import {
  atOnce,
  happen,
  join,
  linkOf,
  type OrderInput,
  overviewOf,
  process,
  report,
  taken,
  testCost,
  useTable,
} from './use-table.ts';

const world = useTable();
const set = async (more: RuleSettings) => {
  const fraud = { rules: { refund_rate: { limit: 2, ...more } } };
  taken(await updateProgram(world.ports, 'default', { fraud }, undefined));
};

beforeEach(async () => {
  taken(await updateProgram(world.ports, 'default', { versioning: 'latest' }, undefined));
  const link = await linkOf(world.ports, 'alice');
  await join(world.ports, 'bob', link);
  await join(world.ports, 'carol', link);
});

const order = (id: string, userId = 'bob'): OrderInput => ({ id, userId, orderId: id });
const back = (id: string, orderId: string, amountRefunded = 1_000): OrderInput => ({
  id,
  orderId,
  type: 'order.refunded',
  amountRefunded,
});
const counts = (referrer = 'alice') => world.ports.findOrderCounts('default', referrer);
const referralOf = async (userId: string) =>
  (await world.ports.findReferralOf('default', userId)) ?? ({} as never);
const earned = async () => (await overviewOf(world.ports, 'alice')).balances[0]?.available ?? 0;
const linesOf = async (id: string) =>
  taken(await readEvent(world.ports, 'default', id)).event.explanation.map(
    ({ outcome, reason }) => `${outcome} ${reason}`,
  );

describe('orders of all whom a referrer brought', () => {
  it('are flagged by the refund that comes to the share, and by an order of another after it', async () => {
    await set({ action: 'flag' });
    await happen(world.ports, order('o1'), order('o2', 'carol'), back('r1', 'o1', 500));
    expect(await referralOf('bob')).not.toHaveProperty('reasons');
    await happen(world.ports, back('r2', 'o1'));
    expect(await linesOf('r2')).toEqual(['flagged refund_rate', 'adjusted order_refunded']);
    expect((await referralOf('bob')).reasons).toEqual(['refund_rate']);
    expect(await referralOf('carol')).not.toHaveProperty('reasons');
    expect(await earned()).toBe(100);
    await happen(world.ports, order('o3', 'carol'));
    expect(await referralOf('carol')).not.toHaveProperty('reasons');
    await happen(world.ports, { id: 'c1', orderId: 'o2', userId: 'carol', type: 'order.cancelled' });
    expect((await referralOf('carol')).reasons).toEqual(['refund_rate']);
    expect(await counts()).toEqual({ orders: 3, refundedOrders: 2 });
  });

  it('are held where the program says, once, and what is held, approved or rejected stays counted', async () => {
    await set({ action: 'hold' });
    await happen(world.ports, order('o1'), order('o2'));
    await report(world.ports, back('r1', 'o1'));
    await atOnce(3, () => processEvents(world.ports, 'default', 'bob', ['r1']));
    await process(world.ports, 'r1');
    const { status, reviewId = '' } = await referralOf('bob');
    expect(status).toBe('in_review');
    expect(await earned()).toBe(0);
    const half = { orders: 2, refundedOrders: 1 };
    expect(await counts()).toEqual(half);
    const { journal } = await world.ports.loadRefereeAccount('default', 'bob');
    expect(journal.map(({ eventId }) => eventId)).toEqual(['o1', 'o2', 'referral.held#r1', 'r1']);
    expect(await world.ports.findReview(reviewId)).toMatchObject({
      findings: [{ ruleId: 'refund_rate', cause: 'r1', evidence: { orders: 2, refundedOrders: 1 } }],
    });
    for (const decision of ['approve', 'undo', 'reject'] as const) {
      taken(await decideReview(world.ports, reviewId, { decision, note: 'N', keyId: 'k', requestId: 'r' }));
      expect(await counts(), decision).toEqual(half);
      expect(await earned(), decision).toBe(decision === 'approve' ? 100 : 0);
    }
    await happen(world.ports, order('o3'));
    expect(await counts()).toEqual({ orders: 3, refundedOrders: 1 });
  });

  it('are rejected where the program says, but no refund is: it takes back what was earned', async () => {
    await set({ action: 'reject' });
    await happen(world.ports, order('o1'), order('o2'), back('r1', 'o1'));
    expect(await linesOf('r1')).toEqual(['flagged refund_rate', 'adjusted order_refunded']);
    expect(await earned()).toBe(100);
    await happen(world.ports, order('o3'));
    // With it one of three is given back.
    expect(await linesOf('o3')).toEqual(['paid rule_matched']);
    await happen(world.ports, back('r2', 'o2'), back('r3', 'o3'), order('o4'));
    expect(await linesOf('o4')).toEqual(['rejected refund_rate']);
    expect(await earned()).toBe(0);
    expect(await counts()).toEqual({ orders: 3, refundedOrders: 3 });
  });

  it('are not held by an event that counts twice, as another works on it between journal and counts', async () => {
    await set({ action: 'hold', limit: 3, percent: 33 });
    await happen(world.ports, order('o1'), back('r1', 'o1'));
    await report(world.ports, order('o2'));
    let isFirst = true;
    const findOrderCounts: typeof world.ports.findOrderCounts = async (...name) => {
      if (isFirst) {
        isFirst = false;
        await process(world.ports, 'o2');
      }
      return world.ports.findOrderCounts(...name);
    };
    await processEvents({ ...world.ports, findOrderCounts }, 'default', 'bob', ['o2']);
    expect(isFirst).toBe(false);
    expect((await referralOf('bob')).status).toBe('completed');
    expect(await counts()).toEqual({ orders: 2, refundedOrders: 1 });
  });

  it('are counted from when the rule is on, with what the journal has by then', async () => {
    await happen(world.ports, order('o1'), back('r1', 'o1'), order('o2', 'carol'));
    expect(await counts()).toEqual({ orders: 0, refundedOrders: 0 });
    await set({ action: 'flag', limit: 3 });
    await happen(world.ports, order('o3'));
    expect(await counts()).toEqual({ orders: 2, refundedOrders: 1 });
    await set({ action: 'off' });
    await happen(world.ports, order('o4'));
    expect(await counts()).toEqual({ orders: 2, refundedOrders: 1 });
    await set({ action: 'flag', limit: 9 });
    await happen(world.ports, back('r2', 'o3'));
    expect(await counts()).toEqual({ orders: 3, refundedOrders: 2 });
  });

  it('count those beyond the limit of rewards as well', async () => {
    await set({ action: 'flag' });
    for (const id of ['o1', 'o2', 'o3', 'o4', 'o5']) await happen(world.ports, order(id));
    expect(await earned()).toBe(300);
    expect(await counts()).toEqual({ orders: 5, refundedOrders: 0 });
  });
});

describe('counts', () => {
  const amount = 1_000;
  const change = fc.oneof(
    fc.constantFrom(200, 500, 501, 1_000).map((amountRefunded) => ({
      type: 'order.refunded',
      amountRefunded,
    })),
    fc.constantFrom({ type: 'order.cancelled' }, { type: 'order.updated', amount, currency: 'USD' }),
    fc.constantFrom(
      { type: 'order.charged_back', amount: 600, currency: 'USD' },
      { type: 'order.charge_back_reversed' },
    ),
  );
  const plans = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 3 }), change), { minLength: 1, maxLength: 6 })
    .chain((changes) =>
      fc.record({
        changes: fc.constant(changes),
        deliveries: fc.array(fc.integer({ min: 0, max: changes.length + 2 }), { maxLength: 10 }),
        isAtOnce: fc.boolean(),
      }),
    );

  /** Worked out of the changes alone, whatever their order. */
  function isGivenBack(changes: readonly { type: string; amountRefunded?: number }[]): boolean {
    const has = (type: string) => changes.some((one) => one.type === type);
    const disputed = has('order.charged_back') && !has('order.charge_back_reversed') ? 600 : 0;
    const sum = Math.max(0, ...changes.map(({ amountRefunded = 0 }) => amountRefunded)) + disputed;
    return has('order.cancelled') || sum > amount / 2;
  }

  it('end the same, however often and in whatever order events are delivered, die or meet', async () => {
    await set({ action: 'flag' });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(plans, async ({ changes, deliveries, isAtOnce }) => {
        const [userId, referrer] = [`bob-${++run}`, `alice-${run}`];
        await join(world.ports, userId, await linkOf(world.ports, referrer));
        const placed = [1, 2, 3].map((n) => ({ id: `o${n}-${run}`, orderId: `o${n}-${run}`, amount }));
        const later = changes.map(([n, one], index) => ({
          id: `c${index}-${run}`,
          orderId: `o${n}-${run}`,
          ...one,
        }));
        const events = [...placed, ...later].map((one) => ({ ...one, userId }));
        await report(world.ports, ...events);
        const deliver = (index: number) =>
          processEvents(world.ports, 'default', userId, [events[index]?.id ?? '']);
        if (isAtOnce) await Promise.all(deliveries.map(deliver));
        else for (const index of deliveries) await deliver(index);
        const appendEntry = async () => Promise.reject(new Error('died'));
        const ids = events.map(({ id }) => id).reverse();
        await processEvents({ ...world.ports, appendEntry }, 'default', userId, ids);
        for (const id of ids) await process(world.ports, id);
        const refundedOrders = [1, 2, 3].filter((n) =>
          isGivenBack(changes.filter(([of]) => of === n).map(([, one]) => one)),
        ).length;
        expect(await counts(referrer)).toEqual({ orders: 3, refundedOrders });
      }),
      { numRuns: 15 },
    );
  });
});

/** docs/fraud.md has these figures. */
describe('units', () => {
  /** What processing an event writes (table + list), and how many items are read for it one by one. */
  async function unitsOf(event: OrderInput): Promise<{ writes: string; reads: number }> {
    await report(world.ports, event);
    const { documents } = world.table;
    const send = documents.send.bind(documents);
    let reads = 0;
    documents.send = (async (command: unknown) => {
      if (command instanceof GetCommand) reads++;
      return send(command as never);
    }) as typeof documents.send;
    const work = () => processEvents(world.ports, 'default', 'bob', [event.id]);
    const { units } = await measureWrites(world.table, work);
    documents.send = send;
    return { writes: `${units.table} + ${units.lists}`, reads };
  }

  async function unitsOfAll() {
    const plain = await unitsOf(order('o1'));
    const refund = await unitsOf(back('r1', 'o1', 100));
    const whole = await unitsOf(back('r2', 'o1'));
    await happen(world.ports, order('o2'), order('o3'));
    const beyond = await unitsOf(order('o4'));
    const other = await unitsOf({ id: 'd1', orderId: 'o1', type: 'order.delivered' });
    return { plain, refund, whole, beyond, other };
  }

  testCost('of orders and refunds: nothing while the rule is off', async () => {
    const { plain, refund, whole, beyond, other } = await unitsOfAll();
    expect([plain, refund, whole, beyond].map(({ writes }) => writes)).toEqual([
      '4 + 1',
      '6 + 2',
      '6 + 2',
      '1 + 0',
    ]);
    expect(new Set([plain, refund, whole, beyond, other].map(({ reads }) => reads)).size).toBe(1);
  });

  testCost('… and while it is on, 2 where the counts change, and a read', async () => {
    const other = await unitsOf({ id: 'd0', orderId: 'o1', type: 'order.delivered' });
    await set({ action: 'flag', limit: 20 });
    const { plain, refund, whole, beyond, other: delivered } = await unitsOfAll();
    expect([plain, refund, whole, beyond].map(({ writes }) => writes)).toEqual([
      '6 + 1',
      '6 + 2',
      '8 + 2',
      '4 + 0',
    ]);
    expect(delivered).toEqual(other);
    const judged = { reads: other.reads + 1 };
    for (const one of [plain, refund, whole, beyond]) expect(one).toMatchObject(judged);
  });
});

describe('two referees at the same moment', () => {
  /** Ports whose first readers of the counts wait until so many have read. */
  const readingTogether = (readers: number) => {
    let open = () => {};
    const all = new Promise<void>((resolve) => {
      open = resolve;
    });
    let left = readers;
    return {
      ...world.ports,
      findOrderCounts: async (programId: string, userId: string) => {
        const found = await world.ports.findOrderCounts(programId, userId);
        if (left > 0 && --left === 0) open();
        await all;
        return found;
      },
    };
  };

  it.each([4, 5])('are judged by each other, of %i orders', async (orders) => {
    await set({ action: 'flag', limit: 4, percent: 40 });
    const ids = Array.from({ length: orders }, (_, n) => `o${n}`);
    await happen(world.ports, ...ids.map((id, n) => order(id, n % 2 === 0 ? 'bob' : 'carol')));
    await report(world.ports, back('r0', 'o0'), { ...back('r1', 'o1'), userId: 'carol' });
    const ports = readingTogether(2);
    await Promise.all([
      processEvents(ports, 'default', 'bob', ['r0']),
      processEvents(ports, 'default', 'carol', ['r1']),
    ]);
    expect(await counts()).toEqual({ orders, refundedOrders: 2 });
    const lines = [...(await linesOf('r0')), ...(await linesOf('r1'))];
    expect(lines.filter((line) => line === 'flagged refund_rate')).toHaveLength(1);
  });

  it('do not wait for each other far from the share', async () => {
    await set({ action: 'flag', limit: 2, percent: 90 });
    await happen(world.ports, order('o0'), order('o1', 'carol'), order('o2'), order('o3', 'carol'));
    await report(world.ports, back('r0', 'o0'), { ...back('r1', 'o1'), userId: 'carol' });
    const together = readingTogether(2);
    let reads = 0;
    const ports = {
      ...together,
      findOrderCounts: (programId: string, userId: string) => {
        reads++;
        return together.findOrderCounts(programId, userId);
      },
      appendEntry: async (...entry: Parameters<typeof together.appendEntry>) => {
        for (;;) {
          const { appended } = await together.appendEntry(...entry);
          if (appended) return { appended, capacity: 0 };
        }
      },
    };
    await Promise.all([
      processEvents(ports, 'default', 'bob', ['r0']),
      processEvents(ports, 'default', 'carol', ['r1']),
    ]);
    expect(reads).toBe(2);
    expect(await counts()).toEqual({ orders: 4, refundedOrders: 2 });
  });
});
