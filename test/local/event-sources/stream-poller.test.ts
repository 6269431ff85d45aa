import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamMapping } from '../../../local/deployment.ts';
import { matchEventPattern } from '../../../local/event-pattern/match-event-pattern.ts';
import { type OpenStream, openStream } from '../../../local/event-sources/open-stream.ts';
import { openPositionFile } from '../../../local/event-sources/position-file.ts';
import type { Poller } from '../../../local/event-sources/sqs-poller.ts';
import { type StreamPollerOptions, startStreamPoller } from '../../../local/event-sources/stream-poller.ts';
import { StreamTail } from '../../../local/event-sources/stream-tail.ts';
import { type Dynoxide, startDynoxide } from './dynoxide-fixture.ts';
import {
  allowAll,
  denyAll,
  fakeFunction,
  type LambdaRecord,
  ROLE_ARN,
  STREAM_ARN,
  sleep,
  streamMapping,
  until,
} from './mapping-fixtures.ts';

let engine: Dynoxide;
let stream: OpenStream;
let tail: StreamTail;
let dir: string;
const pollers: Poller[] = [];

beforeEach(async () => {
  engine = await startDynoxide();
  stream = await openStream(engine.url, engine.streamId);
  tail = new StreamTail({ source: stream });
  dir = mkdtempSync(path.join(tmpdir(), 'positions-'));
});
afterEach(async () => {
  await Promise.all(pollers.splice(0).map((poller) => poller.stop()));
  tail.stop();
  stream.close();
  await engine.stop();
  rmSync(dir, { recursive: true });
});

function follow(
  fake: ReturnType<typeof fakeFunction>,
  mapping: Partial<StreamMapping> = {},
  more: Partial<StreamPollerOptions> = {},
): Poller {
  const spec = streamMapping(mapping);
  const poller = startStreamPoller({
    mapping: spec,
    roleArn: ROLE_ARN,
    tail,
    streamId: engine.streamId,
    positions: openPositionFile(dir, spec.logicalId),
    invoke: fake.invoke,
    sendMessage: async () => undefined,
    authorize: allowAll,
    matches: matchEventPattern,
    retryMs: { first: 5, most: 20 },
    ...more,
  });
  pollers.push(poller);
  return poller;
}

const numberIn = (record: LambdaRecord) => Number(record.dynamodb.NewImage?.['value']?.N);
const numbersIn = (fake: ReturnType<typeof fakeFunction>) => fake.batches.flat().map(numberIn);

