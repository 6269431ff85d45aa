import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccountName } from '../../shared/domain/money/balance.ts';
import type { Table } from '../../shared/table/client.ts';
import { holdEndItems } from '../../shared/table/hold-end-items.ts';
import { type DomainEvent, readChange } from '../../shared/table/read-change.ts';
import { noteHoldEnds } from '../../shared/usecases/money/note-hold-ends.ts';
import { type TellHoldEndsPorts, tellHoldEnds } from '../../shared/usecases/money/tell-hold-ends.ts';
import { createPayout } from '../../shared/usecases/payouts/create-payout.ts';
import { createKillSwitch, type Fate, faults, watchTable } from '../properties/histories/kill-switch.ts';
import {
  balanceOf,
  bookFaults,
  earn,
  type PayoutPorts,
  payoutPorts,
  saveProgram,
} from '../support/payouts.ts';
import { type Engine, startEngine } from '../support/table.ts';
import { openStream, type StreamRecord } from '../support/table-stream.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, taken, testCost } from './use-table.ts';

let engine: Engine;
let table: Table;
let ports: PayoutPorts;
let readStream: () => Promise<StreamRecord[]>;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  table = await engine.makeTable();
  ports = payoutPorts(table);
  readStream = await openStream(engine, table.name);
  await saveProgram(ports);
  at('2026-12-01T12:05');
  await run();
});

const at = (time: string) => {
  ports.clock.at = Date.parse(`${time}:00.000Z`);
};
const run = (over: Partial<TellHoldEndsPorts> = {}, given = table) =>
  tellHoldEnds({ now: ports.now, ...holdEndItems(given), ...over }, Number.POSITIVE_INFINITY);
const withdraw = (amount: number, userId = 'alice') =>
  createPayout(ports, { programId: 'default', userId, amount, currency: 'USD' });

/** Does what `relay-changes` does with what has changed. @returns what is told of balances */
async function relay(): Promise<DomainEvent[]> {
  const now = new Date(ports.now()).toISOString();
  const effects = (await readStream()).map(({ before, after }) => readChange(after, before, now));
  await noteHoldEnds(
    { now: ports.now, ...holdEndItems(table) },
    effects.flatMap(({ held }) => held ?? []),
  );
  return effects.flatMap(({ news }) => news).filter(({ type }) => type.startsWith('balance.'));
}

async function hold(changes: Readonly<Record<string, number>>, userId = 'alice'): Promise<void> {
  await earn(table, ports, userId, changes);
  await relay();
}

const releases = (news: readonly DomainEvent[]) =>
  news.filter(({ type }) => type === 'balance.available').map(({ data }) => data);

