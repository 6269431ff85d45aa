import type { StreamMapping } from '../deployment.ts';
import type { InvokeResult } from '../lambda/invoke-result.ts';
import { pause, settleWithin } from './abortable-pause.ts';
import { cutBySize } from './cut-by-size.ts';
import { type DeliverySettings, deliverStreamBatch } from './deliver-stream-batch.ts';
import type { PositionStore } from './position-file.ts';
import { type Authorize, requireAccess } from './require-access.ts';
import type { Poller } from './sqs-poller.ts';
import { dealOut, type StreamItem, toLambdaRecord, toStreamItem } from './stream-event.ts';
import type { StreamTail } from './stream-tail.ts';

export interface StreamPollerOptions {
  readonly mapping: StreamMapping;
  /** The function's role, in whose name the stream is read. */
  readonly roleArn: string;
  /** The stream, shared by all mappings on it. */
  readonly tail: StreamTail;
  /** What the engine calls the stream; a position of a stream of another name is forgotten. */
  readonly streamId: string;
  readonly positions: PositionStore;
  readonly invoke: (functionArn: string, payload: string) => Promise<InvokeResult>;
  readonly sendMessage: (queueArn: string, body: string) => Promise<void>;
  readonly authorize: Authorize;
  /** Whether a record passes a filter pattern. */
  readonly matches: (pattern: unknown, record: unknown) => boolean;
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
  /** Least pause between two batches. @default 100 ms, somewhat livelier than Lambda's */
  readonly paceMs?: number;
  /** Pause after the first failure of a batch, doubled with each more. @default 100 ms up to 10 s */
  readonly retryMs?: { readonly first: number; readonly most: number };
  /** Told of trouble with the stream, the position or the failure queue. */
  readonly onError?: (error: unknown) => void;
}

/** Changes looked at together, and the position after them. */
interface Gathered {
  readonly items: readonly StreamItem[];
  readonly after: string | undefined;
}

const READ_ACTIONS = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];
const PAUSE_AFTER_ERROR_MS = 500;
/** Lambda looks at a shard four times a second; what comes in between is one batch. */
const PACE_MS = 100;
/** Of the 6 MB that an event may have, without its frame. */
const MAX_EVENT_BYTES = 6_291_456 - 64;

/**
 * Stands in for Lambda's mapping of a table's stream to a function. The position is kept after each batch: what was
 * under way when the machine stopped is delivered again.
 *
 * @throws if the function's role may not read the stream, or not write to its failure queue
 */
export function startStreamPoller(options: StreamPollerOptions): Poller {
  const { mapping, roleArn, authorize } = options;
  const who = { ...mapping, roleArn };
  requireAccess(
    authorize,
    who,
    READ_ACTIONS.map((action) => `dynamodb:${action}`),
    mapping.streamArn,
  );
  if (mapping.onFailureArn !== undefined) {
    requireAccess(authorize, who, ['sqs:SendMessage'], mapping.onFailureArn);
  }
  const stopping = new AbortController();
  const running = follow(options, stopping.signal);
  return {
    async stop(graceMs = 5_000) {
      stopping.abort();
      await settleWithin([running], graceMs);
    },
  };
}

async function follow(options: StreamPollerOptions, signal: AbortSignal): Promise<void> {
  let after: string | undefined;
  let isPlaced = false;
  while (!signal.aborted) {
    try {
      if (!isPlaced) after = await findPosition(options, signal);
      isPlaced = true;
      const gathered = await gather(options, after, signal);
      if (gathered.after === after || !(await deliver(options, gathered.items, signal))) continue;
      after = gathered.after;
      await savePosition(options, after);
      await pause(options.paceMs ?? PACE_MS, signal);
    } catch (error) {
      options.onError?.(error);
      await pause(PAUSE_AFTER_ERROR_MS, signal);
    }
  }
}

/** Where to go on, or where to start: at the first change, or after the last one that is there now. */
async function findPosition(options: StreamPollerOptions, signal: AbortSignal): Promise<string | undefined> {
  const known = await options.positions.load();
  if (known?.streamId === options.streamId) return known.after;
  if (options.mapping.startingPosition === 'TRIM_HORIZON') return undefined;
  let after: string | undefined;
  while (!signal.aborted) {
    const skipped = await options.tail.source.read(after, 1_000);
    if (skipped.length === 0) break;
    after = skipped.at(-1)?.dynamodb.SequenceNumber;
  }
  await savePosition(options, after);
  return after;
}

/** As many changes as fill a batch for each lane, or as come within the window that the first one opens. */
async function gather(
  options: StreamPollerOptions,
  start: string | undefined,
  signal: AbortSignal,
): Promise<Gathered> {
  const { mapping, tail, clock = Date.now } = options;
  const wanted = mapping.batchSize * mapping.parallelizationFactor;
  const items: StreamItem[] = [];
  let after = start;
  const take = async (until: AbortSignal) => {
    const records = await tail.next(after, wanted - items.length, until);
    after = records.at(-1)?.dynamodb.SequenceNumber ?? after;
    for (const record of records) {
      const told = toLambdaRecord(record, mapping.streamArn);
      if (passes(options, told)) items.push(toStreamItem(told, clock()));
    }
  };
  await take(signal);
  if (mapping.batchWindowMs > 0) {
    const until = AbortSignal.any([signal, AbortSignal.timeout(mapping.batchWindowMs)]);
    while (items.length < wanted && !until.aborted) await take(until);
  }
  return { items, after };
}

function passes({ mapping, matches }: StreamPollerOptions, record: unknown): boolean {
  return mapping.filters.length === 0 || mapping.filters.some((pattern) => matches(pattern, record));
}

/** Whether all changes are done with or given up. */
async function deliver(options: StreamPollerOptions, items: readonly StreamItem[], signal: AbortSignal) {
  const { mapping, tail, retryMs = { first: 100, most: 10_000 }, clock = Date.now } = options;
  const settings: DeliverySettings = { ...options, shardId: tail.source.shardId, retryMs, clock };
  const lanes = dealOut(items, mapping.parallelizationFactor).map(async (lane) => {
    for (const batch of cutBySize(lane, mapping.batchSize, MAX_EVENT_BYTES)) {
      if (!(await deliverStreamBatch(settings, batch, signal))) return false;
    }
    return true;
  });
  return (await Promise.all(lanes)).every((isDone) => isDone);
}

function savePosition(
  { positions, streamId }: StreamPollerOptions,
  after: string | undefined,
): Promise<void> {
  return positions.save({ streamId, ...(after !== undefined && { after }) });
}
