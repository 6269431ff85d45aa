import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeEngine, openQueue } from './support/fake-engine.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function open(attributes: Record<string, string> = {}) {
  const { engine } = makeEngine({ clock: Date.now });
  return { engine, queue: openQueue(engine, 'q', attributes) };
}

it('answers as soon as a message arrives, to who has waited longest', async () => {
  const { queue } = open();
  const first = queue.receive(10, { waitMs: 20_000 });
  const second = queue.receive(10, { waitMs: 1000 });
  await vi.advanceTimersByTimeAsync(500);
  queue.send('a');
  expect(await first).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(500);
  expect(await second).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

it('waits as long as the queue says unless the request says otherwise', async () => {
  const { queue } = open({ ReceiveMessageWaitTimeSeconds: '2' });
  const answered = vi.fn();
  queue.receive().then(answered, answered);
  await vi.advanceTimersByTimeAsync(1999);
  expect(answered).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(answered).toHaveBeenCalledWith([]);
  expect(await queue.receive(1, { waitMs: 0 })).toEqual([]);
});

it('wakes when a timeout or a delay is over', async () => {
  const { queue } = open({ VisibilityTimeout: '3' });
  queue.send('seen');
  await queue.receive();
  queue.send('delayed', { delayMs: 1000 });
  const start = Date.now();
  const [delayed] = await advanceUntil(queue.receive(1, { waitMs: 20_000 }));
  expect([delayed?.body, Date.now() - start]).toEqual(['delayed', 1000]);
  const [seen] = await advanceUntil(queue.receive(1, { waitMs: 20_000 }));
  expect([seen?.body, Date.now() - start]).toEqual(['seen', 3000]);
});

it('wakes when a message is given back', async () => {
  const { queue } = open();
  queue.send('a');
  const [message] = await queue.receive();
  const waiting = queue.receive(1, { waitMs: 20_000 });
  queue.changeVisibility(message!, 0);
  expect(await waiting).toHaveLength(1);
});

it('hands nothing to a consumer that has gone', async () => {
  const { queue } = open();
  const gone = new AbortController();
  const waiting = queue.receive(1, { waitMs: 20_000, signal: gone.signal });
  gone.abort();
  expect(await waiting).toEqual([]);
  queue.send('a');
  expect(await queue.receive(1, { waitMs: 20_000, signal: gone.signal })).toEqual([]);
  expect(queue.stats().visible).toBe(1);
});

it('ends waits when the queue is deleted and when the engine closes', async () => {
  const { engine, queue } = open();
  const other = openQueue(engine, 'other');
  const waits = [queue.receive(1, { waitMs: 20_000 }), other.receive(1, { waitMs: 20_000 })];
  engine.deleteQueue(queue.ref);
  engine.close();
  expect(await Promise.all(waits)).toEqual([[], []]);
  expect(vi.getTimerCount()).toBe(0);
});

async function advanceUntil<T>(promise: Promise<T>): Promise<T> {
  let waiting = true;
  const settled = promise.finally(() => {
    waiting = false;
  });
  while (waiting) await vi.advanceTimersByTimeAsync(10);
  return await settled;
}
