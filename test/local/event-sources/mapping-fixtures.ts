import type { SqsMapping, StreamMapping } from '../../../local/deployment.ts';
import { failedFunction, type InvokeResult } from '../../../local/lambda/invoke-result.ts';

export const QUEUE_ARN = 'arn:aws:sqs:eu-west-1:000000000000:orders';
export const STREAM_ARN = 'arn:aws:dynamodb:eu-west-1:000000000000:table/main/stream/2026-01-01T00:00:00.000';
export const ROLE_ARN = 'arn:aws:iam::000000000000:role/worker';

export function sqsMapping(more: Partial<SqsMapping> = {}): SqsMapping {
  return {
    kind: 'sqs',
    logicalId: 'OrdersMapping',
    functionArn: 'worker',
    queueArn: QUEUE_ARN,
    batchSize: 10,
    batchWindowMs: 0,
    reportBatchItemFailures: false,
    filters: [],
    ...more,
  };
}

export function streamMapping(more: Partial<StreamMapping> = {}): StreamMapping {
  return {
    kind: 'stream',
    logicalId: 'ChangesMapping',
    functionArn: 'worker',
    streamArn: STREAM_ARN,
    batchSize: 100,
    batchWindowMs: 0,
    startingPosition: 'TRIM_HORIZON',
    parallelizationFactor: 1,
    bisectOnError: false,
    maximumRetryAttempts: -1,
    maximumRecordAgeMs: -1,
    reportBatchItemFailures: false,
    filters: [],
    ...more,
  };
}

export const allowAll = () => ({ allowed: true });
export const denyAll = () => ({ allowed: false });

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits until a condition holds, for five seconds at most. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`still not: ${condition}`);
    await sleep(2);
  }
}

interface LambdaEvent {
  readonly Records: readonly LambdaRecord[];
}

/** What tests look at in a record of either kind. */
export interface LambdaRecord {
  readonly messageId: string;
  readonly body: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly Keys: Record<string, { S: string }>;
    readonly NewImage?: Record<string, { N: string }>;
  };
}

/** An `invoke` over a handler of records, and the batches that it has got. */
export function fakeFunction(handle: (records: readonly LambdaRecord[]) => unknown = () => undefined) {
  const batches: (readonly LambdaRecord[])[] = [];
  const invoke = async (_functionArn: string, payload: string): Promise<InvokeResult> => {
    const { Records } = JSON.parse(payload) as LambdaEvent;
    batches.push(Records);
    const requestId = `call-${batches.length}`;
    try {
      return { ok: true, requestId, payload: JSON.stringify(await handle(Records)) ?? 'null' };
    } catch (error) {
      return { ok: false, requestId, error: failedFunction('Error', String(error)) };
    }
  };
  return { batches, invoke };
}
