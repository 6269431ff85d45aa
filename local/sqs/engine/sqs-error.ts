const QUERY_CODES: Readonly<Record<string, string>> = {
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  InvalidParameterValueException: 'InvalidParameterValue',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  MissingRequiredParameterException: 'MissingParameter',
  PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
  QueueDeletedRecently: 'AWS.SimpleQueueService.QueueDeletedRecently',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  UnknownOperationException: 'InvalidAction',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

/** A refusal as AWS words it: `code` is the JSON protocol's name of it, `queryCode` the older protocol's. */
export class SqsError extends Error {
  readonly code: string;
  readonly queryCode: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = code;
    this.code = code;
    this.queryCode = QUERY_CODES[code] ?? code;
  }
}

/** One parameter's value is refused. */
export function invalidParameter(value: unknown, parameter: string, reason: string): SqsError {
  return invalidRequest(`Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`);
}

/** The request as a whole is refused. */
export function invalidRequest(message: string): SqsError {
  return new SqsError('InvalidParameterValueException', message);
}

/** A required parameter is absent or empty. */
export function missingParameter(parameter: string): SqsError {
  return new SqsError(
    'MissingRequiredParameterException',
    `The request must contain the parameter ${parameter}.`,
  );
}

/** No queue has this name, URL or ARN. */
export function queueDoesNotExist(): SqsError {
  return new SqsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

/** Runs one entry of a batch: a refusal is a result, anything else is thrown. */
export function attempt<T>(run: () => T): T | SqsError {
  try {
    return run();
  } catch (error) {
    if (error instanceof SqsError) return error;
    throw error;
  }
}
