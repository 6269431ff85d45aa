import type { MessageAttributes } from '../sqs/engine/message.ts';
import { md5OfAttributes, md5OfBody } from '../sqs/protocol/md5.ts';

/** A message as the queue hands it out. */
export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: MessageAttributes;
}

/** A record of Lambda's SQS event. */
export interface SqsRecord extends Omit<QueueMessage, 'messageAttributes'> {
  readonly messageAttributes: Readonly<Record<string, object>>;
  readonly md5OfMessageAttributes?: string;
  readonly md5OfBody: string;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

/** A message as Lambda tells a function of it. */
export function toSqsRecord(message: QueueMessage, queueArn: string): SqsRecord {
  const { messageId, receiptHandle, body, attributes } = message;
  const messageAttributes = Object.entries(message.messageAttributes).map(([name, value]) => [
    name,
    {
      ...(value.stringValue !== undefined && { stringValue: value.stringValue }),
      ...(value.binaryValue !== undefined && { binaryValue: value.binaryValue }),
      stringListValues: [],
      binaryListValues: [],
      dataType: value.dataType,
    },
  ]);
  const md5OfMessageAttributes = md5OfAttributes(message.messageAttributes);
  return {
    messageId,
    receiptHandle,
    body,
    attributes,
    messageAttributes: Object.fromEntries(messageAttributes),
    ...(md5OfMessageAttributes !== undefined && { md5OfMessageAttributes }),
    md5OfBody: md5OfBody(body),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3] ?? '',
  };
}

/** What filters see: the record, its body parsed if it is JSON. */
export function toFilterable(record: SqsRecord): unknown {
  try {
    return { ...record, body: JSON.parse(record.body) };
  } catch {
    return record;
  }
}
