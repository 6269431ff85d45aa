import { describe, expect, it } from 'vitest';
import type { StreamMapping } from '../../../local/deployment.ts';
import {
  type DeliverySettings,
  deliverStreamBatch,
} from '../../../local/event-sources/deliver-stream-batch.ts';
import { dealOut, type StreamItem } from '../../../local/event-sources/stream-event.ts';
import { refusedCall } from '../../../local/lambda/invoke-result.ts';
import { fakeFunction, type LambdaRecord, STREAM_ARN, streamMapping } from './mapping-fixtures.ts';

const NOW = Date.UTC(2026, 0, 1, 12);

function items(count: number): StreamItem[] {
  return Array.from({ length: count }, (_, i) => ({
    sequenceNumber: String(i + 1),
    writtenAt: NOW - 10_000 + i * 1_000,
    itemKey: `key${i % 3}`,
    text: JSON.stringify({ dynamodb: { SequenceNumber: String(i + 1) } }),
  }));
}

async function deliver(
  count: number,
  handle: (records: readonly LambdaRecord[]) => unknown,
  mapping: Partial<StreamMapping>,
  more: Partial<DeliverySettings> = {},
) {
  const fake = fakeFunction(handle);
  const sent: { queueArn: string; message: Record<string, unknown> }[] = [];
  const settings: DeliverySettings = {
    mapping: streamMapping(mapping),
    shardId: 'shard-1',
    invoke: fake.invoke,
    sendMessage: async (queueArn, body) => void sent.push({ queueArn, message: JSON.parse(body) }),
    clock: () => NOW,
    retryMs: { first: 1, most: 4 },
    ...more,
  };
  const isDone = await deliverStreamBatch(settings, items(count), new AbortController().signal);
  return { isDone, sent, tries: fake.batches.map((batch) => batch.map(numberOf).join(',')) };
}

const numberOf = ({ dynamodb }: LambdaRecord) => dynamodb.SequenceNumber;
const failOn =
  (...bad: string[]) =>
  (records: readonly LambdaRecord[]) => {
    if (records.some((record) => bad.includes(numberOf(record)))) throw new Error('poison');
  };

describe('a batch of changes', () => {
  it('is tried again until it works if nothing limits it', async () => {
    let failures = 3;
    const handle = () => {
      if (failures-- > 0) throw new Error('not yet');
    };
    expect(await deliver(2, handle, {})).toMatchObject({
      isDone: true,
      tries: ['1,2', '1,2', '1,2', '1,2'],
      sent: [],
    });
  });

  it('is given up after its retries, and the failure queue is told as AWS tells it', async () => {
    const { tries, sent, isDone } = await deliver(2, failOn('1'), {
      maximumRetryAttempts: 2,
      onFailureArn: 'queue',
    });
    expect(isDone).toBe(true);
    expect(tries).toEqual(['1,2', '1,2', '1,2']);
    expect(sent).toEqual([
      {
        queueArn: 'queue',
        message: {
          requestContext: {
            requestId: 'call-3',
            functionArn: 'worker',
            condition: 'RetryAttemptsExhausted',
            approximateInvokeCount: 3,
          },
          responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
          version: '1.0',
          timestamp: '2026-01-01T12:00:00.000Z',
          DDBStreamBatchInfo: {
            shardId: 'shard-1',
            startSequenceNumber: '1',
            endSequenceNumber: '2',
            approximateArrivalOfFirstRecord: '2026-01-01T11:59:50Z',
            approximateArrivalOfLastRecord: '2026-01-01T11:59:51Z',
            batchSize: 2,
            streamArn: STREAM_ARN,
          },
        },
      },
    ]);
  });

  it('is halved until the poison stands alone', async () => {
    const mapping = { bisectOnError: true, maximumRetryAttempts: 1, onFailureArn: 'queue' };
    const { tries, sent } = await deliver(4, failOn('3'), mapping);
    expect(tries).toEqual(['1,2,3,4', '1,2', '3,4', '3', '3', '4']);
    expect(sent.map(({ message }) => message['DDBStreamBatchInfo'])).toMatchObject([
      { startSequenceNumber: '3', endSequenceNumber: '3', batchSize: 1 },
    ]);
  });

  it('goes on from the first failure that is reported', async () => {
    let isFirst = true;
    const handle = () => {
      const failed = isFirst ? ['4', '3'] : [];
      isFirst = false;
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    };
    const { tries } = await deliver(4, handle, { reportBatchItemFailures: true, maximumRetryAttempts: 0 });
    expect(tries).toEqual(['1,2,3,4']);
    isFirst = true;
    const again = await deliver(4, handle, { reportBatchItemFailures: true, maximumRetryAttempts: 1 });
    expect(again.tries).toEqual(['1,2,3,4', '3,4']);
  });

  it('fails as a whole when the report is malformed', async () => {
    const handle = () => ({ batchItemFailures: [{ itemIdentifier: '99' }] });
    const { tries } = await deliver(2, handle, { reportBatchItemFailures: true, maximumRetryAttempts: 1 });
    expect(tries).toEqual(['1,2', '1,2']);
  });

  it('loses what has become too old, and says so', async () => {
    const { tries, sent } = await deliver(4, () => undefined, {
      maximumRecordAgeMs: 8_500,
      onFailureArn: 'queue',
    });
    expect(tries).toEqual(['3,4']);
    expect(sent[0]?.message).toMatchObject({
      requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 0 },
      DDBStreamBatchInfo: { startSequenceNumber: '1', endSequenceNumber: '2', batchSize: 2 },
    });
    expect(sent[0]?.message).not.toHaveProperty('responseContext');
  });

  it('waits without counting when the function is throttled, and for a failure queue that is away', async () => {
    let throttles = 2;
    let refusals = 2;
    const errors: unknown[] = [];
    const error = refusedCall(429, 'TooManyRequestsException', 'Rate Exceeded.');
    const { isDone } = await deliver(
      1,
      () => undefined,
      { maximumRetryAttempts: 0, onFailureArn: 'queue' },
      {
        invoke: async () =>
          throttles-- > 0
            ? { ok: false, requestId: 'r', error }
            : { ok: false, requestId: 'r', error: { ...error, statusCode: 200, functionError: 'Unhandled' } },
        sendMessage: async () => {
          if (refusals-- > 0) throw new Error('away');
        },
        onError: (trouble) => errors.push(trouble),
      },
    );
    expect(isDone).toBe(true);
    expect(throttles).toBe(-1);
    expect(errors).toHaveLength(2);
  });

  it('is not done when it is stopped', async () => {
    const controller = new AbortController();
    const fake = fakeFunction(() => {
      controller.abort();
      throw new Error('no');
    });
    const settings: DeliverySettings = {
      mapping: streamMapping(),
      shardId: 's',
      invoke: fake.invoke,
      sendMessage: async () => undefined,
      clock: () => NOW,
      retryMs: { first: 60_000, most: 60_000 },
    };
    expect(await deliverStreamBatch(settings, items(1), controller.signal)).toBe(false);
  });
});

it('lanes keep each item’s changes together and in order', () => {
  const lanes = dealOut(items(30), 4);
  expect(lanes.flat()).toHaveLength(30);
  const laneOf = new Map<string, number>();
  for (const [index, lane] of lanes.entries()) {
    expect(lane.map((item) => Number(item.sequenceNumber))).toEqual(
      lane.map((item) => Number(item.sequenceNumber)).sort((a, b) => a - b),
    );
    for (const { itemKey } of lane)
      expect(laneOf.set(itemKey, laneOf.get(itemKey) ?? index).get(itemKey)).toBe(index);
  }
});
