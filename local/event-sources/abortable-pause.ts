import { setTimeout } from 'node:timers/promises';

/** Waits so many milliseconds, or until the signal aborts; never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}

/** Resolves when all promises have settled, or after so many milliseconds. */
export async function settleWithin(promises: Iterable<Promise<unknown>>, ms: number): Promise<void> {
  const controller = new AbortController();
  await Promise.race([Promise.allSettled(promises), pause(ms, controller.signal)]);
  controller.abort();
}

/** Doubles from `firstMs` with each failure, up to `mostMs`. */
export function backoffMs(failures: number, firstMs: number, mostMs: number): number {
  return Math.min(firstMs * 2 ** failures, mostMs);
}
