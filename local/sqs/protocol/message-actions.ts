import type { SendEntry } from '../engine/message-limits.ts';
import { entryBytes } from '../engine/message-limits.ts';
import { attempt, missingParameter, SqsError } from '../engine/sqs-error.ts';
import type { Action } from './action.ts';
import { batchAnswer, readBatch, runBatch } from './batch.ts';
import { type Input, optionalMs, optionalWithin, text } from './input.ts';
import { readSendEntry, writeMessage, writeSendResult } from './message-wire.ts';

const MAX_BATCH_BYTES = 1_048_576;

/** The actions on messages. */
export const messageActions: Readonly<Record<string, Action>> = {
  SendMessage: (input, { engine }) => {
    const queueUrl = text(input, 'QueueUrl');
    const entry = readSendEntry(input);
    return writeSendResult(entry, engine.send({ queueUrl, ...entry }));
  },

  SendMessageBatch: (input, { engine }) => {
    const queueUrl = text(input, 'QueueUrl');
    engine.queues.resolve({ queueUrl });
    const batch = readBatch(input);
    const entries = batch.map((entry) => attempt(() => readSendEntry(entry.input)));
    const readable = entries.filter((entry): entry is SendEntry => !(entry instanceof SqsError));
    checkTotal(readable);
    const results = engine.sendBatch({ queueUrl }, readable);
    const outcomes = entries.map((entry) => {
      if (entry instanceof SqsError) return entry;
      const result = results.shift();
      if (result === undefined) throw new Error('an entry has no result');
      return result instanceof SqsError ? result : writeSendResult(entry, result);
    });
    return batchAnswer(batch, outcomes);
  },

  ReceiveMessage: async (input, { engine, signal }) => {
    const waitMs = optionalWithin(input, 'WaitTimeSeconds', 0, 20);
    const visibilityTimeoutMs = optionalMs(input, 'VisibilityTimeout');
    const messages = await engine.receive({
      queueUrl: text(input, 'QueueUrl'),
      max: optionalWithin(input, 'MaxNumberOfMessages', 1, 10) ?? 1,
      signal,
      ...(waitMs === undefined ? {} : { waitMs: waitMs * 1000 }),
      ...(visibilityTimeoutMs === undefined ? {} : { visibilityTimeoutMs }),
    });
    return messages.length === 0 ? {} : { Messages: messages.map((message) => writeMessage(input, message)) };
  },

  DeleteMessage: (input, { engine }) => {
    engine.deleteMessage({ queueUrl: text(input, 'QueueUrl'), receiptHandle: text(input, 'ReceiptHandle') });
    return {};
  },

  DeleteMessageBatch: (input, { engine }) => {
    const queueUrl = text(input, 'QueueUrl');
    engine.queues.resolve({ queueUrl });
    return runBatch(readBatch(input), (entry) => {
      engine.deleteMessage({ queueUrl, receiptHandle: text(entry, 'ReceiptHandle') });
      return {};
    });
  },

  ChangeMessageVisibility: (input, { engine }) => {
    engine.changeVisibility({ queueUrl: text(input, 'QueueUrl'), ...readVisibility(input) });
    return {};
  },

  ChangeMessageVisibilityBatch: (input, { engine }) => {
    const queueUrl = text(input, 'QueueUrl');
    engine.queues.resolve({ queueUrl });
    return runBatch(readBatch(input), (entry) => {
      engine.changeVisibility({ queueUrl, ...readVisibility(entry) });
      return {};
    });
  },
};

function readVisibility(input: Input) {
  const visibilityTimeoutMs = optionalMs(input, 'VisibilityTimeout');
  if (visibilityTimeoutMs === undefined) throw missingParameter('VisibilityTimeout');
  return { receiptHandle: text(input, 'ReceiptHandle'), visibilityTimeoutMs };
}

function checkTotal(entries: readonly SendEntry[]): void {
  const total = entries.reduce((bytes, entry) => bytes + entryBytes(entry), 0);
  if (total <= MAX_BATCH_BYTES) return;
  throw new SqsError(
    'BatchRequestTooLong',
    `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${total} bytes.`,
  );
}
