import { afterEach, describe, expect, it } from 'vitest';
import type { StreamRecord, StreamSource } from '../../../local/event-sources/stream-source.ts';
import { StreamTail } from '../../../local/event-sources/stream-tail.ts';
import { sleep } from './mapping-fixtures.ts';

let tail: StreamTail | undefined;
afterEach(() => tail?.stop());

class FakeStream implements StreamSource {
  readonly shardId = 'shard';
  readonly records: StreamRecord[] = [];
  reads = 0;
  fails = 0;

  write(count = 1): void {
    for (let i = 0; i < count; i += 1) {
      const SequenceNumber = String(this.records.length + 1);
      this.records.push({
        eventID: SequenceNumber,
        eventName: 'INSERT',
        dynamodb: { Keys: {}, SequenceNumber },
      });
    }
  }

  async read(after: string | undefined, limit: number) {
    this.reads += 1;
    await sleep(1);
    if (this.fails-- > 0) throw new Error('away');
    return this.records.slice(Number(after ?? 0), Number(after ?? 0) + limit);
  }
}

/** Reads on until a number of changes is seen; gives their numbers. */
async function readUntil(count: number, from?: string, limit = 3): Promise<number[]> {
  const { signal } = new AbortController();
  const seen: number[] = [];
  let after = from;
  while (seen.length < count) {
    const records = (await tail?.next(after, limit, signal)) ?? [];
    seen.push(...records.map(({ dynamodb }) => Number(dynamodb.SequenceNumber)));
    after = records.at(-1)?.dynamodb.SequenceNumber;
  }
  return seen;
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the tail of a stream', () => {
  it('gives several readers every change, in order, wherever they stand', async () => {
    const source = new FakeStream();
    tail = new StreamTail({ source, windowSize: 5 });
    source.write(20);
    const readers = [readUntil(60), readUntil(50, '10', 1), readUntil(40, '20', 7)];
    for (let i = 0; i < 20; i += 1) {
      await sleep(3);
      source.write(2);
    }
    expect(await Promise.all(readers)).toEqual([numbers(1, 60), numbers(11, 60), numbers(21, 60)]);
  });

  it('is watched once for all that wait, and by nobody when none waits', async () => {
    const source = new FakeStream();
    tail = new StreamTail({ source, idleMs: { min: 20, max: 20 } });
    const readers = [readUntil(1), readUntil(1), readUntil(1)];
    await sleep(210);
    expect(source.reads).toBeLessThan(16);
    source.write();
    const writtenAt = performance.now();
    await Promise.all(readers);
    expect(performance.now() - writtenAt).toBeLessThan(500);
    await sleep(30);
    const { reads } = source;
    await sleep(60);
    expect(source.reads).toBe(reads);
  });

  it('looks at once when nudged', async () => {
    const source = new FakeStream();
    tail = new StreamTail({ source, idleMs: { min: 10_000, max: 10_000 } });
    const reader = readUntil(1);
    await sleep(30);
    source.write();
    tail.nudge();
    expect(await reader).toEqual([1]);
  });

  it('goes on after an error, and ends waits when it is told to', async () => {
    const source = new FakeStream();
    const errors: unknown[] = [];
    tail = new StreamTail({ source, onError: (error) => errors.push(error) });
    const controller = new AbortController();
    const waiting = tail.next(undefined, 1, controller.signal);
    await sleep(30);
    source.fails = 1;
    source.write();
    expect(await waiting).toHaveLength(1);
    expect(errors).toHaveLength(1);
    const aborted = tail.next('1', 1, controller.signal);
    controller.abort();
    expect(await aborted).toEqual([]);
    const stopped = tail.next('1', 1, new AbortController().signal);
    tail.stop();
    expect(await stopped).toEqual([]);
  });

  it('tells of no error that comes of its end', async () => {
    const source = new FakeStream();
    const errors: unknown[] = [];
    tail = new StreamTail({ source, onError: (error) => errors.push(error) });
    const waiting = tail.next(undefined, 1, new AbortController().signal);
    source.fails = 10;
    tail.stop();
    await waiting;
    await sleep(20);
    expect(errors).toEqual([]);
  });
});
