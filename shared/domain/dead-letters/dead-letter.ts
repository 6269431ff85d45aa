/** Why something was given up: a word, and what the error said, if any. */
export interface Cause {
  /** The name of the error, the failure of a hook, or `timed_out_or_crashed` where nobody was left to say. */
  readonly code: string;
  readonly detail?: string;
}

/** What of a dead letter is known to be about. Whatever a message does not say is left out. */
export type Subject = Readonly<Record<string, string | number | readonly string[]>>;

/** Something that a queue, a reader of the stream or a schedule gave up. */
export interface DeadLetter {
  /** The id of its message. */
  readonly deadLetterId: string;
  /** Of the queue, or of the function that reads the stream or runs by the clock. */
  readonly queue: string;
  /** `redriven`: sent again; should it fail again, that is another dead letter. */
  readonly status: 'open' | 'redriven';
  readonly cause: Cause;
  readonly about: Subject;
  /** ISO 8601. */
  readonly firstTriedAt: string;
  /** Absent where nobody was left to say. */
  readonly lastTriedAt?: string;
  readonly tries: number;
  readonly recordedAt: string;
  readonly redrivenAt?: string;
}

/** A letter with its message, which sending it again takes, and which is shown to nobody. */
export interface KeptLetter extends DeadLetter {
  readonly body: string;
  readonly groupId?: string;
}

/** Records of the table's stream that were given up: where they stand in it. */
export interface StreamPointer {
  readonly shardId: string;
  readonly startSequenceNumber: string;
  readonly endSequenceNumber: string;
}

const mostDetail = 300;

/** What of an error may be kept: its kind and its text, not what it carries. */
export function causeOf(error: unknown): Cause {
  if (!(error instanceof Error)) return { code: typeof error };
  return { code: error.name, ...(error.message !== '' && { detail: error.message.slice(0, mostDetail) }) };
}

/** The cause where whoever tried last left no word. */
export const unknownCause: Cause = { code: 'timed_out_or_crashed' };

type Fields = Readonly<Record<string, unknown>>;

/** Fields of our own messages that say what they are about: ids and kinds, nothing of a person beyond their id. */
const telling = [
  'kind',
  'type',
  'programId',
  'userId',
  'eventIds',
  'rewardId',
  'pool',
  'id',
  'endpointId',
  'deliveryId',
  'notificationId',
] as const;

/** What a message is about, as far as it says. Any text can be asked. */
export function subjectOf(body: string): Subject {
  const fields = parse(body);
  const { shardId, startSequenceNumber, endSequenceNumber, batchSize } = batchOf(fields);
  const named = [
    ...telling.map((name) => [name, fields[name]] as const),
    ...Object.entries({ shardId, startSequenceNumber, endSequenceNumber, records: batchSize }),
  ];
  return Object.fromEntries(named.filter((entry): entry is [string, Subject[string]] => isShort(entry[1])));
}

/** Where the records are that a reader of the stream gave up; undefined if a message does not say. */
export function streamPointerOf(body: string): StreamPointer | undefined {
  const { shardId, startSequenceNumber, endSequenceNumber } = batchOf(parse(body));
  const texts = [shardId, startSequenceNumber, endSequenceNumber];
  if (!texts.every((text) => typeof text === 'string' && text !== '')) return undefined;
  return { shardId, startSequenceNumber, endSequenceNumber } as StreamPointer;
}

/**
 * Why, and after how many tries if it says so, Lambda gave up what it was handed by a stream, or called by the clock.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 *
 * @param attributes of the message: where a schedule's or an asynchronous call's error is
 */
export function givenUpBy(
  body: string,
  attributes: Readonly<Record<string, string>>,
): Pick<DeadLetter, 'cause'> & Partial<Pick<DeadLetter, 'tries'>> {
  const { requestContext, responseContext } = parse(body) as Record<string, Fields | undefined>;
  const { condition, approximateInvokeCount: tries } = requestContext ?? {};
  if (typeof condition === 'string') {
    const { functionError } = responseContext ?? {};
    return {
      cause: { code: condition, ...(typeof functionError === 'string' && { detail: functionError }) },
      ...(typeof tries === 'number' && { tries }),
    };
  }
  const code = attributes['ErrorCode'] ?? attributes['ERROR_CODE'];
  const detail = attributes['ErrorMessage'] ?? attributes['ERROR_MESSAGE'];
  if (code === undefined && detail === undefined) return { cause: unknownCause };
  return {
    cause: { code: code ?? 'failed', ...(detail !== undefined && { detail: detail.slice(0, mostDetail) }) },
  };
}

function batchOf(fields: Fields): Fields {
  const batch = fields['DDBStreamBatchInfo'];
  return isFields(batch) ? batch : {};
}

/** Bytes of JSON that a text may have, and a list: more than the ids of the longest message of ours. */
const mostBytes = { text: 250, list: 2_000 };

/** Whatever a message holds, what it is about is short enough to be told to the outside. */
function isShort(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '');
  if (Array.isArray(value)) return bytes <= mostBytes.list && value.every((one) => typeof one === 'string');
  return typeof value === 'string' && bytes <= mostBytes.text;
}

function parse(body: string): Fields {
  try {
    const value: unknown = JSON.parse(body);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