describe('the end of a hold', () => {
  it('is told within the first hour of its day, once, with the balance as it stands', async () => {
    await hold({ '2026-12-05': 200 });
    await hold({ '2026-12-05': 100, available: 50 });
    at('2026-12-04T23:05');
    expect(await run()).toEqual({ told: 0, complete: true });
    expect(await relay()).toEqual([]);
    at('2026-12-05T00:05');
    expect(await run()).toEqual({ told: 1, complete: true });
    const whom = { programId: 'default', userId: 'alice' };
    const account = { kind: 'cash', currency: 'USD' };
    const columns = { pending: 0, available: 350, inPayout: 0, paid: 0 };
    expect(await relay()).toEqual([
      {
        type: 'balance.available',
        ...whom,
        data: { userId: 'alice', ...account, amount: 300, heldUntil: '2026-12-05' },
      },
      { type: 'balance.changed', ...whom, data: { userId: 'alice', balance: { ...account, ...columns } } },
    ]);
    expect(await run()).toEqual({ told: 0, complete: true });
    at('2026-12-06T00:05');
    expect(await run()).toEqual({ told: 0, complete: true });
    expect(await relay()).toEqual([]);
    expect(await bookFaults(table, ports, ['alice'])).toEqual([]);
  });

  it('is told of each currency by itself, and of what refunds have left', async () => {
    await earn(table, ports, 'alice', { '2026-12-05': 300 }, 'EUR');
    await hold({ '2026-12-05': 300 });
    await hold({ '2026-12-05': -100 });
    await hold({ '2026-12-05': 40 }, 'bob');
    await hold({ '2026-12-05': -40 }, 'bob');
    at('2026-12-05T00:05');
    await run();
    expect(releases(await relay())).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ currency: 'EUR', amount: 300 }),
        expect.objectContaining({ userId: 'alice', currency: 'USD', amount: 200 }),
      ]),
    );
    at('2026-12-05T01:05');
    await run();
    expect(await relay()).toEqual([]);
  });

  it('is told by a payout that needs the money before the clock does, and not again', async () => {
    await hold({ '2026-12-05': 300, '2026-12-06': 100 });
    at('2026-12-05T00:01');
    taken(await withdraw(120));
    const news = await relay();
    expect(releases(news)).toMatchObject([{ amount: 300, heldUntil: '2026-12-05' }]);
    expect(news.map(({ type }) => type)).toEqual(['balance.available', 'balance.changed']);
    at('2026-12-05T00:05');
    await run();
    expect(await relay()).toEqual([]);
    at('2026-12-06T00:05');
    await run();
    expect(releases(await relay())).toMatchObject([{ amount: 100, heldUntil: '2026-12-06' }]);
  });

  it('is not told again where a later change goes into its bucket, which a payout then folds', async () => {
    await hold({ '2026-12-05': 300 });
    at('2026-12-05T00:05');
    await run();
    await relay();
    await earn(table, ports, 'alice', { '2026-12-05': 50 });
    expect((await relay()).map(({ type }) => type)).toEqual(['balance.changed']);
    taken(await withdraw(350));
    expect((await relay()).map(({ type }) => type)).toEqual(['balance.changed']);
    await earn(table, ports, 'alice', { '2026-12-05': 7 });
    await relay();
    taken(await withdraw(7));
    expect(releases(await relay())).toEqual([]);
    expect(await balanceOf(ports, 'alice')).toMatchObject({ available: 0, pending: 0, inPayout: 357 });
  });

  it('is told in the next hour where it was noted when its day had begun', async () => {
    await earn(table, ports, 'alice', { '2026-12-05': 300 });
    const changes = await readStream();
    at('2026-12-05T00:05');
    await run();
    const late = changes.flatMap(
      ({ after, before }) => readChange(after, before, '2026-12-01T12:05:00.000Z').held ?? [],
    );
    await noteHoldEnds({ now: ports.now, ...holdEndItems(table) }, late);
    expect(await run()).toMatchObject({ told: 0 });
    at('2026-12-05T01:05');
    expect(await run()).toMatchObject({ told: 1 });
    expect(releases(await relay())).toMatchObject([{ amount: 300 }]);
  });

  it('is made up for after days without a run, in one sum', async () => {
    await hold({ '2026-12-05': 300, '2026-12-07': 20 });
    at('2026-12-09T17:05');
    expect(await run()).toEqual({ told: 1, complete: true });
    expect(releases(await relay())).toMatchObject([{ amount: 320, heldUntil: '2026-12-07' }]);
  });

  it('is told of whoever is left by a run whose time is over', async () => {
    const users = Array.from({ length: 120 }, (_, index) => `user-${index}`);
    await atOnce(users.length, (index) =>
      earn(table, ports, users[index] ?? '', { '2026-12-05': 1 + index }),
    );
    await relay();
    at('2026-12-05T00:05');
    const items = holdEndItems(table);
    const until = ports.now() + 1;
    const inTime = { now: ports.now, ...items };
    const slow: TellHoldEndsPorts = {
      ...inTime,
      async moveHoldWalk(from, to) {
        if (to.after !== undefined) ports.clock.at = until;
        return items.moveHoldWalk(from, to);
      },
    };
    expect(await tellHoldEnds(slow, until)).toEqual({ told: 50, complete: false });
    expect(await run()).toEqual({ told: 70, complete: true });
    const amounts = releases(await relay()).map((data) => (data as { amount: number }).amount);
    expect(amounts.sort((a, b) => a - b)).toEqual(users.map((_, index) => 1 + index));
  });
});

