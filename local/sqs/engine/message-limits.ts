import type { MessageAttributes } from './message.ts';
import type { QueueSettings } from './queue-settings.ts';
import { invalidParameter, invalidRequest, missingParameter, SqsError } from './sqs-error.ts';

const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const ATTRIBUTE_TYPE = /^(String|Number|Binary)(\..+)?$/;
const ATTRIBUTE_NAME = /^(?!aws\.|amazon\.)[\w-]+(\.[\w-]+)*$/i;
const FIFO_ID = /^[\x21-\x7e]{1,128}$/;
const MAX_ATTRIBUTES = 10;
const MAX_DELAY_MS = 900_000;

/** A message as a producer gives it. */
export interface SendEntry {
  readonly body: string;
  readonly attributes?: MessageAttributes;
  readonly systemAttributes?: MessageAttributes;
  readonly delayMs?: number;
  readonly groupId?: string;
  readonly dedupeId?: string;
}

/** Throws unless a queue with these settings takes the entry. */
export function checkEntry(settings: QueueSettings, entry: SendEntry): void {
  checkBody(entry.body);
  checkMessageAttributes(entry.attributes ?? {});
  if (entryBytes(entry) > settings.maxMessageBytes) {
    throw invalidRequest(
      `One or more parameters are invalid. Reason: Message must be shorter than ${settings.maxMessageBytes} bytes.`,
    );
  }
  checkDelay(settings, entry.delayMs);
  checkFifoIds(settings, entry);
}

/** What counts against the size limits: the body, and name, type and value of each attribute. */
export function entryBytes(entry: SendEntry): number {
  let bytes = Buffer.byteLength(entry.body);
  for (const [name, { dataType, stringValue, binaryValue }] of Object.entries(entry.attributes ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(dataType) + Buffer.byteLength(stringValue ?? '');
    bytes += Buffer.byteLength(binaryValue ?? '', 'base64');
  }
  return bytes;
}

function checkBody(body: string): void {
  if (body === '') throw missingParameter('MessageBody');
  refuseForbidden(body, 'the message body');
}

function refuseForbidden(text: string, where: string): void {
  const found = FORBIDDEN.exec(text)?.[0];
  if (found === undefined) return;
  const code = found.charCodeAt(0).toString(16);
  throw new SqsError(
    'InvalidMessageContents',
    `Invalid binary character '#x${code}' was found in ${where}, the set of allowed characters is ` +
      '#x9 | #xA | #xD | [#x20 to #xD7FF] | [#xE000 to #xFFFD] | [#x10000 to #x10FFFF]',
  );
}

function checkMessageAttributes(attributes: MessageAttributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES) {
    throw invalidRequest(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  for (const [name, { dataType, stringValue, binaryValue }] of entries) {
    if (!ATTRIBUTE_NAME.test(name) || name.length > 256) {
      throw invalidRequest(`The message attribute name '${name}' is invalid.`);
    }
    const type = ATTRIBUTE_TYPE.exec(dataType)?.[1];
    if (type === undefined) {
      throw invalidRequest(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    const value = type === 'Binary' ? binaryValue : stringValue;
    if (value === undefined || value === '') {
      throw invalidRequest(
        `Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`,
      );
    }
    if (type === 'Number' && !Number.isFinite(Number(value))) {
      throw invalidRequest(`Can't cast the value of message (user) attribute '${name}' to a number.`);
    }
    if (type !== 'Binary') refuseForbidden(value, `the message attribute '${name}'`);
  }
}

function checkDelay(settings: QueueSettings, delayMs: number | undefined): void {
  if (delayMs === undefined) return;
  if (delayMs < 0 || delayMs > MAX_DELAY_MS) {
    throw invalidParameter(delayMs / 1000, 'DelaySeconds', 'DelaySeconds must be >= 0 and <= 900.');
  }
  if (settings.fifo && delayMs > 0) throw notForThisType(delayMs / 1000, 'DelaySeconds');
}

function checkFifoIds(settings: QueueSettings, { groupId, dedupeId }: SendEntry): void {
  if (settings.fifo && groupId === undefined) throw missingParameter('MessageGroupId');
  if (groupId !== undefined) checkFifoId(groupId, 'MessageGroupId');
  if (dedupeId !== undefined) checkFifoId(dedupeId, 'MessageDeduplicationId');
  if (!settings.fifo && dedupeId !== undefined) throw notForThisType(dedupeId, 'MessageDeduplicationId');
  if (settings.fifo && dedupeId === undefined && !settings.contentBasedDedupe) {
    throw invalidRequest(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
}

function checkFifoId(value: string, parameter: string): void {
  if (FIFO_ID.test(value)) return;
  throw invalidParameter(
    value,
    parameter,
    `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

function notForThisType(value: unknown, parameter: string): SqsError {
  return invalidParameter(
    value,
    parameter,
    'The request include parameter that is not valid for this queue type.',
  );
}
