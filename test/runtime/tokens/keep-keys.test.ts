import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeysUnavailable, keepKeys } from '../../../shared/runtime/tokens/keep-keys.ts';

let now = 0;
let reads = 0;
let load: () => Promise<string[]>;
const answers = (...keys: string[]) => {
  load = async () => keys;
};
const fails = () => {
  load = async () => {
    throw new Error('no answer');
  };
};
const open = () =>
  keepKeys<string[]>({
    name: 'a test',
    load: () => {
      reads += 1;
      return load();
    },
    now: () => now,
    freshMs: 1_000,
    staleMs: 5_000,
    pauseMs: 100,
  });
const wants = (key: string) => (keys: string[]) => keys.includes(key);

beforeEach(() => {
  now = 10_000;
  reads = 0;
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

describe('kept keys', () => {
  it('are read once while they are fresh, and anew after', async () => {
    answers('a');
    const { find } = open();
    expect(await find(wants('a'))).toEqual(['a']);
    now += 999;
    await find(wants('a'));
    expect(reads).toBe(1);
    now += 1;
    answers('b');
    expect(await find(wants('b'))).toEqual(['b']);
    expect(reads).toBe(2);
  });

  it('are read once for all who ask at the same time', async () => {
    answers('a');
    const { find } = open();
    await Promise.all(Array.from({ length: 20 }, () => find(wants('a'))));
    expect(reads).toBe(1);
  });

  it('are looked through again for a key that is not among them', async () => {
    answers('a');
    const { find } = open();
    await find(wants('a'));
    now += 100;
    answers('a', 'b');
    expect(await find(wants('b'))).toEqual(['a', 'b']);
  });

  it('are not read for each of a thousand inventions', async () => {
    answers('a');
    const { find } = open();
    for (let index = 0; index < 1_000; index++) expect(await find(wants(`x${index}`))).toEqual(['a']);
    expect(reads).toBe(1);
    now += 100;
    for (let index = 0; index < 1_000; index++) await find(wants(`y${index}`));
    expect(reads).toBe(2);
  });

  it('hold for a while where they cannot be read, for the keys that are among them', async () => {
    answers('a');
    const { find } = open();
    await find();
    fails();
    now += 1_000;
    expect(await find(wants('a'))).toEqual(['a']);
    expect(reads).toBe(2);
    await expect(find(wants('b'))).rejects.toThrow(KeysUnavailable);
    expect(reads).toBe(2);
    now += 4_000;
    await expect(find(wants('a'))).rejects.toThrow(KeysUnavailable);
    answers('a', 'b');
    now += 100;
    expect(await find(wants('b'))).toEqual(['a', 'b']);
  });

  it('can be put there by who has changed them', async () => {
    answers('a');
    const { find, put } = open();
    await find();
    put(['b']);
    expect(await find(wants('b'))).toEqual(['b']);
    expect(reads).toBe(1);
    now += 1_000;
    expect(await find(wants('a'))).toEqual(['a']);
  });

  it('are not asked for more often where there are none at all', async () => {
    fails();
    const { find } = open();
    for (let index = 0; index < 100; index++) await expect(find()).rejects.toThrow(KeysUnavailable);
    expect(reads).toBe(1);
  });
});