describe('a mapping of a stream', () => {
  it('hands changes on as Lambda does, soon', async () => {
    const fake = fakeFunction();
    follow(fake);
    await sleep(60);
    await engine.put('a', 1);
    const writtenAt = performance.now();
    await until(() => fake.batches.length === 1);
    expect(performance.now() - writtenAt).toBeLessThan(500);
    await engine.put('a', 2);
    await engine.remove('a');
    await until(() => fake.batches.flat().length === 3);
    const [insert, modify, remove] = fake.batches.flat();
    const common = {
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      eventSourceARN: STREAM_ARN,
    };
    expect(insert).toEqual({
      ...common,
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { pk: { S: 'a' } },
        NewImage: { pk: { S: 'a' }, value: { N: '1' }, raw: { B: 'aGk=' } },
        SequenceNumber: '1',
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    expect(modify).toMatchObject({
      ...common,
      eventName: 'MODIFY',
      dynamodb: { OldImage: { value: { N: '1' } } },
    });
    expect(remove).toMatchObject({
      ...common,
      eventName: 'REMOVE',
      dynamodb: { OldImage: { value: { N: '2' } } },
    });
  });

  it('goes on where it was, also beside others, and starts anew in another stream', async () => {
    for (let i = 1; i <= 5; i += 1) await engine.put(`k${i}`, i);
    const first = fakeFunction();
    const other = fakeFunction();
    const poller = follow(first, { batchSize: 2 });
    follow(other, { logicalId: 'Other' });
    await until(() => numbersIn(first).length === 5 && numbersIn(other).length === 5);
    await poller.stop();
    await until(() => existsSync(path.join(dir, 'Other.json')));
    expect(JSON.parse(readFileSync(path.join(dir, 'ChangesMapping.json'), 'utf8'))).toEqual({
      streamId: engine.streamId,
      after: '5',
    });
    await engine.put('k6', 6);
    const again = fakeFunction();
    const next = follow(again);
    await until(() => numbersIn(again).length === 1 && numbersIn(other).length === 6);
    expect(first.batches.map((batch) => batch.map(numberIn))).toEqual([[1, 2], [3, 4], [5]]);
    expect(numbersIn(again)).toEqual([6]);
    await next.stop();
    const elsewhere = fakeFunction();
    follow(elsewhere, {}, { streamId: 'another' });
    await until(() => numbersIn(elsewhere).length === 6);
  });

  it('repeats the batch that was under way when it stopped', async () => {
    await engine.put('a', 1);
    const failing = fakeFunction(() => Promise.reject(new Error('down')));
    const poller = follow(failing);
    await until(() => failing.batches.length >= 2);
    await poller.stop();
    const working = fakeFunction();
    follow(working);
    await until(() => numbersIn(working).length === 1);
    expect(numbersIn(working)).toEqual([1]);
  });

  it('starting at the latest sees only what comes after, also what came while it was stopped', async () => {
    await engine.put('a', 1);
    const fake = fakeFunction();
    const poller = follow(fake, { startingPosition: 'LATEST' });
    await until(() => readdirSync(dir).length === 1);
    await poller.stop();
    await engine.put('a', 2);
    follow(fake, { startingPosition: 'LATEST' });
    await until(() => numbersIn(fake).length === 1);
    expect(numbersIn(fake)).toEqual([2]);
  });

  it('hands on only what a filter lets through', async () => {
    const fake = fakeFunction();
    const filters = [
      { eventName: ['INSERT'], dynamodb: { NewImage: { pk: { S: [{ prefix: 'order#' }] } } } },
      { eventName: ['REMOVE'] },
    ];
    follow(fake, { filters });
    await engine.put('order#1', 1);
    await engine.put('click#1', 2);
    await engine.put('order#1', 3);
    await engine.remove('click#1');
    await until(() => fake.batches.flat().length === 2);
    expect(fake.batches.flat().map(({ dynamodb }) => dynamodb.SequenceNumber)).toEqual(['1', '4']);
    const file = path.join(dir, 'ChangesMapping.json');
    await until(() => existsSync(file) && readFileSync(file, 'utf8').includes('"4"'));
  });

  it('gathers within its window, and keeps the order of each item when it runs in parallel', async () => {
    const seen = new Map<string, number[]>();
    let running = 0;
    let most = 0;
    const fake = fakeFunction(async (records) => {
      running += 1;
      most = Math.max(most, running);
      await sleep(5);
      running -= 1;
      for (const record of records) {
        const key = record.dynamodb.Keys['pk']?.S ?? '';
        seen.set(key, [...(seen.get(key) ?? []), numberIn(record)]);
      }
    });
    follow(fake, { batchSize: 10, parallelizationFactor: 4, batchWindowMs: 150 });
    for (let i = 0; i < 60; i += 1) await engine.put(`k${i % 6}`, i);
    await until(() => [...seen.values()].flat().length === 60);
    for (const values of seen.values()) expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(most).toBeGreaterThan(1);
    expect(Math.max(...fake.batches.map((batch) => batch.length))).toBeLessThanOrEqual(10);
  });

  it('gives up poison by its rules and goes on', async () => {
    const sent: string[] = [];
    const fake = fakeFunction((records) => {
      if (records.some((record) => numberIn(record) === 3)) throw new Error('poison');
    });
    for (let i = 1; i <= 6; i += 1) await engine.put(`k${i}`, i);
    const mapping = {
      bisectOnError: true,
      maximumRetryAttempts: 1,
      onFailureArn: 'arn:aws:sqs:eu-west-1:0:failed',
    };
    follow(fake, mapping, { sendMessage: async (_queueArn, body) => void sent.push(body) });
    await until(() => numbersIn(fake).includes(6) && sent.length === 1);
    expect(JSON.parse(sent[0] ?? '')).toMatchObject({
      DDBStreamBatchInfo: {
        shardId: expect.stringContaining('shardId-'),
        startSequenceNumber: '3',
        batchSize: 1,
      },
    });
    await engine.put('k7', 7);
    await until(() => numbersIn(fake).includes(7));
  });

  it('needs the function’s role to be allowed to', () => {
    expect(() => follow(fakeFunction(), {}, { authorize: denyAll })).toThrow(
      'lacks dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator, dynamodb:ListStreams',
    );
    const authorize = (_roleArn: string, action: string) => ({ allowed: !action.startsWith('sqs:') });
    expect(() => follow(fakeFunction(), { onFailureArn: 'queue' }, { authorize })).toThrow(
      'lacks sqs:SendMessage',
    );
  });
});
