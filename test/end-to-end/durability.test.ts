import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from './support/api-client.ts';
import { type ChildStack, startChildStack } from './support/child-stack.ts';
import { descendantsOf, isRunning } from './support/processes.ts';
import { makeDataDir, startStack, type TestStack } from './support/start-stack.ts';
import { balancesOf, makeLink, paidOrder, processed, signUp, sumLedger, visit } from './support/story.ts';
import { waitUntil } from './support/wait-until.ts';

const referees = 10;
const ordersEach = 20;
const amount = 1_000;
/** A tenth of the first three orders of each. */
const earned = referees * 3 * (amount / 10);

let dataDir: string;
const stacks: TestStack[] = [];
const children: ChildStack[] = [];

beforeEach(() => {
  dataDir = makeDataDir();
});
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.stop();
  for (const child of children.splice(0)) {
    child.process.kill('SIGKILL');
    await child.exited;
  }
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<TestStack> {
  const stack = await startStack({ dataDir });
  stacks.push(stack);
  return stack;
}

async function startChild(): Promise<ChildStack> {
  const child = await startChildStack(dataDir);
  children.push(child);
  return child;
}

const refereeNames = Array.from({ length: referees }, (_, n) => `referee-${n}`);
const eventIds = refereeNames.flatMap((name) =>
  Array.from({ length: ordersEach }, (_, n) => ({ userId: name, id: `${name}.${n}` })),
);

async function prepare(api: ApiClient): Promise<void> {
  const { code } = await makeLink(api, 'alice');
  await visit(api, code);
  for (const name of refereeNames) await signUp(api, code, name);
}

/** Sends 200 events in ten calls, a few of them at a time, and returns when all are accepted. */
async function sendAll(api: ApiClient): Promise<void> {
  const orders = eventIds.map(({ userId, id }) => paidOrder(userId, id, amount));
  const calls = Array.from({ length: 10 }, (_, n) => orders.filter((__, index) => index % 10 === n));
  await Promise.all(
    calls.map(async (events) => {
      const answer = await api.call('POST', '/v1/events', { events });
      expect(answer.status).toBe(202);
    }),
  );
}

async function expectAllProcessed(api: ApiClient): Promise<void> {
  for (const name of refereeNames) {
    const ids = eventIds.filter(({ userId }) => userId === name).map(({ id }) => id);
    const events = await Promise.all(ids.map((id) => processed(api, id, 30_000)));
    const amounts = events.flatMap(({ entries }) => entries.map((entry) => entry.amount ?? 0));
    expect(amounts.reduce((sum, one) => sum + one, 0)).toBe(3 * (amount / 10));
  }
  expect(await balancesOf(api, 'alice')).toEqual([
    { kind: 'cash', currency: 'USD', pending: 0, available: earned, inPayout: 0, paid: 0 },
  ]);
  expect(await sumLedger(api, 'alice')).toEqual(await balancesOf(api, 'alice'));
  const stats = await api.get('/referral-stats/alice');
  expect(stats).toMatchObject({ clicks: 1, uniqueClicks: 1, referrals: { completed: referees } });
}

describe('what was accepted', () => {
  it('is processed after a stop and another start', async () => {
    const first = await start();
    await prepare(first);
    await sendAll(first);
    const stoppedAt = performance.now();
    await first.stop();
    expect(performance.now() - stoppedAt).toBeLessThan(5_000);
    expect(existsSync(join(dataDir, 'running.pid'))).toBe(false);

    const second = await start();
    expect(second.apiKey).toBe(first.apiKey);
    await expectAllProcessed(second);
    expect(second.troubles).toEqual([]);
  });

  it('is processed after a kill in the middle of everything', async () => {
    const child = await startChild();
    await prepare(child);
    const engines = descendantsOf(child.process.pid!);
    await sendAll(child);
    child.process.kill('SIGKILL');
    expect(await child.exited).toMatchObject({ signal: 'SIGKILL' });

    const stack = await start();
    expect(stack.apiKey).toBe(child.apiKey);
    await expectAllProcessed(stack);
    expect(stack.troubles).toEqual([]);
    expect(engines.length).toBeGreaterThan(0);
    await waitUntil('the engine of the killed stack has ended', () => !engines.some(isRunning));
  });
});

describe('SIGTERM', () => {
  it('ends the stack cleanly, with everything that it started', async () => {
    const child = await startChild();
    const { code } = await makeLink(child, 'alice');
    await signUp(child, code, 'bob');
    await child.post('/v1/events', paidOrder('bob', 'last', amount));
    const descendants = descendantsOf(child.process.pid!);
    const askedAt = performance.now();
    child.process.kill('SIGTERM');
    const exit = await child.exited;
    expect([exit.code, exit.signal]).toEqual([0, null]);
    expect(performance.now() - askedAt).toBeLessThan(5_000);
    expect(existsSync(join(dataDir, 'stack.json'))).toBe(false);
    expect(existsSync(join(dataDir, 'running.pid'))).toBe(false);
    expect(descendants.length).toBeGreaterThan(0);
    await waitUntil('nothing is left of the stack', () => !descendants.some(isRunning));
  });
});
