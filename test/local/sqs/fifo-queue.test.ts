import { expect, it } from 'vitest';
import { makeEngine, openQueue, redriveTo } from './support/fake-engine.ts';

const CONTENT = { ContentBasedDeduplication: 'true' };

it('keeps the order of a group and holds it back while one of it is in flight', async () => {
  const { engine } = makeEngine();
  const queue = openQueue(engine, 'q.fifo', CONTENT);
  for (const body of ['A1', 'A2', 'A3']) queue.send(body, { groupId: 'A' });
  const [first] = await queue.receive(1);
  expect(first?.body).toBe('A1');
  expect(await queue.bodies()).toEqual([]);
  queue.send('B1', { groupId: 'B' });
  expect(await queue.bodies()).toEqual(['B1']);
  queue.delete(first!);
  expect(await queue.bodies()).toEqual(['A2', 'A3']);
});

it('puts messages back in their place when they time out, alone or together', async () => {
  const { engine, advance } = makeEngine();
  const queue = openQueue(engine, 'q.fifo', { ...CONTENT, VisibilityTimeout: '10' });
  for (const body of ['1', '2', '3', '4']) queue.send(body, { groupId: 'A' });
  const [, second, third] = await queue.receive(3);
  queue.changeVisibility(third!, 0);
  queue.changeVisibility(second!, 5000);
  advance(5000);
  expect(await queue.bodies()).toEqual([]);
  advance(5000);
  expect(await queue.bodies()).toEqual(['1', '2', '3', '4']);
});

it('serves groups in turn', async () => {
  const { engine } = makeEngine();
  const queue = openQueue(engine, 'q.fifo', CONTENT);
  for (const groupId of ['A', 'B', 'C']) for (const n of [1, 2]) queue.send(`${groupId}${n}`, { groupId });
  const [first] = await queue.receive(1);
  queue.delete(first!);
  expect(await queue.bodies(3)).toEqual(['B1', 'B2', 'C1']);
});

it('takes a repeat for five minutes as the first send, also after the message is deleted', async () => {
  const { engine, advance } = makeEngine();
  const queue = openQueue(engine, 'q.fifo');
  const sent = queue.send('x', { groupId: 'A', dedupeId: 'd' });
  expect(queue.send('y', { groupId: 'B', dedupeId: 'd' })).toEqual(sent);
  const [message] = await queue.receive();
  queue.delete(message!);
  advance(299_999);
  queue.send('z', { groupId: 'A', dedupeId: 'd' });
  expect(await queue.bodies()).toEqual([]);
  advance(1);
  const later = queue.send('z', { groupId: 'A', dedupeId: 'd' });
  expect(BigInt(later.sequenceNumber ?? 0)).toBeGreaterThan(BigInt(sent.sequenceNumber ?? 0));
  expect(await queue.bodies()).toEqual(['z']);
});

it('takes a deduplication ID for its group only where the queue says so', async () => {
  const { engine } = makeEngine();
  const queue = openQueue(engine, 'q.fifo', { DeduplicationScope: 'messageGroup' });
  queue.send('a', { groupId: 'A', dedupeId: 'd' });
  queue.send('b', { groupId: 'B', dedupeId: 'd' });
  queue.send('c', { groupId: 'A', dedupeId: 'd' });
  expect((await queue.bodies()).sort()).toEqual(['a', 'b']);
});

it('refuses what a FIFO queue needs or cannot do', () => {
  const { engine } = makeEngine();
  const queue = openQueue(engine, 'q.fifo');
  expect(() => queue.send('x', { dedupeId: 'd' })).toThrow(/MessageGroupId/);
  expect(() => queue.send('x', { groupId: 'g' })).toThrow(/ContentBasedDeduplication/);
  expect(() => queue.send('x', { groupId: 'g', dedupeId: 'd', delayMs: 1000 })).toThrow(
    /not valid for this queue type/,
  );
  expect(() => queue.send('x', { groupId: 'two words', dedupeId: 'd' })).toThrow(/MessageGroupId/);
});

it('refuses a handle whose time is over', async () => {
  const { engine, advance } = makeEngine();
  const queue = openQueue(engine, 'q.fifo', { ...CONTENT, VisibilityTimeout: '1' });
  queue.send('x', { groupId: 'A' });
  const [message] = await queue.receive();
  advance(1000);
  expect(() => queue.delete(message!)).toThrow(/expired/);
});

it('lets the group go on when its head goes to the dead-letter queue', async () => {
  const { engine } = makeEngine();
  const dead = openQueue(engine, 'dead.fifo', CONTENT);
  const queue = openQueue(engine, 'q.fifo', {
    ...CONTENT,
    VisibilityTimeout: '0',
    ...redriveTo(dead.arn, 1),
  });
  for (const body of ['bad', 'good']) queue.send(body, { groupId: 'A' });
  expect(await queue.bodies(1)).toEqual(['bad']);
  expect(await queue.bodies(1)).toEqual(['good']);
  const [message] = await dead.receive();
  expect(message).toMatchObject({
    body: 'bad',
    attributes: { MessageGroupId: 'A', DeadLetterQueueSourceArn: queue.arn },
  });
  expect(message?.attributes['MessageDeduplicationId']).toBe(message?.messageId);
});
