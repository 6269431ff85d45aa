import type { HookCall, HookReply } from '../../usecases/hooks/ask-hook.ts';
import type { Posted } from '../outbound/post.ts';
import { postToLambda } from '../outbound/post-to-lambda.ts';

const mostAnswerBytes = 256 * 1024;

/**
 * Calls a hook that is a Lambda function, and waits for what it returns.
 *
 * @param functionArn of a function that the deployment is allowed to call: the setting `hookFunctionArns`
 */
export async function callLambda(functionArn: string, { body, timeoutMs }: HookCall): Promise<HookReply> {
  return replyOf(await postToLambda({ functionArn, payload: body, waits: true, timeoutMs, mostAnswerBytes }));
}

function replyOf(posted: Posted): HookReply {
  if ('failed' in posted) return { because: posted.failed, again: posted.failed === 'unreachable' };
  const { status, headers, body } = posted;
  if (status === 200) {
    // Thrown, timed out or crashed: the function ran, and the body is its error.
    return headers['x-amz-function-error'] === undefined ? { body } : { because: 'failed', again: true };
  }
  if (status === 403 || status === 404) return { because: 'not_granted', again: false };
  return status === 429 || status >= 500
    ? { because: 'failed', again: true }
    : { because: 'refused', again: false };
}
