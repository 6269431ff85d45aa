import type { InvokeResult } from '../lambda/invoke-result.ts';
import { AwsError } from './aws-error.ts';

/** Calls a function of the deployment; never rejects. */
export type Invoke = (
  functionArn: string,
  payload: string,
  options?: { readonly kind?: 'request' | 'event' },
) => Promise<InvokeResult>;

/** One call of Lambda's `Invoke`. */
export interface InvokeCall {
  /** May end in a version or alias, which all run the one version that there is here. */
  readonly functionArn: string;
  readonly invocationType: string;
  /** JSON text. */
  readonly payload: string;
}

export interface InvokeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

/** Whether to wait for what a function returns: `RequestResponse`, `Event` and `DryRun` of Lambda's API. */
export const createLambdaApi =
  (invoke: Invoke, onFailed: (functionArn: string, reason: string) => void) =>
  async ({ functionArn, invocationType, payload }: InvokeCall): Promise<InvokeAnswer> => {
    const arn = functionArn.split(':').slice(0, 7).join(':');
    if (invocationType === 'DryRun') return { status: 204, headers: {}, payload: '' };
    if (invocationType === 'Event') {
      invoke(arn, payload, { kind: 'event' }).then(
        (result) => result.ok || onFailed(arn, result.error.errorMessage),
        (error: unknown) => onFailed(arn, String(error)),
      );
      return { status: 202, headers: {}, payload: '' };
    }
    return answerOf(await invoke(arn, payload));
  };

/** The API that answers calls of functions. */
export type LambdaApi = ReturnType<typeof createLambdaApi>;

const answerOf = (result: InvokeResult): InvokeAnswer => {
  const version = { 'x-amz-executed-version': '$LATEST' };
  if (result.ok) return { status: 200, headers: version, payload: result.payload };
  const { errorMessage, errorType, functionError, statusCode, trace } = result.error;
  if (functionError === undefined) throw new AwsError(errorType, errorMessage, statusCode);
  const headers = { ...version, 'x-amz-function-error': functionError };
  return {
    status: 200,
    headers,
    payload: JSON.stringify({ errorType, errorMessage, ...(trace && { trace }) }),
  };
};
