import { invalidParameter, SqsError } from './sqs-error.ts';

/** After `maxReceives` receives a message goes to the queue with this ARN. */
export interface RedrivePolicy {
  readonly targetArn: string;
  readonly maxReceives: number;
}

/** A queue's attributes, read. */
export interface QueueSettings {
  readonly fifo: boolean;
  readonly visibilityMs: number;
  readonly delayMs: number;
  readonly retentionMs: number;
  readonly waitMs: number;
  readonly maxMessageBytes: number;
  readonly contentBasedDedupe: boolean;
  /** Whether a deduplication ID stands for its message group only. */
  readonly dedupePerGroup: boolean;
  readonly redrive?: RedrivePolicy;
}

interface NumberRule {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

const NUMBERS: Readonly<Record<string, NumberRule>> = {
  DelaySeconds: { fallback: 0, min: 0, max: 900 },
  MaximumMessageSize: { fallback: 1_048_576, min: 1024, max: 1_048_576 },
  MessageRetentionPeriod: { fallback: 345_600, min: 60, max: 1_209_600 },
  ReceiveMessageWaitTimeSeconds: { fallback: 0, min: 0, max: 20 },
  VisibilityTimeout: { fallback: 30, min: 0, max: 43_200 },
};

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  SqsManagedSseEnabled: ['true', 'false'],
};

const FIFO_CHOICES: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ['true'],
  ContentBasedDeduplication: ['false', 'true'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

const FREE_TEXT = ['Policy', 'RedriveAllowPolicy', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds'];

/** Every attribute that a queue answers with, defaults included. */
export function effectiveAttributes(
  name: string,
  attributes: Readonly<Record<string, string>>,
): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [key, rule] of Object.entries(NUMBERS)) all[key] = String(rule.fallback);
  for (const [key, values] of Object.entries(choicesFor(name))) all[key] = values[0] ?? '';
  return { ...all, ...attributes };
}

/** Throws for an attribute that a queue of this name can't have, or a value out of range. */
export function checkAttributes(name: string, attributes: Readonly<Record<string, string>>): void {
  const choices = choicesFor(name);
  for (const [key, value] of Object.entries(attributes)) {
    const rule = NUMBERS[key];
    if (rule !== undefined) checkNumber(key, value, rule);
    else if (choices[key] !== undefined) checkChoice(key, value, choices[key]);
    else if (key === 'RedrivePolicy') readRedrivePolicy(value);
    else if (!FREE_TEXT.includes(key)) throw unknownAttribute(key);
  }
}

/** Reads attributes that `checkAttributes` has let through. */
export function parseQueueSettings(
  name: string,
  attributes: Readonly<Record<string, string>>,
): QueueSettings {
  const all = effectiveAttributes(name, attributes);
  const ms = (key: string) => Number(all[key]) * 1000;
  const redrive = readRedrivePolicy(all['RedrivePolicy'] ?? '');
  return {
    fifo: isFifoName(name),
    visibilityMs: ms('VisibilityTimeout'),
    delayMs: ms('DelaySeconds'),
    retentionMs: ms('MessageRetentionPeriod'),
    waitMs: ms('ReceiveMessageWaitTimeSeconds'),
    maxMessageBytes: Number(all['MaximumMessageSize']),
    contentBasedDedupe: all['ContentBasedDeduplication'] === 'true',
    dedupePerGroup: all['DeduplicationScope'] === 'messageGroup',
    ...(redrive === undefined ? {} : { redrive }),
  };
}

/** Reads a `RedrivePolicy` attribute; an empty one means none. */
export function readRedrivePolicy(text: string): RedrivePolicy | undefined {
  if (text === '') return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = parseObject(text);
  const maxReceives = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== 'string' || !isWithin(maxReceives, 1, 1000)) {
    throw invalidParameter(
      text,
      'RedrivePolicy',
      'It needs a deadLetterTargetArn and a maxReceiveCount from 1 to 1000.',
    );
  }
  return { targetArn: deadLetterTargetArn, maxReceives };
}

/** Whether a queue of this name is a FIFO queue. */
export function isFifoName(name: string): boolean {
  return name.endsWith('.fifo');
}

/** No queue has an attribute of this name. */
export function unknownAttribute(name: string): SqsError {
  return new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
}

function choicesFor(name: string): Readonly<Record<string, readonly string[]>> {
  return isFifoName(name) ? { ...CHOICES, ...FIFO_CHOICES } : CHOICES;
}

function checkNumber(key: string, value: string, { min, max }: NumberRule): void {
  if (!/^\d+$/.test(value) || !isWithin(Number(value), min, max)) throw invalidAttribute(key);
}

function checkChoice(key: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value)) throw invalidAttribute(key);
}

function invalidAttribute(key: string): SqsError {
  return new SqsError('InvalidAttributeValue', `Invalid value for the parameter ${key}.`);
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Answered below, as any other text that is no policy.
  }
  throw invalidParameter(text, 'RedrivePolicy', 'Redrive policy is not a valid JSON map.');
}
