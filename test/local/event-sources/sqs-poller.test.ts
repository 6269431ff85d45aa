import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { matchEventPattern } from '../../../local/event-pattern/match-event-pattern.ts';
import {
  type Poller,
  type SqsPollerOptions,
  startSqsPoller,
} from '../../../local/event-sources/sqs-poller.ts';
import { startSqs } from '../../../local/sqs/start-sqs.ts';
import { allowAll, fakeFunction, QUEUE_ARN, ROLE_ARN, sleep, sqsMapping, until } from './mapping-fixtures.ts';

type Sqs = Awaited<ReturnType<typeof startSqs>>;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startQueue(attributes: Record<string, string> = {}): Promise<Sqs> {
  const sqs = await startSqs({ region: 'eu-west-1' });
  ends.push(() => sqs.close());
  sqs.engine.queues.create('orders', { VisibilityTimeout: '1', ...attributes });
  return sqs;
}

function poll(sqs: Sqs, fake: ReturnType<typeof fakeFunction>, more: Partial<SqsPollerOptions> = {}): Poller {
  const poller = startSqsPoller({
    mapping: sqsMapping(),
    roleArn: ROLE_ARN,
    queues: sqs.engine,
    invoke: fake.invoke,
    authorize: allowAll,
    matches: matchEventPattern,
    ...more,
  });
  ends.push(() => poller.stop());
  return poller;
}

const post = (sqs: Sqs, ...bodies: string[]) => {
  for (const body of bodies) sqs.engine.send({ queueArn: QUEUE_ARN, body });
};
const isEmpty = ({ engine }: Sqs) => {
  const { visible, inFlight, delayed } = engine.stats({ queueArn: QUEUE_ARN });
  return visible + inFlight + delayed === 0;
};

