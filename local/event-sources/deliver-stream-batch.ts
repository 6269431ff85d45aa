import type { StreamMapping } from '../deployment.ts';
import type { InvokeResult } from '../lambda/invoke-result.ts';
import { backoffMs, pause } from './abortable-pause.ts';
import { describeFailure, type FailureCondition } from './describe-failure.ts';
import { readBatchFailures } from './read-batch-failures.ts';
import type { StreamItem } from './stream-event.ts';

export interface DeliverySettings {
  readonly mapping: StreamMapping;
  readonly shardId: string;
  readonly invoke: (functionArn: string, payload: string) => Promise<InvokeResult>;
  /** Sends a message to the queue of batches given up. */
  readonly sendMessage: (queueArn: string, body: string) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly retryMs: { readonly first: number; readonly most: number };
  readonly onError?: (error: unknown) => void;
}

/** Changes that are tried together, and how often they failed. */
interface Work {
  readonly items: readonly StreamItem[];
  readonly failures: number;
}

/**
 * Hands changes to the function until all are done with or given up by the mapping's rules.
 * Resolves to false if it was stopped before that.
 */
export async function deliverStreamBatch(
  settings: DeliverySettings,
  items: readonly StreamItem[],
  signal: AbortSignal,
): Promise<boolean> {
  const todo: Work[] = [{ items, failures: 0 }];
  for (let work = todo.shift(); work; work = todo.shift()) {
    if (signal.aborted) return false;
    const fresh = await dropOld(settings, work, signal);
    if (fresh.items.length === 0) continue;
    const result = await invokeWith(settings, fresh.items);
    if (!result.ok && result.error.statusCode === 429) {
      todo.unshift(fresh);
      await pause(settings.retryMs.first, signal);
      continue;
    }
    const failedFrom = findFirstFailure(settings.mapping, result, fresh.items);
    if (failedFrom !== undefined)
      todo.unshift(...(await planRetry(settings, fresh, failedFrom, result, signal)));
  }
  return true;
}

function invokeWith(
  { mapping, invoke }: DeliverySettings,
  items: readonly StreamItem[],
): Promise<InvokeResult> {
  return invoke(mapping.functionArn, `{"Records":[${items.map(({ text }) => text).join(',')}]}`);
}

/** The index of the first change that isn't done; undefined if all are. */
function findFirstFailure(
  mapping: StreamMapping,
  result: InvokeResult,
  items: readonly StreamItem[],
): number | undefined {
  if (!result.ok) return 0;
  if (!mapping.reportBatchItemFailures) return undefined;
  const indexes = new Map(items.map(({ sequenceNumber }, index) => [sequenceNumber, index]));
  const failures = readBatchFailures(result.payload, (id) => indexes.has(id));
  if (failures === undefined) return 0;
  return failures.length === 0 ? undefined : Math.min(...failures.map((id) => indexes.get(id) ?? 0));
}

/** What is left to try of work that failed: halves of it, all of it again, or nothing. */
async function planRetry(
  settings: DeliverySettings,
  { items, failures }: Work,
  failedFrom: number,
  result: InvokeResult,
  signal: AbortSignal,
): Promise<readonly Work[]> {
  const { bisectOnError, maximumRetryAttempts } = settings.mapping;
  const left = items.slice(failedFrom);
  if (bisectOnError && failedFrom === 0 && left.length > 1) {
    const middle = Math.ceil(left.length / 2);
    const halves = [left.slice(0, middle), left.slice(middle)];
    return halves.map((half) => ({ items: half, failures }));
  }
  const failedBefore = failedFrom === 0 ? failures : 0;
  if (maximumRetryAttempts >= 0 && failedBefore >= maximumRetryAttempts) {
    const work = { items: left, failures: failedBefore + 1 };
    await reportGivenUp(settings, work, 'RetryAttemptsExhausted', result, signal);
    return [];
  }
  await pause(backoffMs(failedBefore, settings.retryMs.first, settings.retryMs.most), signal);
  return [{ items: left, failures: failedBefore + 1 }];
}

async function dropOld(settings: DeliverySettings, work: Work, signal: AbortSignal): Promise<Work> {
  const { maximumRecordAgeMs } = settings.mapping;
  if (maximumRecordAgeMs < 0) return work;
  const isFresh = ({ writtenAt }: StreamItem) => settings.clock() - writtenAt <= maximumRecordAgeMs;
  const old = work.items.filter((item) => !isFresh(item));
  if (old.length === 0) return work;
  await reportGivenUp(settings, { ...work, items: old }, 'RecordAgeExceeded', undefined, signal);
  return { ...work, items: work.items.filter(isFresh) };
}

/** Tells the failure queue, again and again until it takes the message: nothing is given up unheard. */
async function reportGivenUp(
  settings: DeliverySettings,
  { items, failures }: Work,
  condition: FailureCondition,
  result: InvokeResult | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { onFailureArn } = settings.mapping;
  if (onFailureArn === undefined) return;
  const body = JSON.stringify(describeFailure(settings, items, { condition, invokeCount: failures, result }));
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      return await settings.sendMessage(onFailureArn, body);
    } catch (error) {
      settings.onError?.(error);
      await pause(backoffMs(attempt, settings.retryMs.first, settings.retryMs.most), signal);
    }
  }
}
