import { createHash } from 'node:crypto';
import type { StreamRecord } from './stream-source.ts';

/** A change that is to be handed to a function. */
export interface StreamItem {
  readonly sequenceNumber: string;
  /** Milliseconds since 1970; DynamoDB knows it by the second. */
  readonly writtenAt: number;
  /** Of the item that changed: changes of one item stay in order. */
  readonly itemKey: string;
  readonly text: string;
}

/** A change as Lambda tells a function of it: as DynamoDB Streams does, with the stream's ARN. */
export function toLambdaRecord(record: StreamRecord, streamArn: string): StreamRecord {
  const { SequenceNumber } = record.dynamodb;
  return {
    ...record,
    // Engines number events by stream; Lambda's are unique.
    eventID: createHash('md5').update(`${streamArn}/${SequenceNumber}`).digest('hex'),
    ...{ awsRegion: streamArn.split(':')[3], eventSourceARN: streamArn },
  };
}

export function toStreamItem(record: StreamRecord, now: number): StreamItem {
  const { SequenceNumber, ApproximateCreationDateTime, Keys } = record.dynamodb;
  return {
    sequenceNumber: SequenceNumber,
    writtenAt: ApproximateCreationDateTime === undefined ? now : ApproximateCreationDateTime * 1_000,
    itemKey: JSON.stringify(Object.entries(Keys).sort(([one], [other]) => (one < other ? -1 : 1))),
    text: JSON.stringify(record),
  };
}

/**
 * Deals changes out to lanes that run side by side: by item, since that is as far as Lambda keeps them in order when
 * a shard is processed in parallel.
 */
export function dealOut(items: readonly StreamItem[], laneCount: number): StreamItem[][] {
  const lanes: StreamItem[][] = Array.from({ length: laneCount }, () => []);
  for (const item of items) lanes[laneCount === 1 ? 0 : laneOf(item.itemKey, laneCount)]?.push(item);
  return lanes.filter((lane) => lane.length > 0);
}

function laneOf(itemKey: string, laneCount: number): number {
  return createHash('md5').update(itemKey).digest().readUInt32BE() % laneCount;
}
