import { createHmac } from 'node:crypto';

const prefix = 'whsec_';

/** Makes a signing secret of 32 random bytes, in the form of Standard Webhooks. */
export function formatWebhookSecret(bytes: Uint8Array): string {
  return prefix + Buffer.from(bytes).toString('base64');
}

/** Whether a text is a signing secret in the form of Standard Webhooks: `whsec_` and base64 of 24 to 64 bytes. */
export function isWebhookSecret(text: string): boolean {
  const encoded = text.startsWith(prefix) ? text.slice(prefix.length) : '';
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.toString('base64') === encoded && bytes.length >= 24 && bytes.length <= 64;
}

/**
 * The headers by which a receiver knows that a request is ours, and which one it is.
 * Source: Standard Webhooks 1.0, https://github.com/standard-webhooks/standard-webhooks
 *
 * @param secrets `whsec_` and base64: a signature by each, so that a receiver can take another secret meanwhile
 * @param id the same for each repeat
 * @param at milliseconds since 1970
 */
export function signWebhook(
  secrets: readonly string[],
  id: string,
  at: number,
  body: string,
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
