import type { Message, ReceivedMessage } from './message.ts';

const FIRST_SEQUENCE_NUMBER = 18_800_000_000_000_000_000n;

/** A FIFO message's place in the order, as 20 digits. */
export function sequenceNumber(messageKey: number): string {
  return String(FIRST_SEQUENCE_NUMBER + BigInt(messageKey));
}

/** A message as its consumer sees it, with every system attribute that it has. */
export function renderMessage(message: Message, receiptHandle: string): ReceivedMessage {
  const { content } = message;
  return {
    messageId: content.id,
    receiptHandle,
    body: content.body,
    attributes: systemAttributes(message),
    messageAttributes: content.attributes,
  };
}

function systemAttributes({ content, receiveCount, firstReceivedAt }: Message): Record<string, string> {
  const attributes: Record<string, string> = {
    SenderId: content.senderId,
    SentTimestamp: String(content.sentAt),
    ApproximateReceiveCount: String(receiveCount + (content.earlierReceives ?? 0)),
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt ?? content.sentAt),
  };
  if (content.groupId !== undefined) attributes['MessageGroupId'] = content.groupId;
  if (content.dedupeId !== undefined) {
    attributes['MessageDeduplicationId'] = content.dedupeId;
    attributes['SequenceNumber'] = sequenceNumber(content.key);
  }
  if (content.sourceArn !== undefined) attributes['DeadLetterQueueSourceArn'] = content.sourceArn;
  const trace = content.systemAttributes['AWSTraceHeader']?.stringValue;
  if (trace !== undefined) attributes['AWSTraceHeader'] = trace;
  return attributes;
}