describe('a mapping of a queue', () => {
  it('hands messages on as Lambda does, and deletes them', async () => {
    const sqs = await startQueue();
    const fake = fakeFunction();
    poll(sqs, fake);
    sqs.engine.send({
      queueArn: QUEUE_ARN,
      body: 'héllo',
      attributes: {
        kind: { dataType: 'String', stringValue: 'order' },
        raw: { dataType: 'Binary', binaryValue: 'aGk=' },
      },
    });
    await until(() => fake.batches.length === 1);
    expect(fake.batches[0]).toEqual([
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receiptHandle: expect.any(String),
        body: 'héllo',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {
          kind: { stringValue: 'order', stringListValues: [], binaryListValues: [], dataType: 'String' },
          raw: { binaryValue: 'aGk=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
        },
        md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
        md5OfBody: createHash('md5').update('héllo').digest('hex'),
        eventSource: 'aws:sqs',
        eventSourceARN: QUEUE_ARN,
        awsRegion: 'eu-west-1',
      },
    ]);
    await until(() => isEmpty(sqs));
  });

  it('gathers batches within the window, beyond one receive', async () => {
    const sqs = await startQueue();
    post(sqs, ...Array.from({ length: 35 }, (_, i) => `m${i}`));
    const fake = fakeFunction();
    poll(sqs, fake, { mapping: sqsMapping({ batchSize: 30, batchWindowMs: 200 }) });
    await until(() => isEmpty(sqs));
    expect(fake.batches.map((batch) => batch.length)).toEqual([30, 5]);
  });

  it('deletes what no filter lets through', async () => {
    const sqs = await startQueue();
    post(sqs, '{"type":"paid"}', '{"type":"seen"}', 'no json');
    const fake = fakeFunction();
    poll(sqs, fake, { mapping: sqsMapping({ filters: [{ body: { type: ['paid'] } }] }) });
    await until(() => isEmpty(sqs));
    expect(fake.batches.flat().map(({ body }) => body)).toEqual(['{"type":"paid"}']);
  });

  it('leaves a batch that failed until its visibility timeout', async () => {
    const sqs = await startQueue();
    post(sqs, 'a', 'b');
    const fake = fakeFunction(() => {
      if (fake.batches.length === 1) throw new Error('no');
    });
    const startedAt = performance.now();
    poll(sqs, fake);
    await until(() => isEmpty(sqs));
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    expect(
      fake.batches
        .flat()
        .map(({ body }) => body)
        .sort(),
    ).toEqual(['a', 'a', 'b', 'b']);
  });

  it('deletes only what worked if failures are reported, and nothing for a malformed report', async () => {
    const sqs = await startQueue();
    post(sqs, 'good', 'bad');
    const fake = fakeFunction((records) => {
      if (fake.batches.length === 1) return { batchItemFailures: [{ itemIdentifier: 'stranger' }] };
      if (fake.batches.length > 2) return undefined;
      const bad = records.find(({ body }) => body === 'bad');
      return { batchItemFailures: [{ itemIdentifier: bad?.messageId }] };
    });
    poll(sqs, fake, { mapping: sqsMapping({ reportBatchItemFailures: true }) });
    await until(() => isEmpty(sqs));
    const bodies = fake.batches.map((batch) => batch.map(({ body }) => body).sort());
    expect(bodies).toEqual([['bad', 'good'], ['bad', 'good'], ['bad']]);
  });

  it('runs batches side by side up to its concurrency', async () => {
    const sqs = await startQueue({ VisibilityTimeout: '30' });
    post(sqs, ...Array.from({ length: 12 }, (_, i) => `m${i}`));
    let running = 0;
    let most = 0;
    const fake = fakeFunction(async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(20);
      running -= 1;
    });
    poll(sqs, fake, { mapping: sqsMapping({ batchSize: 2, maximumConcurrency: 3 }) });
    await until(() => isEmpty(sqs));
    expect(most).toBe(3);
    expect(fake.batches.flat()).toHaveLength(12);
  });

  it('cuts batches that are too large for one event', async () => {
    const sqs = await startQueue({ VisibilityTimeout: '30' });
    const large = 'x'.repeat(1_000_000);
    post(sqs, ...Array.from({ length: 8 }, () => large));
    const fake = fakeFunction();
    poll(sqs, fake);
    await until(() => isEmpty(sqs));
    expect(fake.batches.flat()).toHaveLength(8);
    expect(Math.max(...fake.batches.map((batch) => batch.length))).toBeLessThanOrEqual(6);
  });

  it('delivers again when told to be unkind', async () => {
    const sqs = await startQueue();
    post(sqs, 'a');
    const fake = fakeFunction();
    poll(sqs, fake, { chaos: { duplicateRate: 0.5, random: () => 0.4 } });
    await until(() => fake.batches.length === 2);
    expect(fake.batches[1]).toEqual(fake.batches[0]);
  });

  it('stops when batches that run have ended, and takes nothing more', async () => {
    const sqs = await startQueue();
    post(sqs, 'a');
    const fake = fakeFunction(() => sleep(80));
    const poller = poll(sqs, fake);
    await until(() => fake.batches.length === 1);
    await poller.stop();
    expect(isEmpty(sqs)).toBe(true);
    post(sqs, 'b');
    await sleep(30);
    expect(fake.batches).toHaveLength(1);
  });

  it('goes on after trouble with the queue', async () => {
    const sqs = await startQueue();
    const errors: unknown[] = [];
    const fake = fakeFunction();
    let calls = 0;
    const queues: SqsPollerOptions['queues'] = {
      receive: (request) => (calls++ === 0 ? Promise.reject(new Error('gone')) : sqs.engine.receive(request)),
      deleteMessage: (request) => sqs.engine.deleteMessage(request),
    };
    post(sqs, 'a');
    poll(sqs, fake, { queues, onError: (error) => errors.push(error) });
    await until(() => isEmpty(sqs));
    expect(String(errors)).toContain('gone');
  });

  it('needs the function’s role to be allowed to', async () => {
    const sqs = await startQueue();
    const authorize = (roleArn: string, action: string, resource: string) => ({
      allowed: roleArn === ROLE_ARN && resource === QUEUE_ARN && action !== 'sqs:DeleteMessage',
    });
    expect(() => poll(sqs, fakeFunction(), { authorize })).toThrow(
      `The event source mapping OrdersMapping of worker can't use ${QUEUE_ARN}: its role ${ROLE_ARN} lacks sqs:DeleteMessage`,
    );
  });
});
