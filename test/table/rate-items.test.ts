import { GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keys } from '../../shared/table/keys.ts';
import { rateItems } from '../../shared/table/rate-items.ts';
import { type Limit, spendTokens, type TokenSpender } from '../../shared/usecases/requests/spend-tokens.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, useTable } from './use-table.ts';

const world = useTable();
const limitOf = (most: number, windowSeconds = 60): Limit => ({
  name: 'key',
  most,
  windowSeconds,
  unknown: 'passes',
});

/** Instances of a function, which share the table and a clock. */
function instances(count: number, clock: { now: number }): TokenSpender[] {
  const ports = {
    ...rateItems(world.table),
    now: () => clock.now,
    countUnknown: (_: Limit, error: unknown) => {
      throw error;
    },
  };
  return Array.from({ length: count }, () => spendTokens(ports));
}

const within = async (spender: TokenSpender | undefined, limit: Limit, subject: string): Promise<number> =>
  (await spender?.spend(limit, subject))?.isWithin ? 1 : 0;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

it('never lets more through in a window than the limit, however many instances there are', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.record({ instance: fc.nat(11), pause: fc.constantFrom(0, 0, 0, 0, 0, 400, 7_000) }), {
        minLength: 1,
        maxLength: 300,
      }),
      async (most, count, requests) => {
        runs += 1;
        const clock = { now: 1_800_000_000_000 };
        const all = instances(count, clock);
        const passed = new Map<number, Promise<number>[]>();
        for (const { instance, pause } of requests) {
          clock.now += pause;
          // Nobody waits for the others, unless time goes on.
          if (pause > 0) await Promise.all([...passed.values()].flat());
          const window = Math.floor(clock.now / 10_000);
          const one = within(all[instance % count], limitOf(most, 10), `run ${runs}`);
          passed.set(window, [...(passed.get(window) ?? []), one]);
        }
        for (const ones of passed.values()) {
          const through = sum(await Promise.all(ones));
          expect(through).toBeLessThanOrEqual(most);
          if (count === 1) expect(through).toBe(Math.min(most, ones.length));
        }
      },
    ),
    { numRuns: 60 },
  );
});

it('lets a small limit through to the last one, wherever it is asked for', async () => {
  const all = instances(20, { now: 1_800_000_000_000 });
  const passed = await atOnce(200, (index) => within(all[index % 20], limitOf(30), 'crowd'));
  expect(sum(passed)).toBe(30);
});

it('leaves quiet instances little that others need', async () => {
  const clock = { now: 1_800_000_000_000 };
  const limit = limitOf(60_000);
  for (const quiet of instances(500, clock)) expect(await within(quiet, limit, 'key')).toBe(1);
  const [busy] = instances(1, clock);
  let passed = 0;
  for (let request = 0; request < 20_000; request++) passed += await within(busy, limit, 'key');
  expect(passed).toBe(20_000);
});

it('begins anew with each window, and says when', async () => {
  const clock = { now: 1_800_000_000_000 };
  const [one] = instances(1, clock);
  const limit = limitOf(2);
  const standing = () => one?.spend(limit, 'ann');
  expect(await standing()).toMatchObject({ isWithin: true, left: 1, resetSeconds: 60 });
  clock.now += 20_500;
  expect(await standing()).toMatchObject({ isWithin: true, left: 0, resetSeconds: 40 });
  expect(one?.look(limit, 'ann')).toMatchObject({ isWithin: false });
  expect(await standing()).toMatchObject({ isWithin: false, left: 0, resetSeconds: 40 });
  expect(await one?.spend(limit, 'bob')).toMatchObject({ isWithin: true });
  clock.now += 39_500;
  expect(one?.look(limit, 'ann')).toMatchObject({ isWithin: true });
  expect(await standing()).toMatchObject({ isWithin: true, left: 1, resetSeconds: 60 });
});

it('lets its counter expire', async () => {
  const start = 1_800_000_000;
  await within(instances(1, { now: start * 1000 })[0], limitOf(2), 'ann');
  const { Item } = await world.table.documents.send(
    new GetCommand({ TableName: world.table.name, Key: keys.rate('key', 'ann', start) }),
  );
  expect(Item).toMatchObject({ taken: 1, expiresAt: start + 60 + 3_600 });
});

it.each([
  [60_000, 1, 1],
  [60_000, 100, 3],
  [60_000, 10_000, 22],
  [600, 60, 13],
  [30, 10, 10],
])('costs of a limit of %i for %i requests %i WRU', async (most, requests, expected) => {
  const [one] = instances(1, { now: 1_800_000_000_000 });
  const { units } = await measureWrites(world.table, async () => {
    for (let request = 0; request < requests; request++) await within(one, limitOf(most), 'ann');
  });
  expect(units).toEqual({ table: expected, lists: 0 });
});

it.each(['passes', 'is_refused'] as const)(
  'where the count is not known, %s, and asks no more for a second',
  async (unknown) => {
    const clock = { now: 1_800_000_000_000 };
    let asked = 0;
    const told: unknown[] = [];
    const spender = spendTokens({
      now: () => clock.now,
      takeTokens: async () => {
        asked += 1;
        throw new Error('throttled');
      },
      countUnknown: (_, error) => told.push(error),
    });
    const limit = { ...limitOf(10), unknown };
    for (let request = 0; request < 5; request++) {
      expect((await spender.spend(limit, 'ann')).isWithin).toBe(unknown === 'passes');
    }
    expect([asked, told.length]).toEqual([1, 1]);
    clock.now += 1_001;
    await spender.spend(limit, 'ann');
    expect(asked).toBe(2);
  },
);