describe('at once and half-done', () => {
  const told = async () =>
    releases(await relay()).map((data) => {
      const { userId, amount } = data as { userId: string; amount: number };
      return `${userId} ${amount}`;
    });

  it('is told once by runs and payouts that meet', async () => {
    for (let round = 0; round < 8; round++) {
      const day = `2026-12-${String(10 + round)}`;
      at(`2026-12-${String(9 + round).padStart(2, '0')}T12:05`);
      await run();
      await hold({ [day]: 300 });
      at(`${day}T00:05`);
      await Promise.all([run(), withdraw(100), run(), withdraw(100)]);
      await run();
      expect(await told(), day).toEqual(['alice 300']);
    }
    expect(await bookFaults(table, ports, ['alice'])).toEqual([]);
  });

  it('is told once where a payout writes what it read before a run of the next day', async () => {
    await hold({ '2026-12-05': 300, '2026-12-06': 50, '2026-12-07': 5 });
    at('2026-12-05T23:59');
    const now = ports.now();
    let reads = 0;
    const findAccount = async (name: AccountName) => {
      const read = await ports.findAccount(name);
      if (reads++ > 0) return read;
      at('2026-12-06T00:05');
      await run();
      return read;
    };
    const slow = { ...ports, now: () => now, findAccount };
    taken(await createPayout(slow, { programId: 'default', userId: 'alice', amount: 10, currency: 'USD' }));
    expect(reads).toBe(2);
    at('2026-12-07T00:05');
    await run();
    expect(await told()).toEqual(['alice 350', 'alice 5']);
  });

  it('is told once of each, whatever befalls any call of a run', async () => {
    at('2026-12-04T23:05');
    await run();
    let day = 5;
    const disturb = async (fate: Fate | undefined): Promise<number> => {
      const today = new Date(Date.UTC(2026, 11, day++)).toISOString().slice(0, 10);
      for (const userId of ['alice', 'bob']) await hold({ [today]: 100 }, userId);
      // Only the first hour of the day is left to go through.
      await holdEndItems(table).moveHoldWalk(await holdEndItems(table).findHoldWalk(), {
        hour: `${today}T00`,
      });
      at(`${today}T00:05`);
      const killSwitch = createKillSwitch(fate);
      await run({}, watchTable(table, killSwitch)).catch(() => undefined);
      await killSwitch.settled();
      await run();
      await run();
      expect((await told()).sort(), JSON.stringify(fate)).toEqual(['alice 100', 'bob 100']);
      return killSwitch.calls();
    };
    const calls = await disturb(undefined);
    expect(calls).toBe(5);
    for (let call = 1; call <= calls; call++) {
      for (const fault of faults) await disturb({ call, fault });
    }
  });
});

/** docs/access-patterns.md has these figures. */
describe('what it costs (table + list)', () => {
  const account: AccountName = { programId: 'default', userId: 'alice', kind: 'cash', currency: 'USD' };

  testCost('a write to note it, one to tell it, and one an hour', async () => {
    await earn(table, ports, 'alice', { '2026-12-05': 300 });
    const noted = await measureWrites(table, () => holdEndItems(table).noteHoldEnd(account, '2026-12-05T00'));
    expect(noted.units).toEqual({ table: 1, lists: 0 });
    at('2026-12-01T13:05');
    const idle = await measureWrites(table, () => run());
    expect(idle.units).toEqual({ table: 1, lists: 0 });
    at('2026-12-04T23:05');
    await run();
    at('2026-12-05T00:05');
    const busy = await measureWrites(table, () => run());
    expect(busy.units).toEqual({ table: 2, lists: 0 });
  });
});
