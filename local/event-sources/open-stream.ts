import { Agent, request } from 'node:http';
import { fillEmptyMaps } from './fill-empty-maps.ts';
import { compareSequence, type StreamRecord, type StreamSource } from './stream-source.ts';

const MAX_RECORDS = 1_000;
/** Iterators remembered for the positions that readers stand at. */
const MAX_ITERATORS = 16;

interface Shard {
  readonly ShardId: string;
  readonly SequenceNumberRange?: { readonly StartingSequenceNumber?: string };
}

interface Iterator {
  readonly id: string;
  readonly shard: number;
}

/** A stream of an engine, by its endpoint and the ARN that the engine gave it. */
export interface OpenStream extends StreamSource {
  close(): void;
}

/**
 * Opens a stream of a DynamoDB engine. Its shards are read as one line, oldest first: engines have one at a time.
 * The SDK isn't used: its answers would have to be turned back into JSON, and reading is what a stack at rest does.
 */
export async function openStream(endpoint: string, streamArn: string): Promise<OpenStream> {
  const agent = new Agent({ keepAlive: true });
  const call = (operation: string, body: object) => callStreams(endpoint, agent, operation, body);
  const iterators = new Map<string | undefined, Iterator>();
  let shards = await listShards();

  async function listShards(): Promise<readonly Shard[]> {
    const { StreamDescription } = await call('DescribeStream', { StreamArn: streamArn });
    const found = (StreamDescription as { readonly Shards?: readonly Shard[] }).Shards ?? [];
    if (found.length === 0) throw new Error(`The stream ${streamArn} has no shards`);
    return found;
  }

  async function openIterator(shard: number, after: string | undefined): Promise<Iterator> {
    const place =
      after === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after };
    const ShardId = shards[shard]?.ShardId;
    const { ShardIterator } = await call('GetShardIterator', { StreamArn: streamArn, ShardId, ...place });
    return { id: String(ShardIterator), shard };
  }

  /** The shard that has what comes after a position. */
  function shardOf(after: string | undefined): number {
    if (after === undefined) return 0;
    const start = (shard: Shard) => shard.SequenceNumberRange?.StartingSequenceNumber;
    return Math.max(
      0,
      shards.findLastIndex((shard) => compareSequence(start(shard), after) <= 0),
    );
  }

  function remember(position: string | undefined, iterator: Iterator): void {
    iterators.delete(position);
    iterators.set(position, iterator);
    const [oldest] = iterators.keys();
    if (iterators.size > MAX_ITERATORS) iterators.delete(oldest);
  }

  async function read(after: string | undefined, limit: number): Promise<readonly StreamRecord[]> {
    const iterator = iterators.get(after) ?? (await openIterator(shardOf(after), after));
    iterators.delete(after);
    const answer = await call('GetRecords', {
      ShardIterator: iterator.id,
      Limit: Math.min(limit, MAX_RECORDS),
    });
    const records = ((answer['Records'] ?? []) as readonly StreamRecord[]).map(withWholeImages);
    const position = records.at(-1)?.dynamodb.SequenceNumber ?? after;
    if (typeof answer['NextShardIterator'] === 'string') {
      remember(position, { id: answer['NextShardIterator'], shard: iterator.shard });
    } else {
      // The shard is closed: what comes next is in the one that follows.
      shards = await listShards();
      if (iterator.shard + 1 < shards.length)
        remember(position, await openIterator(iterator.shard + 1, undefined));
    }
    return records;
  }

  return {
    read,
    close: () => agent.destroy(),
    get shardId() {
      return shards.at(-1)?.ShardId ?? '';
    },
  };
}

function withWholeImages(record: StreamRecord): StreamRecord {
  const { NewImage, OldImage, ...rest } = record.dynamodb;
  return {
    ...record,
    dynamodb: {
      ...rest,
      ...(OldImage && { OldImage: fillEmptyMaps(OldImage) }),
      ...(NewImage && { NewImage: fillEmptyMaps(NewImage) }),
    },
  };
}

/** Engines want a signature's form and check none. */
const SIGNATURE =
  'Credential=AKIALOCALROOT/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

function callStreams(
  endpoint: string,
  agent: Agent,
  operation: string,
  body: object,
): Promise<Record<string, unknown>> {
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
    'x-amz-date': '20200101T000000Z',
    authorization: `AWS4-HMAC-SHA256 ${SIGNATURE}`,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(endpoint, { method: 'POST', agent, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('error', reject);
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8');
        if (incoming.statusCode === 200) resolve(JSON.parse(answer));
        else reject(new Error(`${operation} failed: ${answer}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}
