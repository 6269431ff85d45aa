import type { FieldError, ProblemCode } from './problems.ts';

/** What went wrong without a problem document of the service. */
export type ClientErrorCode =
  /** No answer: the name was not found, the connection refused or cut. */
  | 'network_error'
  /** No whole answer within `timeoutMs`. */
  | 'timeout'
  /** The call's `signal` was aborted. */
  | 'aborted'
  /** The function that was given as `token` failed. */
  | 'no_token'
  /** An answer that is none of the service's: of a proxy, say. */
  | 'unexpected_answer';

/** Every code that a call can fail with: safe to switch on. */
export type ErrorCode = ProblemCode | ClientErrorCode;

/** Why a call failed. */
export interface CallError {
  readonly code: ErrorCode;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  /** The fields that were refused, by their paths: `events.0.amount`. */
  readonly errors?: readonly FieldError[];
  /** Name it when you ask for help. */
  readonly requestId?: string;
  /** Seconds after which the service wants to be asked again. */
  readonly retryAfter?: number;
  /** The whole problem document (RFC 9457): some say more, as `referral_exists` has the standing `referral`. */
  readonly problem?: Readonly<Record<string, unknown>>;
  /** What was thrown, where there was no answer. */
  readonly cause?: unknown;
}

/** What a call comes to: its data, or why not. */
export type Result<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly error: CallError };

/** A failed call, for those who like exceptions. */
export class PlusoneError extends Error {
  override readonly name = 'PlusoneError';
  readonly code: ErrorCode;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly error: CallError;

  constructor(error: CallError) {
    super([error.title, error.detail, fieldsOf(error)].filter(Boolean).join('. '), { cause: error.cause });
    this.code = error.code;
    this.status = error.status;
    this.error = error;
  }
}

function fieldsOf({ errors }: CallError): string | undefined {
  return errors?.map(({ field, message }) => `${field} ${message}`).join('; ');
}

/** The data of a result. @throws {@link PlusoneError} if the call failed */
export function unwrap<Data>(result: Result<Data>): Data {
  if (result.ok) return result.data;
  throw new PlusoneError(result.error);
}
