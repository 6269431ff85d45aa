import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readStreamRecords } from '../../shared/runtime/read-stream.ts';

const streamArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/2026-11-21T00:00:00.000';
const pointer = { shardId: 'shard', startSequenceNumber: '101', endSequenceNumber: '103' };
const record = (SequenceNumber: string) => ({ dynamodb: { SequenceNumber } });

let server: Server;
/** What `GetRecords` answers, a page a call; the last again and again. */
let pages: readonly (readonly ReturnType<typeof record>[])[];
let trimmed = false;

beforeAll(async () => {
  let asked = 0;
  server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    if (operation === 'GetShardIterator') asked = 0;
    response.statusCode = trimmed ? 400 : 200;
    const page = pages[Math.min(asked++ - 1, pages.length - 1)];
    const answer =
      operation === 'GetShardIterator' ? { ShardIterator: 'i' } : { Records: page, NextShardIterator: 'i' };
    response.end(JSON.stringify(trimmed ? { __type: 'TrimmedDataAccessException' } : answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

it('reads from the first record to the last, and none behind it', async () => {
  pages = [
    [record('101'), record('102')],
    [record('103'), record('104')],
  ];
  expect(await readStreamRecords(streamArn, pointer)).toEqual(['101', '102', '103'].map(record));
});

it('goes on behind pages without records, which are not the end', async () => {
  pages = [[], [record('101')], [], [], [record('103')]];
  expect(await readStreamRecords(streamArn, pointer)).toEqual(['101', '103'].map(record));
});

it('does not take a part for all', async () => {
  pages = [[record('101')], []];
  await expect(readStreamRecords(streamArn, pointer)).rejects.toThrow('did not give all');
});

it('tells what the stream has no more from what it does not answer', async () => {
  trimmed = true;
  expect(await readStreamRecords(streamArn, pointer)).toBeUndefined();
});
