import type { Message } from './message.ts';
import type { Queue } from './queue.ts';
import { SqsError } from './sqs-error.ts';

/** What a receipt handle says: the message, and which of its receives gave the handle. */
export interface Receipt {
  readonly messageKey: number;
  readonly receiveCount: number;
}

/** The handle for the latest receive of a message. */
export function makeReceiptHandle(queue: Queue, message: Message): string {
  return Buffer.from(`${queue.name}:${message.content.key}:${message.receiveCount}`).toString('base64');
}

/** Reads a handle that `queue` gave; throws `ReceiptHandleIsInvalid` for any other text. */
export function readReceiptHandle(queue: Queue, handle: string): Receipt {
  const match = /^(.+):(-?\d+):(\d+)$/.exec(Buffer.from(handle, 'base64').toString());
  if (match === null || match[1] !== queue.name) {
    throw new SqsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  }
  return { messageKey: Number(match[2]), receiveCount: Number(match[3]) };
}
