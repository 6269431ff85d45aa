import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { unmarshall } from '@aws-sdk/util-dynamodb';

type Item = Record<string, unknown>;

/** A change of the table, as its stream brings it. */
export interface StreamRecord {
  readonly eventName: string | undefined;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** Opens a table's stream at its beginning. @returns reads what is new in it, in order */
export async function openStream(
  engine: { readonly url: string },
  TableName: string,
): Promise<() => Promise<StreamRecord[]>> {
  const client = streamsClient(engine.url);
  const { Streams } = await client.send(new ListStreamsCommand({ TableName }));
  const StreamArn = Streams?.[0]?.StreamArn;
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({
      StreamArn,
      ShardId: StreamDescription?.Shards?.[0]?.ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  let iterator = ShardIterator;
  return async () => {
    const read: StreamRecord[] = [];
    for (;;) {
      const { Records = [], NextShardIterator } = await client.send(
        new GetRecordsCommand({ ShardIterator: iterator }),
      );
      if (NextShardIterator === undefined) throw new Error('The stream has ended');
      iterator = NextShardIterator;
      for (const { eventName, dynamodb } of Records) {
        read.push({ eventName, before: image(dynamodb?.OldImage), after: image(dynamodb?.NewImage) });
      }
      if (Records.length === 0) return read;
    }
  };
}

const clients = new Map<string, DynamoDBStreamsClient>();

function streamsClient(endpoint: string): DynamoDBStreamsClient {
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };
  const client =
    clients.get(endpoint) ?? new DynamoDBStreamsClient({ endpoint, region: 'us-east-1', credentials });
  clients.set(endpoint, client);
  return client;
}

function image(of: object | undefined): Item | undefined {
  return of && unmarshall(of as Record<string, AttributeValue>);
}
