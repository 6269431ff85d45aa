import type { Posted } from './outbound/post.ts';
import { type LambdaCall, postToLambda } from './outbound/post-to-lambda.ts';

/** Functions of the deployment, called by another. */
export const callFunction = {
  /** Calls a function and waits for its end, for 20 seconds. @throws if it fails, or is not heard of by then */
  callNow: (functionArn: string, payload: string): Promise<void> =>
    call({ functionArn, payload, waits: true, timeoutMs: 20_000, mostAnswerBytes: 6_500_000 }),

  /** Calls a function without waiting: what it fails at goes to its failure queue. */
  callLater: (functionArn: string, payload: string): Promise<void> =>
    call({ functionArn, payload, waits: false, timeoutMs: 5_000, mostAnswerBytes: 10_000 }),
};

async function call(one: LambdaCall): Promise<void> {
  const failure = failureOf(await postToLambda(one));
  if (failure !== undefined) throw new Error(`The function did not do it: ${failure}`);
}

function failureOf(posted: Posted): string | undefined {
  if ('failed' in posted) return posted.failed;
  if (posted.status > 299) return `Lambda answered ${posted.status}`;
  return posted.headers['x-amz-function-error']?.toString();
}
