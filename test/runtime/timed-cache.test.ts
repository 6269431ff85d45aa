import { beforeEach, describe, expect, it, vi } from 'vitest';
import { keepFor } from '../../shared/runtime/timed-cache.ts';

let at = 0;
const lookUp = vi.fn<(name: string) => Promise<string | undefined>>();
const cached = (keepMs: number, most: number) => keepFor(keepMs, most, () => at, lookUp);

beforeEach(() => {
  at = 1_000;
  lookUp.mockReset().mockImplementation(async (name) => `${name} at ${at}`);
});

describe('keepFor', () => {
  it('answers from memory until the time is over', async () => {
    const find = cached(100, 10);
    await find('a');
    at += 99;
    expect(await find('a')).toBe('a at 1000');
    at += 1;
    expect(await find('a')).toBe('a at 1100');
  });

  it('is not renewed by hits, so that a hot entry is looked up again too', async () => {
    const find = cached(100, 10);
    for (; at <= 1_100; at += 10) await find('a');
    expect(lookUp).toHaveBeenCalledTimes(2);
  });

  it('counts the time from before the look-up', async () => {
    lookUp.mockImplementationOnce(async () => {
      at += 50;
      return 'old';
    });
    const find = cached(100, 10);
    await find('a');
    at = 1_100;
    expect(await find('a')).toBe('a at 1100');
  });

  it('does not keep that something is absent', async () => {
    lookUp.mockResolvedValueOnce(undefined);
    const find = cached(100, 10);
    expect(await find('a')).toBeUndefined();
    expect(await find('a')).toBe('a at 1000');
  });

  it('forgets what has gone since', async () => {
    const find = cached(100, 10);
    await find('a');
    at += 100;
    lookUp.mockResolvedValueOnce(undefined);
    expect(await find('a')).toBeUndefined();
    expect(await find('a')).toBe('a at 1100');
  });

  it('keeps so many and lets the oldest go', async () => {
    const find = cached(100, 2);
    for (const name of ['a', 'b', 'c']) await find(name);
    await find('b');
    await find('c');
    expect(lookUp).toHaveBeenCalledTimes(3);
    await find('a');
    expect(lookUp).toHaveBeenCalledTimes(4);
  });

  it('does not keep a failure', async () => {
    lookUp.mockRejectedValueOnce(new Error('down'));
    const find = cached(100, 2);
    await expect(find('a')).rejects.toThrow('down');
    expect(await find('a')).toBe('a at 1000');
  });
});
