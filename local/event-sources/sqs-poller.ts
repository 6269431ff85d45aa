import type { SqsMapping } from '../deployment.ts';
import type { InvokeResult } from '../lambda/invoke-result.ts';
import { pause, settleWithin } from './abortable-pause.ts';
import { cutBySize } from './cut-by-size.ts';
import { readBatchFailures } from './read-batch-failures.ts';
import { type Authorize, requireAccess } from './require-access.ts';
import { type QueueMessage, toFilterable, toSqsRecord } from './sqs-event.ts';

/** What a poller needs of queues; the SQS engine has it. */
export interface QueueSource {
  receive(request: {
    readonly queueArn: string;
    readonly max: number;
    readonly waitMs: number;
    readonly signal: AbortSignal;
  }): Promise<readonly QueueMessage[]>;
  deleteMessage(request: { readonly queueArn: string; readonly receiptHandle: string }): unknown;
}

export interface SqsPollerOptions {
  readonly mapping: SqsMapping;
  /** The function's role, in whose name the queue is read. */
  readonly roleArn: string;
  readonly queues: QueueSource;
  readonly invoke: (functionArn: string, payload: string) => Promise<InvokeResult>;
  readonly authorize: Authorize;
  /** Whether a record passes a filter pattern. */
  readonly matches: (pattern: unknown, record: unknown) => boolean;
  /** Told of trouble with the queue itself; a function's errors are the function's business. */
  readonly onError?: (error: unknown) => void;
  /** Delivers a share of the batches again after they are done, as SQS may. */
  readonly chaos?: { readonly duplicateRate: number; readonly random: () => number };
}

/** A poller at work. */
export interface Poller {
  /** Takes no more, and waits for batches that run, for up to `graceMs`. @default 5 seconds */
  stop(graceMs?: number): Promise<void>;
}

const RECEIVE_MAX = 10;
const LONG_POLL_MS = 20_000;
const DEFAULT_CONCURRENCY = 5;
const PAUSE_AFTER_ERROR_MS = 500;
/** Of the 6 MB that an event may have, without its frame. */
const MAX_EVENT_BYTES = 6_291_456 - 64;

interface Item {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly text: string;
}

/**
 * Stands in for Lambda's mapping of a queue to a function.
 *
 * @throws if the function's role may not read the queue
 */
export function startSqsPoller(options: SqsPollerOptions): Poller {
  const { mapping, roleArn, authorize } = options;
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  requireAccess(authorize, { ...mapping, roleArn }, actions, mapping.queueArn);
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const polling = poll(options, stopping.signal, running);
  return {
    async stop(graceMs = 5_000) {
      stopping.abort();
      await polling;
      await settleWithin(running, graceMs);
    },
  };
}

async function poll(
  options: SqsPollerOptions,
  signal: AbortSignal,
  running: Set<Promise<void>>,
): Promise<void> {
  const { batchSize, maximumConcurrency = DEFAULT_CONCURRENCY } = options.mapping;
  while (!signal.aborted) {
    if (running.size >= maximumConcurrency) {
      await Promise.race(running);
      continue;
    }
    for (const batch of cutBySize(await gatherBatch(options, signal), batchSize, MAX_EVENT_BYTES)) {
      const run = runBatch(options, batch)
        .catch((error: unknown) => options.onError?.(error))
        .finally(() => running.delete(run));
      running.add(run);
    }
  }
}

/** Messages for one batch: those of one receive, or of as many as the window leaves time for. */
async function gatherBatch(options: SqsPollerOptions, signal: AbortSignal): Promise<Item[]> {
  const { batchSize, batchWindowMs } = options.mapping;
  const items: Item[] = [];
  let until = Number.POSITIVE_INFINITY;
  do {
    const waitMs = Math.min(LONG_POLL_MS, Math.max(0, until - performance.now()));
    items.push(...(await receive(options, batchSize - items.length, waitMs, signal)));
    if (items.length > 0) until = Math.min(until, performance.now() + batchWindowMs);
  } while (items.length < batchSize && performance.now() < until && !signal.aborted);
  return items;
}

async function receive(
  options: SqsPollerOptions,
  room: number,
  waitMs: number,
  signal: AbortSignal,
): Promise<Item[]> {
  const { mapping, queues, matches } = options;
  const { queueArn, filters } = mapping;
  try {
    const messages = await queues.receive({ queueArn, max: Math.min(RECEIVE_MAX, room), waitMs, signal });
    const items: Item[] = [];
    for (const message of messages) {
      const record = toSqsRecord(message, queueArn);
      const passes =
        filters.length === 0 || filters.some((pattern) => matches(pattern, toFilterable(record)));
      if (passes) items.push({ ...message, text: JSON.stringify(record) });
      else await queues.deleteMessage({ queueArn, receiptHandle: message.receiptHandle });
    }
    return items;
  } catch (error) {
    options.onError?.(error);
    await pause(PAUSE_AFTER_ERROR_MS, signal);
    return [];
  }
}

/** What a function couldn't do stays in the queue and turns up again after its visibility timeout. */
async function runBatch(options: SqsPollerOptions, batch: readonly Item[]): Promise<void> {
  const { mapping, queues, chaos } = options;
  const { queueArn } = mapping;
  const payload = `{"Records":[${batch.map(({ text }) => text).join(',')}]}`;
  const done = await deliver(options, batch, payload);
  for (const { receiptHandle } of done) {
    try {
      await queues.deleteMessage({ queueArn, receiptHandle });
    } catch (error) {
      // A handle that has expired: the message is delivered again.
      options.onError?.(error);
    }
  }
  if (chaos && chaos.random() < chaos.duplicateRate) await deliver(options, batch, payload);
}

async function deliver(
  { mapping, invoke }: SqsPollerOptions,
  batch: readonly Item[],
  payload: string,
): Promise<readonly Item[]> {
  const result = await invoke(mapping.functionArn, payload);
  if (!result.ok) return [];
  if (!mapping.reportBatchItemFailures) return batch;
  const ids = new Set(batch.map(({ messageId }) => messageId));
  const failures = readBatchFailures(result.payload, (id) => ids.has(id));
  return failures ? batch.filter(({ messageId }) => !failures.includes(messageId)) : [];
}
