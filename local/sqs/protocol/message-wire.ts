import type { MessageAttribute, MessageAttributes, ReceivedMessage } from '../engine/message.ts';
import type { SendEntry } from '../engine/message-limits.ts';
import type { SendResult } from '../engine/send-message.ts';
import { type Input, map, optionalMs, optionalText, text, texts } from './input.ts';
import { md5OfAttributes, md5OfBody } from './md5.ts';

/** Reads what `SendMessage` and an entry of `SendMessageBatch` have in common. */
export function readSendEntry(input: Input): SendEntry {
  const delayMs = optionalMs(input, 'DelaySeconds');
  const groupId = optionalText(input, 'MessageGroupId');
  const dedupeId = optionalText(input, 'MessageDeduplicationId');
  return {
    body: text(input, 'MessageBody'),
    attributes: readAttributes(map(input, 'MessageAttributes')),
    systemAttributes: readAttributes(map(input, 'MessageSystemAttributes')),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(groupId === undefined ? {} : { groupId }),
    ...(dedupeId === undefined ? {} : { dedupeId }),
  };
}

/** The answer for one sent message. */
export function writeSendResult(entry: SendEntry, { messageId, sequenceNumber }: SendResult): object {
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5OfBody(entry.body),
    MD5OfMessageAttributes: md5OfAttributes(entry.attributes ?? {}),
    MD5OfMessageSystemAttributes: md5OfAttributes(entry.systemAttributes ?? {}),
    SequenceNumber: sequenceNumber,
  };
}

/** A received message with the attributes that the request asked for. */
export function writeMessage(input: Input, message: ReceivedMessage): object {
  const wanted = [...texts(input, 'AttributeNames'), ...texts(input, 'MessageSystemAttributeNames')];
  const system = pick(message.attributes, (name) => wanted.includes('All') || wanted.includes(name));
  const attributes = pick(message.messageAttributes, matcher(texts(input, 'MessageAttributeNames')));
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5OfBody(message.body),
    Attributes: orAbsent(system),
    MessageAttributes: orAbsent(writeAttributes(attributes)),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
  };
}

function readAttributes(input: Input): MessageAttributes {
  const entries = Object.keys(input).map((name) => [name, readAttribute(map(input, name))]);
  return Object.fromEntries(entries);
}

function readAttribute(input: Input): MessageAttribute {
  const stringValue = optionalText(input, 'StringValue');
  const binaryValue = optionalText(input, 'BinaryValue');
  return {
    dataType: optionalText(input, 'DataType') ?? '',
    ...(stringValue === undefined ? {} : { stringValue }),
    ...(binaryValue === undefined ? {} : { binaryValue }),
  };
}

function writeAttributes(attributes: MessageAttributes): Record<string, object> {
  const entries = Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
    name,
    { DataType: dataType, StringValue: stringValue, BinaryValue: binaryValue },
  ]);
  return Object.fromEntries(entries);
}

function matcher(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.includes('All') || patterns.includes('.*')) return () => true;
  const prefixes = patterns
    .filter((pattern) => pattern.endsWith('.*'))
    .map((pattern) => pattern.slice(0, -1));
  return (name) => patterns.includes(name) || prefixes.some((prefix) => name.startsWith(prefix));
}

function pick<T>(record: Readonly<Record<string, T>>, wanted: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => wanted(name)));
}

function orAbsent<T extends object>(record: T): T | undefined {
  return Object.keys(record).length > 0 ? record : undefined;
}
