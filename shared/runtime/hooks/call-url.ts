import type { HookCall, HookReply } from '../../usecases/hooks/ask-hook.ts';
import { type Posted, post } from '../outbound/post.ts';
import { mayCall, publicLookup } from '../outbound/public-lookup.ts';
import { signWebhook } from '../outbound/sign-webhook.ts';

/** What calling an address takes. */
export interface CallUrlOptions {
  /** `whsec_` and base64. */
  readonly secret: string;
  /** Whether this machine may be called, also without TLS. */
  readonly allowLoopback: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const mostAnswerBytes = 256 * 1024;

/** Calls a hook by its address: a signed POST of JSON, to public addresses only, that follows no redirect. */
export async function callUrl(address: string, call: HookCall, options: CallUrlOptions): Promise<HookReply> {
  const url = new URL(address);
  const { allowLoopback } = options;
  if (!mayCall(url, allowLoopback)) return { because: 'address_not_allowed', again: false };
  const posted = await post({
    url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'plusone-hooks/1',
      ...signWebhook([options.secret], call.id, options.now(), call.body),
    },
    body: call.body,
    timeoutMs: call.timeoutMs,
    mostAnswerBytes,
    lookup: publicLookup(allowLoopback),
  });
  return replyOf(posted);
}

function replyOf(posted: Posted): HookReply {
  if ('failed' in posted) {
    return { because: posted.failed, again: posted.failed === 'unreachable' };
  }
  const { status, body } = posted;
  if (status >= 200 && status < 300) return { body };
  if (status >= 500) return { because: 'failed', again: true };
  if (status === 410) return { because: 'gone', again: false };
  return { because: status >= 300 && status < 400 ? 'redirected' : 'refused', again: false };
}
