import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningSqs, type SqsOptions, startSqs } from '../../../local/sqs/start-sqs.ts';
import { redriveTo } from './support/fake-engine.ts';
import { makeClient } from './support/sqs-client.ts';

let dataDir = '';
let running: RunningSqs | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sqs-'));
});

afterEach(async () => {
  await running?.close();
  running = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

const journalPath = () => join(dataDir, 'sqs', 'journal.jsonl');

async function restart(options: SqsOptions = {}): Promise<RunningSqs> {
  await running?.close();
  running = await startSqs({ dataDir, shuffle: false, ...options });
  return running;
}

async function spawnServer(): Promise<{ child: ChildProcess; url: string }> {
  const script = fileURLToPath(new URL('support/serve-sqs.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [url] = await once(lines, 'line');
  return { child, url: String(url) };
}

async function receiveAll({ engine }: RunningSqs, queueName: string) {
  return await engine.receive({ queueName, max: 100_000, waitMs: 0 });
}

it('has everything that it accepted after the process is killed at work', async () => {
  const { child, url } = await spawnServer();
  const client = makeClient(url);
  const { QueueUrl } = await client.createQueue({ QueueName: 'q', Attributes: { VisibilityTimeout: '60' } });
  const accepted = new Set<string>();
  const deleted = new Set<string>();
  const exited = once(child, 'exit');
  const produce = async (worker: number) => {
    for (let index = 0; ; index++) {
      const body = `${worker}-${index}`;
      await client.sendMessage({ QueueUrl, MessageBody: body });
      accepted.add(body);
      if (accepted.size === 300) child.kill('SIGKILL');
    }
  };
  const consume = async () => {
    for (;;) {
      const { Messages = [] } = await client.receiveMessage({ QueueUrl, WaitTimeSeconds: 1 });
      for (const { ReceiptHandle, Body = '' } of Messages) {
        await client.deleteMessage({ QueueUrl, ReceiptHandle });
        deleted.add(Body);
      }
    }
  };
  await Promise.allSettled([produce(1), produce(2), produce(3), produce(4), consume()]);
  await exited;

  const found = (await receiveAll(await restart(), 'q')).map((message) => message.body);
  expect(accepted.size).toBeGreaterThanOrEqual(300);
  expect(deleted.size).toBeGreaterThan(0);
  expect(new Set(found).size).toBe(found.length);
  for (const body of deleted) expect(found).not.toContain(body);
  const lost = [...accepted].filter((body) => !deleted.has(body) && !found.includes(body));
  // The delete that was under way at the kill may have taken effect unanswered.
  expect(lost.length).toBeLessThanOrEqual(1);
});

it('brings back queues, tags, attributes, delays and receive counts', async () => {
  const before = await restart();
  before.engine.queues.create('dead');
  const redrive = redriveTo('arn:aws:sqs:us-east-1:000000000000:dead', 2);
  before.engine.queues.create('q', { VisibilityTimeout: '40', ...redrive }, { team: 'growth' });
  before.engine.queues.create('dropped');
  before.engine.deleteQueue({ queueName: 'dropped' });
  const attributes = { b: { dataType: 'Binary', binaryValue: 'AQI=' } };
  before.engine.send({ queueName: 'q', body: 'seen \u2028 é', attributes });
  await receiveAll(before, 'q');
  before.engine.send({ queueName: 'q', body: 'later', delayMs: 600_000 });

  const after = await restart();
  expect(after.engine.queues.list().map((queue) => queue.name)).toEqual(['dead', 'q']);
  const { definition } = after.engine.queues.resolve({ queueName: 'q' });
  expect(definition).toMatchObject({ attributes: { VisibilityTimeout: '40' }, tags: { team: 'growth' } });
  expect(after.engine.stats({ queueName: 'q' })).toEqual({ visible: 1, inFlight: 0, delayed: 1 });
  expect(await receiveAll(after, 'q')).toMatchObject([
    { body: 'seen \u2028 é', messageAttributes: attributes, attributes: { ApproximateReceiveCount: '2' } },
  ]);
  const third = await restart();
  expect(await receiveAll(third, 'q')).toEqual([]);
  expect(third.engine.stats({ queueName: 'dead' }).visible).toBe(1);
});

it('keeps FIFO order and deduplication over a restart and a compaction', async () => {
  const queueName = 'q.fifo';
  const before = await restart();
  before.engine.queues.create(queueName, { FifoQueue: 'true' });
  const send = ({ engine }: RunningSqs, body: string) =>
    engine.send({ queueName, body, groupId: 'A', dedupeId: body });
  const first = send(before, '1');
  const [message] = await receiveAll(before, queueName);
  before.engine.deleteMessage({ queueName, receiptHandle: message?.receiptHandle ?? '' });
  for (const body of ['2', '3']) send(before, body);

  appendFileSync(journalPath(), '{"t":"torn');
  const after = await restart();
  expect(send(after, '1')).toEqual(first);
  const fourth = send(after, '4');
  expect(BigInt(fourth.sequenceNumber ?? 0)).toBeGreaterThan(BigInt(first.sequenceNumber ?? 0) + 2n);
  expect((await receiveAll(after, queueName)).map(({ body }) => body)).toEqual(['2', '3', '4']);
});

it('does not bring back what a shorter retention had dropped', async () => {
  let now = Date.now();
  const before = await restart({ clock: () => now });
  const queue = before.engine.queues.create('q', { MessageRetentionPeriod: '60' });
  before.engine.send({ queueName: 'q', body: 'old' });
  now += 60_000;
  before.engine.send({ queueName: 'q', body: 'new' });
  before.engine.queues.setAttributes(queue, { MessageRetentionPeriod: '3600' });
  const after = await restart({ clock: () => now });
  expect((await receiveAll(after, 'q')).map(({ body }) => body)).toEqual(['new']);
});

it('drops a torn last line, and goes on writing whole ones', async () => {
  const before = await restart();
  before.engine.queues.create('q');
  before.engine.send({ queueName: 'q', body: 'a' });
  appendFileSync(journalPath(), '{"t":"send","queue":"q","message":{"key":2,"bo');
  const after = await restart();
  after.engine.send({ queueName: 'q', body: 'b' });
  expect((await receiveAll(await restart(), 'q')).map(({ body }) => body)).toEqual(['a', 'b']);
});

it('refuses to start on a journal that is damaged in the middle', async () => {
  const before = await restart();
  before.engine.queues.create('q');
  appendFileSync(journalPath(), 'garbage\n{"t":"purge","queue":"q"}\n');
  await expect(startSqs({ dataDir })).rejects.toThrow(/journal\.jsonl: line 2 is damaged/);
});

it('compacts a journal that is mostly dead, and keeps what lives', async () => {
  const { engine } = await restart();
  const queueName = 'q';
  engine.queues.create(queueName);
  engine.queues.create('kept');
  for (let index = 0; index < 200; index++) engine.send({ queueName: 'kept', body: `kept ${index}` });
  for (let index = 0; index < 4000; index++) {
    engine.send({ queueName, body: 'x'.repeat(100) });
    const [message] = await engine.receive({ queueName });
    engine.deleteMessage({ queueName, receiptHandle: message?.receiptHandle ?? '' });
  }
  const lines = readFileSync(journalPath(), 'utf8').split('\n').length;
  expect(lines).toBeLessThan(5500);
  expect(statSync(journalPath()).size).toBeLessThan(1_000_000);
  const after = await restart();
  expect(after.engine.stats({ queueName }).visible).toBe(0);
  const kept = (await receiveAll(after, 'kept')).map(({ body }) => body);
  expect(kept).toEqual(Array.from({ length: 200 }, (_, index) => `kept ${index}`));
});
