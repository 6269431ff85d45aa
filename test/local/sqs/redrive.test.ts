import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeEngine, openQueue, redriveTo } from './support/fake-engine.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function openPair(maxReceiveCount = 1) {
  const { engine, advance } = makeEngine();
  const dead = openQueue(engine, 'dead');
  const queue = openQueue(engine, 'q', { VisibilityTimeout: '0', ...redriveTo(dead.arn, maxReceiveCount) });
  const fail = async (body: string) => {
    queue.send(body);
    for (let receives = 0; receives <= maxReceiveCount; receives++) await queue.receive();
  };
  return { engine, advance, dead, queue, fail };
}

it('moves a message that was received too often, with its ID, age and source', async () => {
  const { advance, dead, queue } = openPair(2);
  const { messageId } = queue.send('poison');
  const [first] = await queue.receive();
  advance(1000);
  expect(await queue.receive()).toHaveLength(1);
  expect(dead.stats().visible).toBe(0);
  expect(await queue.receive()).toEqual([]);
  const [moved] = await dead.receive();
  expect(moved).toMatchObject({
    messageId,
    body: 'poison',
    attributes: {
      SentTimestamp: first?.attributes['SentTimestamp'],
      ApproximateReceiveCount: '3',
      DeadLetterQueueSourceArn: queue.arn,
    },
  });
});

it('hands out the next message in place of the one it moves', async () => {
  const { queue } = openPair();
  queue.send('bad');
  await queue.receive();
  queue.send('good');
  expect(await queue.bodies(1)).toEqual(['good']);
});

it('wakes who waits on the dead-letter queue', async () => {
  const { dead, fail } = openPair();
  const waiting = dead.receive(10, { waitMs: 20_000 });
  await fail('poison');
  expect(await waiting).toHaveLength(1);
});

it('counts the receives of each queue apart when dead-letter queues are chained', async () => {
  const { engine } = makeEngine();
  const last = openQueue(engine, 'last');
  const dead = openQueue(engine, 'dead', { VisibilityTimeout: '0', ...redriveTo(last.arn, 2) });
  const queue = openQueue(engine, 'q', { VisibilityTimeout: '0', ...redriveTo(dead.arn, 3) });
  queue.send('poison');
  for (let receives = 0; receives < 4; receives++) await queue.receive();
  expect(await dead.receive()).toHaveLength(1);
  expect(await dead.receive()).toHaveLength(1);
  expect(await dead.receive()).toEqual([]);
  expect(last.stats().visible).toBe(1);
});

it('keeps delivering when the dead-letter queue is deleted', async () => {
  const { engine, dead, queue } = openPair();
  engine.deleteQueue(dead.ref);
  queue.send('poison');
  await queue.receive();
  expect(await queue.receive()).toHaveLength(1);
});

it('moves messages back to where they came from as new ones', async () => {
  const { engine, dead, queue, fail } = openPair();
  for (const body of ['a', 'b', 'c']) await fail(body);
  const before = await dead.receive(1, { visibilityTimeoutMs: 0 });
  engine.moves.start(dead.arn);
  vi.advanceTimersByTime(10);
  expect(engine.moves.list(dead.arn, 1)).toMatchObject([{ status: 'COMPLETED', moved: 3, toMove: 3 }]);
  const back = await queue.receive();
  expect(back.map((message) => message.body).sort()).toEqual(['a', 'b', 'c']);
  expect(back[0]?.attributes['ApproximateReceiveCount']).toBe('1');
  expect(back.map((message) => message.messageId)).not.toContain(before[0]?.messageId);
});

it('moves at the pace that was asked for, until cancelled', async () => {
  const { engine, dead, fail } = openPair();
  const other = openQueue(engine, 'other');
  for (const body of ['a', 'b', 'c', 'd']) await fail(body);
  const task = engine.moves.start(dead.arn, other.arn, 2);
  expect(() => engine.moves.start(dead.arn)).toThrow(/already a task running/);
  vi.advanceTimersByTime(600);
  expect(engine.moves.cancel(task.handle)).toMatchObject({ status: 'CANCELLED', moved: 2 });
  vi.advanceTimersByTime(5000);
  expect(other.stats().visible).toBe(2);
  expect(dead.stats().visible).toBe(2);
});

it('fails a task that finds no way back, and keeps the messages', async () => {
  const { engine, dead, queue } = openPair();
  dead.send('sent here directly');
  engine.moves.start(dead.arn);
  vi.advanceTimersByTime(10);
  const [task] = engine.moves.list(dead.arn, 1);
  expect(task).toMatchObject({ status: 'FAILED', failureReason: 'CouldNotDetermineMessageSource' });
  expect(dead.stats().visible).toBe(1);
  expect(() => engine.moves.start(queue.arn)).toThrow(/must be configured as a Dead Letter Queue/);
  expect(() => engine.moves.start(`${dead.arn}x`)).toThrow(/doesn't exist/);
});
