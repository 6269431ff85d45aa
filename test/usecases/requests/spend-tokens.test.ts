import { describe, expect, it } from 'vitest';
import { type Limit, spendTokens } from '../../../shared/usecases/requests/spend-tokens.ts';

const start = 1_800_000_000_000;
const limitOf = (most: number, more: Partial<Limit> = {}): Limit => ({
  ...{ name: 'key', most, windowSeconds: 60, unknown: 'passes' },
  ...more,
});

/** A counter that all instances share, in memory, and what was taken of it. */
function makeCounter() {
  const clock = { now: start };
  const counters = new Map<string, number>();
  const takes: number[] = [];
  const told: unknown[] = [];
  let failing: Error | undefined;
  const ports: Parameters<typeof spendTokens>[0] = {
    now: () => clock.now,
    async takeTokens({ name, most }, subject, windowStart, tokens) {
      takes.push(tokens);
      if (failing) throw failing;
      const key = `${name} ${subject} ${windowStart}`;
      const taken = counters.get(key) ?? 0;
      if (taken + tokens > most) return { granted: false, taken };
      counters.set(key, taken + tokens);
      return { granted: true, taken: taken + tokens };
    },
    countUnknown: (_, error) => told.push(error),
  };
  const fail = (error: Error | undefined) => {
    failing = error;
  };
  return { clock, counters, takes, told, ports, fail };
}

describe('the tokens that an instance takes at once', () => {
  it.each([
    ['a large limit', 60_000, 2_000, [30, 30, 60, 120, 240, 480, 600, 600]],
    ['a small one', 600, 20, [1, 1, 2, 4, 6, 6]],
    ['one that is nearly spent', 30, 30, Array(30).fill(1)],
  ])('of %s grow with what it spends', async (_, most, requests, expected) => {
    const { ports, takes } = makeCounter();
    const { spend } = spendTokens(ports);
    for (let request = 0; request < requests; request++) await spend(limitOf(most), 'ann');
    expect(takes).toEqual(expected);
  });

  it('become fewer towards the end of what there is', async () => {
    const { ports, counters, takes } = makeCounter();
    counters.set(`key ann ${start / 1000}`, 59_880);
    const { spend } = spendTokens(ports);
    for (let request = 0; request < 60; request++) await spend(limitOf(60_000), 'ann');
    expect(takes).toEqual([30, 9, 8, 7, 6]);
  });

  it('are none where the counter has not so many left, and then fewer', async () => {
    const { ports, counters, takes } = makeCounter();
    counters.set(`key ann ${start / 1000}`, 59_990);
    const { spend } = spendTokens(ports);
    const all: boolean[] = [];
    for (let request = 0; request < 12; request++) all.push((await spend(limitOf(60_000), 'ann')).isWithin);
    expect(all).toEqual([...Array(10).fill(true), false, false]);
    expect(takes).toEqual([30, ...Array(10).fill(1)]);
  });

  it('are left to it, beside those that nobody has taken', async () => {
    const { spend, look } = spendTokens(makeCounter().ports);
    expect((await spend(limitOf(60_000), 'ann')).left).toBe(59_999);
    expect(look(limitOf(60_000), 'ann').left).toBe(59_999);
  });

  it('are asked for once, however many wait for them', async () => {
    const { ports, takes } = makeCounter();
    const { spend } = spendTokens(ports);
    const all = await Promise.all(Array.from({ length: 30 }, () => spend(limitOf(60_000), 'ann')));
    expect(all.every(({ isWithin }) => isWithin)).toBe(true);
    expect(takes).toEqual([30]);
  });
});

describe('a caller', () => {
  it('is told what is left, and when the window ends', async () => {
    const { ports, clock } = makeCounter();
    const { spend, look } = spendTokens(ports);
    const limit = limitOf(3);
    expect(look(limit, 'ann')).toEqual({ limit, isWithin: true, left: 3, resetSeconds: 60 });
    expect(await spend(limit, 'ann')).toEqual({ limit, isWithin: true, left: 2, resetSeconds: 60 });
    clock.now += 59_999;
    expect(look(limit, 'ann').resetSeconds).toBe(1);
    clock.now += 1;
    expect(look(limit, 'ann')).toEqual({ limit, isWithin: true, left: 3, resetSeconds: 60 });
  });

  it('who has spent all is refused without a call', async () => {
    const { ports, takes } = makeCounter();
    const { spend, look } = spendTokens(ports);
    const limit = limitOf(1);
    expect((await spend(limit, 'ann')).isWithin).toBe(true);
    expect(await spend(limit, 'ann')).toMatchObject({ isWithin: false, left: 0 });
    expect(look(limit, 'ann')).toMatchObject({ isWithin: false, left: 0 });
    expect(takes).toEqual([1]);
  });

  it('has a share of each limit and window', async () => {
    const { ports, takes } = makeCounter();
    const { spend } = spendTokens(ports);
    expect((await spend(limitOf(1), 'ann')).isWithin).toBe(true);
    expect((await spend(limitOf(1, { name: 'address' }), 'ann')).isWithin).toBe(true);
    expect((await spend(limitOf(1), 'bob')).isWithin).toBe(true);
    expect(takes).toEqual([1, 1, 1]);
  });

  it('who was not there for long is forgotten, and what was taken for them is lost', async () => {
    const { ports, takes } = makeCounter();
    const { spend } = spendTokens(ports);
    const limit = limitOf(8_000);
    await spend(limit, 'ann');
    for (let other = 1; other < 10_000; other++) await spend(limit, `other ${other}`);
    expect((await spend(limit, 'ann')).left).toBe(7_998);
    expect(takes).toHaveLength(10_000);
    await spend(limit, 'the last');
    await spend(limit, 'ann');
    expect(takes).toHaveLength(10_002);
  });
});

describe('where the count is not known', () => {
  it.each([
    ['passes', true],
    ['is_refused', false],
  ] as const)('who spends %s: %s, and the counter is left alone for a second', async (unknown, isWithin) => {
    const { ports, clock, takes, told, fail } = makeCounter();
    const { spend } = spendTokens(ports);
    const limit = limitOf(10, { unknown });
    fail(new Error('throttled'));
    expect((await spend(limit, 'ann')).isWithin).toBe(isWithin);
    clock.now += 999;
    expect((await spend(limit, 'ann')).isWithin).toBe(isWithin);
    expect(takes).toHaveLength(1);
    expect(told).toEqual([new Error('throttled')]);
    fail(undefined);
    clock.now += 1;
    expect(await spend(limit, 'ann')).toMatchObject({ isWithin: true, left: 9 });
    expect(takes).toHaveLength(2);
  });
});
