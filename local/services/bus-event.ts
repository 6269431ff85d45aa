/** An event as a rule's target gets it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601 without milliseconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What an entry of `PutEvents` is missing, in the words of its result. */
export interface EntryFailure {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export interface EventOrigin {
  readonly account: string;
  readonly region: string;
  readonly id: string;
  readonly nowMs: number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (ErrorMessage: string): EntryFailure => ({ ErrorCode: 'InvalidArgument', ErrorMessage });

const malformed: EntryFailure = { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };

const parseDetail = (text: string): BusEvent['detail'] | undefined => {
  try {
    const detail: unknown = JSON.parse(text);
    return isRecord(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
};

const formatTime = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** True for an event, as opposed to why there is none. */
export const isEvent = (result: BusEvent | EntryFailure): result is BusEvent => 'version' in result;

/** Makes the event of one entry of `PutEvents`, whose time is in seconds. */
export const createBusEvent = (entry: unknown, origin: EventOrigin): BusEvent | EntryFailure => {
  const { Source, DetailType, Detail, Resources, Time } = isRecord(entry) ? entry : {};
  const missing = (name: string) =>
    invalid(`Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  if (typeof Source !== 'string' || Source === '') return missing('Source');
  if (typeof DetailType !== 'string' || DetailType === '') return missing('DetailType');
  if (typeof Detail !== 'string' || Detail === '') return missing('Detail');
  if (Source.startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  const detail = parseDetail(Detail);
  if (detail === undefined) return malformed;
  return {
    version: '0',
    id: origin.id,
    'detail-type': DetailType,
    source: Source,
    account: origin.account,
    time: formatTime(typeof Time === 'number' ? Time * 1000 : origin.nowMs),
    region: origin.region,
    resources: Array.isArray(Resources) ? Resources.map(String) : [],
    detail,
  };
};
