import { performance } from 'node:perf_hooks';
import type { Reply, TryFailure } from '../../domain/webhooks/delivery.ts';
import { readRetryAfter } from '../../domain/webhooks/schedule.ts';
import { slowAfterMs } from '../../domain/webhooks/slowness.ts';
import type { WebhookCall } from '../../usecases/webhooks/deliver-event.ts';
import { type Posted, post } from '../outbound/post.ts';
import { mayCall, publicLookup } from '../outbound/public-lookup.ts';
import { signWebhook } from '../outbound/sign-webhook.ts';

/** What calling an endpoint takes. */
export interface CallWebhookOptions {
  /** Whether this machine may be called, also without TLS: for local stacks. */
  readonly allowLoopback: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly openSecret: (endpointId: string, sealed: string) => Promise<string>;
}

/** Standard Webhooks advise 15 to 30 seconds. */
const timeoutMs = 15_000;
/** Of an answer so much is kept: enough to say what is wrong, little enough to be written for one unit. */
const mostAnswerBytes = 256;

/**
 * Tells an endpoint of an event: a signed POST to a public address, that follows no redirect.
 *
 * @param whenSlow told once, if there is no answer after `slowAfterMs`
 */
export async function callWebhook(
  call: WebhookCall,
  whenSlow: () => void,
  options: CallWebhookOptions,
): Promise<Reply> {
  const { endpointId, sealedSecrets, id, body } = call;
  const { allowLoopback, now } = options;
  const url = new URL(call.url);
  if (!mayCall(url, allowLoopback)) return { durationMs: 0, failure: 'address_not_allowed' };
  const secrets = await Promise.all(sealedSecrets.map((sealed) => options.openSecret(endpointId, sealed)));
  const began = performance.now();
  const slow = setTimeout(whenSlow, slowAfterMs);
  const posted = await post({
    url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'plusone-webhooks/1',
      ...signWebhook(secrets, id, now(), body),
    },
    body,
    timeoutMs,
    mostAnswerBytes,
    answer: 'start',
    lookup: publicLookup(allowLoopback),
  }).finally(() => clearTimeout(slow));
  return { durationMs: Math.round(performance.now() - began), ...replyOf(posted, now()) };
}

function replyOf(posted: Posted, now: number): Omit<Reply, 'durationMs'> {
  if ('failed' in posted) return { failure: failureOf(posted.failed) };
  const { status, headers, body } = posted;
  const retryAfterMs = readRetryAfter(String(headers['retry-after'] ?? '') || undefined, now);
  return { status, answer: printable(body), ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** An answer whose start alone is read is never too large. */
function failureOf(failed: Extract<Posted, { failed: unknown }>['failed']): TryFailure {
  return failed === 'answer_too_large' ? 'unreachable' : failed;
}

/** A body can be anything: what is no text is left out of the log. */
function printable(body: string): string {
  return body.replace(/[\p{Cc}\p{Cs}\ufffd]+/gu, ' ').trim();
}
