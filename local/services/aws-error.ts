/** An error as an AWS service answers it; the SDK throws it under its code. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further fields of the answer, such as `CancellationReasons`. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** A service that is run in this process and speaks AWS JSON. */
export interface JsonService {
  /**
   * Answers one operation.
   *
   * @throws AwsError
   */
  handle(operation: string, body: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/** The refusal of an operation that nothing here carries out. */
export const unknownOperation = (what: string): AwsError =>
  new AwsError('UnknownOperationException', `${what} is not run here`);
