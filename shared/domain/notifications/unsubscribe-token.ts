import { createHmac, timingSafeEqual } from 'node:crypto';

/** Letters of base64url that are kept of a signature: 132 bits. */
const signatureLength = 22;

const form = /^u1\.([0-9a-z]{26})\.([\w-]{22})$/;

/**
 * Writes down who wants to hear no more, so that it is believed without a read: `u1.<participant's key>.<signature>`.
 * It names nobody, and holds for as long as the key does: old mails are still unsubscribed from.
 *
 * @param key of this purpose alone
 */
export function signUnsubscribeToken(key: string, participantKey: string): string {
  const said = `u1.${participantKey}`;
  return `${said}.${signatureOf(key, said)}`;
}

/** The participant's key within a token; undefined if it is none of ours. */
export function readUnsubscribeToken(key: string, token: string): string | undefined {
  const [, participantKey, signature = ''] = form.exec(token) ?? [];
  if (participantKey === undefined) return undefined;
  const expected = signatureOf(key, token.slice(0, -signatureLength - 1));
  return timingSafeEqual(Buffer.from(signature), Buffer.from(expected)) ? participantKey : undefined;
}

function signatureOf(key: string, said: string): string {
  return createHmac('sha256', key).update(said).digest('base64url').slice(0, signatureLength);
}
