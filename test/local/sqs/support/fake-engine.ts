import { SqsEngine, type SqsEngineOptions } from '../../../../local/sqs/engine/sqs-engine.ts';

export const ARN_PREFIX = 'arn:aws:sqs:us-east-1:000000000000:';

/** An engine whose clock moves only by `advance` (ms), with strict order unless told otherwise. */
export function makeEngine(options: Partial<SqsEngineOptions> = {}) {
  let now = 1_700_000_000_000;
  const engine = new SqsEngine({
    accountId: '000000000000',
    region: 'us-east-1',
    clock: () => now,
    random: () => 0.5,
    shuffle: false,
    duplicateRate: 0,
    ...options,
  });
  const advance = (ms: number) => {
    now += ms;
    engine.tick();
  };
  return { engine, advance, clock: () => now };
}

/** A queue and short names for what is done with it. */
export function openQueue(engine: SqsEngine, queueName: string, attributes: Record<string, string> = {}) {
  const fifo = queueName.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
  engine.queues.create(queueName, { ...fifo, ...attributes });
  const ref = { queueName };
  return {
    ref,
    arn: ARN_PREFIX + queueName,
    send: (body: string, more: { delayMs?: number; groupId?: string; dedupeId?: string } = {}) =>
      engine.send({ ...ref, body, ...more }),
    receive: (max = 10, more: { waitMs?: number; visibilityTimeoutMs?: number; signal?: AbortSignal } = {}) =>
      engine.receive({ ...ref, max, ...more }),
    bodies: async (max = 10) => (await engine.receive({ ...ref, max })).map((message) => message.body),
    delete: (message: { receiptHandle: string }) =>
      engine.deleteMessage({ ...ref, receiptHandle: message.receiptHandle }),
    changeVisibility: (message: { receiptHandle: string }, visibilityTimeoutMs: number) =>
      engine.changeVisibility({ ...ref, receiptHandle: message.receiptHandle, visibilityTimeoutMs }),
    stats: () => engine.stats(ref),
  };
}

/** The attribute that sends messages to `arn` after `maxReceiveCount` receives. */
export function redriveTo(arn: string, maxReceiveCount: number) {
  return { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount }) };
}
