import type { StreamPointer } from '../../domain/dead-letters/dead-letter.ts';

/** A record of the table's stream, as the stream tells it and as a function is handed it. */
export interface StreamRecord {
  readonly dynamodb: { readonly SequenceNumber: string };
}

export interface StreamPorts {
  /** Records of a shard from a sequence number on, in their order; undefined if the stream has that one no more. */
  readRecords(streamArn: string, pointer: StreamPointer): Promise<readonly StreamRecord[] | undefined>;
  /** Calls a function and waits for its end. @throws if it fails, or takes longer than is waited */
  callNow(functionArn: string, payload: string): Promise<void>;
  /** Calls a function without waiting for it. */
  callLater(functionArn: string, payload: string): Promise<void>;
}

/** Of the six megabytes that a call may carry. */
const mostBytes = 4_000_000;

/**
 * Hands records that a reader of the stream gave up to that reader again, as long as the stream has them, which is for
 * a day. The call is waited for: it alone says that they were worked on.
 */
export async function redriveRecords(
  ports: StreamPorts,
  functionArn: string,
  streamArn: string,
  pointer: StreamPointer | undefined,
): Promise<'done' | 'expired'> {
  const records = pointer && (await ports.readRecords(streamArn, pointer));
  if (records === undefined || records.length === 0) return 'expired';
  for (const batch of inBatches(records)) {
    await ports.callNow(functionArn, JSON.stringify({ Records: batch }));
  }
  return 'done';
}

function inBatches(records: readonly StreamRecord[]): StreamRecord[][] {
  const batches: StreamRecord[][] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify(record));
    const last = batches.at(-1);
    if (last !== undefined && bytes + size <= mostBytes) {
      last.push(record);
      bytes += size;
    } else {
      batches.push([record]);
      bytes = size;
    }
  }
  return batches;
}
