/** Bytes that a synchronous request may have; Lambda's figure. */
export const MAX_REQUEST_BYTES = 6_291_456;
/** Bytes that an asynchronous request may have. */
export const MAX_EVENT_BYTES = 1_048_576;
/** Bytes that an answer may have; Lambda grants it 100 more than a request. */
export const MAX_RESPONSE_BYTES = 6_291_556;

/** Why a call brought no answer. */
export interface InvokeError {
  /** `Unhandled` when the function itself failed; absent when the call was refused before it ran. */
  readonly functionError?: 'Unhandled';
  /** The HTTP status with which Lambda's API would answer: 200 when the function ran and failed. */
  readonly statusCode: number;
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What a call came to; `payload` is JSON text. */
export type InvokeResult =
  | { readonly ok: true; readonly requestId: string; readonly payload: string }
  | { readonly ok: false; readonly requestId: string; readonly error: InvokeError };

/** An error of the function: thrown, timed out or crashed. */
export function failedFunction(
  errorType: string,
  errorMessage: string,
  trace?: readonly string[],
): InvokeError {
  return { functionError: 'Unhandled', statusCode: 200, errorType, errorMessage, ...(trace && { trace }) };
}

/** A call that was refused before any code ran. */
export function refusedCall(statusCode: number, errorType: string, errorMessage: string): InvokeError {
  return { statusCode, errorType, errorMessage };
}
