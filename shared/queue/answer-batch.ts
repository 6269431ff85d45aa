import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { type Cause, causeOf } from '../domain/dead-letters/dead-letter.ts';
import { requireEnvironment } from '../runtime/environment.ts';
import { describeError, log } from '../runtime/log.ts';
import {
  type LastTries,
  type WatchLastTriesPorts,
  watchLastTries,
} from '../usecases/dead-letters/watch-last-tries.ts';

/** A message that failed, and why. */
export interface Failure {
  readonly messageId: string;
  readonly cause: Cause;
}

const most = Number(requireEnvironment('DELIVERIES'));

/** Watches which messages of a batch are tried for the last time. That it can't is no reason not to try. */
export async function watchRecords(
  ports: WatchLastTriesPorts,
  records: readonly SQSRecord[],
): Promise<LastTries> {
  const deliveries = records.map(({ messageId, attributes }) => ({
    messageId,
    tries: Number(attributes.ApproximateReceiveCount),
    firstTriedAt: Number(attributes.ApproximateFirstReceiveTimestamp),
  }));
  try {
    return await watchLastTries(ports, deliveries, most);
  } catch (error) {
    log('error', 'last tries not noted', describeError(error));
    return { failed: async () => undefined };
  }
}

/** What came of work on a message: its value, or why it failed, which is logged. */
export async function attempt<Value>(
  messageId: string,
  work: () => Value | Promise<Value>,
): Promise<{ readonly value: Value } | Failure> {
  try {
    return { value: await work() };
  } catch (error) {
    log('error', 'message failed', { messageId, ...describeError(error) });
    return { messageId, cause: causeOf(error) };
  }
}

/**
 * Works on the messages of a batch all at once, so that none waits for another.
 *
 * @param work says why a message failed, or throws; undefined if there is nothing left to do
 */
export async function workAtOnce(
  ports: WatchLastTriesPorts,
  records: readonly SQSRecord[],
  work: (record: SQSRecord) => Promise<Cause | undefined>,
): Promise<SQSBatchResponse> {
  const lastTries = await watchRecords(ports, records);
  const failures = await Promise.all(
    records.map(async (record): Promise<Failure[]> => {
      const { messageId } = record;
      const worked = await attempt(messageId, () => work(record));
      if ('cause' in worked) return [worked];
      return worked.value === undefined ? [] : [{ messageId, cause: worked.value }];
    }),
  );
  return answerBatch(lastTries, failures.flat());
}

/** Leaves what failed for the queue to deliver again, and keeps why what is given up now was given up. */
export async function answerBatch(
  lastTries: LastTries,
  failures: readonly Failure[],
): Promise<SQSBatchResponse> {
  try {
    await Promise.all(failures.map(({ messageId, cause }) => lastTries.failed(messageId, cause)));
  } catch (error) {
    log('error', 'causes not kept', describeError(error));
  }
  return { batchItemFailures: failures.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
