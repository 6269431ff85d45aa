import type { StreamPointer } from '../domain/dead-letters/dead-letter.ts';
import type { StreamRecord } from '../usecases/dead-letters/redrive-records.ts';
import { awsEndpoint, callAws } from './outbound/sign-aws-call.ts';

interface Records {
  readonly Records: readonly StreamRecord[];
  readonly NextShardIterator?: string | null;
}

/** What the stream has no more: a record, or a whole shard. */
const goneErrors = /TrimmedDataAccessException|ResourceNotFoundException/;

/** A page without records is not the end: one that has some may come after it. */
const mostEmptyPages = 50;

/**
 * Reads records of a table's stream again: those of a shard from one sequence number to another, in their order. They
 * come in the JSON of the API, which the SDK would turn into something that functions are not handed.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
 *
 * @returns undefined if the stream has them no more: it keeps a day
 * @throws if it does not answer, or not with all of them
 */
export async function readStreamRecords(
  streamArn: string,
  { shardId, startSequenceNumber, endSequenceNumber }: StreamPointer,
): Promise<readonly StreamRecord[] | undefined> {
  const begun = await call(streamArn, 'GetShardIterator', {
    StreamArn: streamArn,
    ShardId: shardId,
    ShardIteratorType: 'AT_SEQUENCE_NUMBER',
    SequenceNumber: startSequenceNumber,
  });
  if (begun === 'gone') return undefined;
  const last = BigInt(endSequenceNumber);
  const records: StreamRecord[] = [];
  let iterator = begun['ShardIterator'];
  for (let emptyPages = 0; typeof iterator === 'string' && emptyPages <= mostEmptyPages; ) {
    const page = await call(streamArn, 'GetRecords', { ShardIterator: iterator });
    if (page === 'gone') return undefined;
    const { Records: found, NextShardIterator } = page as unknown as Records;
    records.push(...found.filter(({ dynamodb }) => BigInt(dynamodb.SequenceNumber) <= last));
    if (found.some(({ dynamodb }) => BigInt(dynamodb.SequenceNumber) >= last)) return records;
    emptyPages = found.length === 0 ? emptyPages + 1 : 0;
    iterator = NextShardIterator;
  }
  throw new Error('The stream did not give all of the records');
}

async function call(
  streamArn: string,
  operation: string,
  input: object,
): Promise<Record<string, unknown> | 'gone'> {
  const region = streamArn.split(':')[3] ?? '';
  const url = new URL(awsEndpoint('DYNAMODB_STREAMS', `streams.dynamodb.${region}.amazonaws.com`));
  const answer = await callAws({
    service: 'dynamodb',
    region,
    url,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
    },
    body: JSON.stringify(input),
  });
  if (answer.status === 200) return JSON.parse(answer.text) as Record<string, unknown>;
  if (goneErrors.test(answer.text)) return 'gone';
  throw new Error(`${operation} answered ${answer.status}`);
}
