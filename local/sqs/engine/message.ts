import type { Deadline } from './deadline-heap.ts';

/** A message attribute of the user; a binary value is Base64. */
export interface MessageAttribute {
  readonly dataType: string;
  readonly stringValue?: string;
  readonly binaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What never changes about a message while it is in one queue, and what a restart must bring back. */
export interface MessageContent {
  /** Unique in the server and rising, so it is the order of arrival too; negative for a stray copy. */
  readonly key: number;
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly systemAttributes: MessageAttributes;
  readonly senderId: string;
  /** Epoch ms. */
  readonly sentAt: number;
  /** Epoch ms at which its delay ends. */
  readonly visibleAt: number;
  readonly groupId?: string;
  readonly dedupeId?: string;
  /** The queue that gave it up, if this is a dead-letter queue. */
  readonly sourceArn?: string;
  /** Receives in the queues before this one. */
  readonly earlierReceives?: number;
}

/** How often a message was handed out in this queue, and when first (epoch ms). */
export interface Receipts {
  readonly count: number;
  readonly firstAt: number;
}

/** A message in a queue. */
export interface Message {
  readonly content: MessageContent;
  receiveCount: number;
  firstReceivedAt: number | undefined;
  /** Epoch ms of the latest receive. */
  receivedAt: number | undefined;
  state: 'delayed' | 'visible' | 'in-flight' | 'gone';
  /** When it becomes visible, while delayed or in flight. */
  hold: Deadline<Message> | undefined;
  /** Its place among the queue's messages by age. */
  age: Deadline<Message> | undefined;
}

/** A message as a consumer gets it; `attributes` are the system attributes in AWS's spelling. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: MessageAttributes;
}

/** Whether this is a stray copy, as a standard queue may deliver; it lives in memory only. */
export function isStrayCopy(message: Message): boolean {
  return message.content.key < 0;
}
