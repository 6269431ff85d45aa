import { describe, expect, it, vi } from 'vitest';
import { whileContended } from '../../shared/usecases/retry.ts';

const pause = () => Promise.resolve();

describe('whileContended', () => {
  it('gives the value of the first attempt that won, and pauses only after lost ones', async () => {
    const attempt = vi
      .fn<() => Promise<'won' | 'again'>>()
      .mockResolvedValueOnce('again')
      .mockResolvedValueOnce('won');
    const pauses: number[] = [];
    const result = await whileContended(attempt, {
      random: () => 1,
      pause: async (ms) => void pauses.push(ms),
    });
    expect(result).toBe('won');
    expect(pauses).toEqual([5]);
  });

  it('gives up after the last attempt', async () => {
    const attempt = vi.fn(async () => 'again' as const);
    expect(await whileContended<string>(attempt, { attempts: 4, pause })).toBeUndefined();
    expect(attempt).toHaveBeenCalledTimes(4);
  });

  it('pauses longer and longer, to 400 ms, by chance', async () => {
    const pauses: number[] = [];
    await whileContended<string>(async () => 'again', {
      attempts: 9,
      random: () => 0.5,
      pause: async (ms) => void pauses.push(ms),
    });
    expect(pauses).toEqual([2.5, 5, 10, 20, 40, 80, 160, 200, 200]);
  });

  it('does not try again what threw', async () => {
    const attempt = vi.fn(async () => {
      throw new Error('down');
    });
    await expect(whileContended(attempt, { pause })).rejects.toThrow('down');
    expect(attempt).toHaveBeenCalledOnce();
  });
});
