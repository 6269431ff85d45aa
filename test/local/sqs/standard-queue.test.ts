import { expect, it } from 'vitest';
import { makeEngine, openQueue } from './support/fake-engine.ts';

it('hides a received message until its timeout, then hands it out again', async () => {
  const { engine, advance } = makeEngine();
  const queue = openQueue(engine, 'q', { VisibilityTimeout: '10' });
  const { messageId } = queue.send('a');
  const [first] = await queue.receive();
  expect(first).toMatchObject({ messageId, body: 'a', attributes: { ApproximateReceiveCount: '1' } });
  advance(9_999);
  expect(await queue.receive()).toEqual([]);
  advance(1);
  const [second] = await queue.receive();
  expect(second?.attributes['ApproximateReceiveCount']).toBe('2');
  expect(second?.attributes['ApproximateFirstReceiveTimestamp']).toBe(
    first?.attributes['ApproximateFirstReceiveTimestamp'],
  );
});

it('deletes by the latest handle only', async () => {
  const { engine, advance } = makeEngine();
  const queue = openQueue(engine, 'q', { VisibilityTimeout: '1' });
  queue.send('a');
  const [stale] = await queue.receive();
  advance(1000);
  const [latest] = await queue.receive();
  queue.delete(stale!);
  expect(queue.stats().inFlight).toBe(1);
  queue.delete(latest!);
  queue.delete(latest!);
  expect(queue.stats()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

it('deletes a message whose timeout is over if nobody else has it', async () => {
  const { engine, advance } = makeEngine();
  const queue = openQueue(engine, 'q', { VisibilityTimeout: '1' });
  queue.send('a');
  const [message] = await queue.receive();
  advance(1000);
  queue.delete(message!);
  expect(await queue.receive()).toEqual([]);
});

it('refuses handles that it never gave', () => {
  const { engine } = makeEngine();
  const queue = openQueue(engine, 'q');
  const refusal = expect.objectContaining({ code: 'ReceiptHandleIsInvalid' });
  expect(() => queue.delete({ receiptHandle: 'nope' })).toThrow(refusal);
  expect(() => queue.changeVisibility({ receiptHandle: 'nope' }, 0)).toThrow(refusal);
});

it('shortens and extends the time in flight, up to twelve hours in all', async () => {
  const { engine, advance } = makeEngine();
  const queue = openQueue(engine, 'q', { VisibilityTimeout: '1' });
  queue.send('a');
  const [first] = await queue.receive();
  queue.changeVisibility(first!, 0);
  expect(() => queue.changeVisibility(first!, 5)).toThrow(
    expect.objectContaining({ code: 'MessageNotInflight' }),
  );
  const [second] = await queue.receive();
  queue.changeVisibility(second!, 5000);
  advance(4999);
  expect(await queue.receive()).toEqual([]);
  expect(() => queue.changeVisibility(second!, 43_200_000)).toThrow(/beyond the limit/);
  expect(() => queue.changeVisibility(second!, 43_201_000)).toThrow(/VisibilityTimeout/);
  advance(1);
  expect(await queue.receive()).toHaveLength(1);
});

it('delays by the queue, and by the message where that says so', async () => {
  const { engine, advance } = makeEngine();
  const queue = openQueue(engine, 'q', { DelaySeconds: '10' });
  queue.send('queue');
  queue.send('own', { delayMs: 1000 });
  queue.send('none', { delayMs: 0 });
  expect(queue.stats()).toEqual({ visible: 1, inFlight: 0, delayed: 2 });
  expect(await queue.bodies()).toEqual(['none']);
  advance(1000);
  expect(await queue.bodies()).toEqual(['own']);
  advance(9000);
  expect(await queue.bodies()).toEqual(['queue']);
});

it('drops what is past its retention, in whatever state', async () => {
  const { engine, advance } = makeEngine();
  const queue = openQueue(engine, 'q', { MessageRetentionPeriod: '60', VisibilityTimeout: '600' });
  queue.send('in flight');
  await queue.receive();
  queue.send('visible');
  queue.send('delayed', { delayMs: 300_000 });
  advance(59_999);
  queue.send('young');
  expect(queue.stats()).toEqual({ visible: 2, inFlight: 1, delayed: 1 });
  advance(1);
  expect(queue.stats()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  expect(await queue.bodies()).toEqual(['young']);
});

it('loosens the order within a window of the oldest messages', async () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const { engine } = makeEngine({ shuffle: true, random });
  const queue = openQueue(engine, 'q');
  const sent = Array.from({ length: 200 }, (_, index) => String(index));
  for (const body of sent) queue.send(body);
  const got = await queue.bodies(200);
  expect(got).not.toEqual(sent);
  expect([...got].sort()).toEqual([...sent].sort());
  for (const [index, body] of got.entries()) expect(Number(body)).toBeLessThan(index + 32);
});

it('turns up a stray copy of a message once, even after the message is deleted', async () => {
  const { engine } = makeEngine({ duplicateRate: 1 });
  const queue = openQueue(engine, 'q');
  const { messageId } = queue.send('a');
  const [message] = await queue.receive();
  queue.delete(message!);
  const [copy] = await queue.receive();
  expect(copy).toMatchObject({ messageId, body: 'a' });
  queue.delete(copy!);
  expect(await queue.receive()).toEqual([]);
});

it('stays exact with many messages in every state', async () => {
  const { engine, advance } = makeEngine();
  const queue = openQueue(engine, 'q', { VisibilityTimeout: '5', MessageRetentionPeriod: '60' });
  for (let index = 0; index < 5000; index++) queue.send(`m${index}`, { delayMs: (index % 3) * 1000 });
  advance(2000);
  const taken = await queue.receive(4000);
  for (const message of taken.slice(0, 3000)) queue.delete(message);
  expect(queue.stats()).toEqual({ visible: 1000, inFlight: 1000, delayed: 0 });
  advance(5000);
  expect(new Set(await queue.bodies(5000)).size).toBe(2000);
  advance(60_000);
  expect(queue.stats()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});
