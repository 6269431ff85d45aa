import { randomUUID } from 'node:crypto';
import type { StreamMapping } from '../deployment.ts';
import type { InvokeResult } from '../lambda/invoke-result.ts';
import type { StreamItem } from './stream-event.ts';

/** Why a batch was given up. */
export type FailureCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface Failure {
  readonly condition: FailureCondition;
  readonly invokeCount: number;
  /** Of the last attempt, if there was one. */
  readonly result: InvokeResult | undefined;
}

/** The message that Lambda sends to the on-failure destination of a DynamoDB stream. */
export function describeFailure(
  source: { readonly mapping: StreamMapping; readonly shardId: string; readonly clock: () => number },
  items: readonly StreamItem[],
  { condition, invokeCount, result }: Failure,
) {
  const { functionArn, streamArn } = source.mapping;
  const first = items[0];
  const last = items.at(-1);
  const functionError = result && !result.ok && result.error.functionError;
  return {
    requestContext: {
      requestId: result?.requestId ?? randomUUID(),
      functionArn,
      condition,
      approximateInvokeCount: invokeCount,
    },
    ...(result && {
      responseContext: {
        statusCode: result.ok ? 200 : result.error.statusCode,
        executedVersion: '$LATEST',
        ...(functionError && { functionError }),
      },
    }),
    version: '1.0',
    timestamp: new Date(source.clock()).toISOString(),
    DDBStreamBatchInfo: {
      shardId: source.shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: toSeconds(first),
      approximateArrivalOfLastRecord: toSeconds(last),
      batchSize: items.length,
      streamArn,
    },
  };
}

function toSeconds(item: StreamItem | undefined): string | undefined {
  return item && `${new Date(item.writtenAt).toISOString().slice(0, 19)}Z`;
}
