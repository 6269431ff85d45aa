import type { DomainEvent } from './domain-events.ts';

export type { DomainEvent, DomainEventType } from './domain-events.ts';

/** A request as its receiver has it. */
export interface ReceivedWebhook {
  /** The body to the letter, before anything parses it. */
  readonly body: string | Uint8Array;
  /** `Headers`, or the object of headers that Node.js gives. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What the receiver knows. */
export interface WebhookSettings {
  /** The endpoint's secret, `whsec_…`; several while one takes the place of another. */
  readonly secret: string | readonly string[];
  /** How far the sender's clock may be from this one, either way, in seconds. @default 300 */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970. @default now */
  readonly now?: number;
}

/** Why a request is not to be trusted. */
export type WebhookRefusal =
  /** One of `webhook-id`, `webhook-timestamp` and `webhook-signature` is missing, or is there twice. */
  | 'missing_header'
  /** The time is none, or too far from now: a repeat of somebody who has listened, say. */
  | 'wrong_time'
  /** No signature is of this id, time and body by a secret that is known. */
  | 'wrong_signature'
  /** It was signed, and is no event in JSON. */
  | 'not_an_event';

/** An event with the id by which a repeat of it is known; or why the request is not to be trusted. */
export type VerifiedWebhook =
  | { readonly ok: true; readonly id: string; readonly event: DomainEvent }
  | { readonly ok: false; readonly reason: WebhookRefusal };

const prefix = 'whsec_';
const encoder = new TextEncoder();

/**
 * Tells whether a request is a webhook of this service, and reads it. Comparing takes the same time whatever is wrong.
 * Source: Standard Webhooks 1.0, https://github.com/standard-webhooks/standard-webhooks
 *
 * @throws if a secret is not of the form `whsec_` and base64
 */
export async function verifyWebhook(
  { body, headers }: ReceivedWebhook,
  { secret, toleranceSeconds = 300, now = Date.now() }: WebhookSettings,
): Promise<VerifiedWebhook> {
  const keys = (typeof secret === 'string' ? [secret] : secret).map(readSecret);
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    readHeader(headers, `webhook-${name}`),
  );
  if (!id || !timestamp || !signatures) return { ok: false, reason: 'missing_header' };
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds) {
    return { ok: false, reason: 'wrong_time' };
  }
  const content = typeof body === 'string' ? encoder.encode(body) : body;
  const signed = join(encoder.encode(`${id}.${timestamp}.`), content);
  if (!(await isSigned(signed, signatures, keys))) return { ok: false, reason: 'wrong_signature' };
  const event = readEvent(content);
  return event === undefined ? { ok: false, reason: 'not_an_event' } : { ok: true, id, event };
}

function readHeader(headers: ReceivedWebhook['headers'], name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const values = Object.entries(headers).filter(([given]) => given.toLowerCase() === name);
  const value = values[0]?.[1];
  return values.length === 1 && typeof value === 'string' ? value : undefined;
}

/** Whether one of the signatures is by one of the keys. Every pair is looked at, whatever the others are. */
async function isSigned(
  signed: Uint8Array<ArrayBuffer>,
  signatures: string,
  keys: readonly Uint8Array<ArrayBuffer>[],
): Promise<boolean> {
  const given = signatures
    .split(' ')
    .flatMap((text) => (text.startsWith('v1,') ? [fromBase64(text.slice(3))] : []))
    .filter((bytes) => bytes !== undefined);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const verdicts = await Promise.all(
    keys.map(async (bytes) => {
      const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
      return Promise.all(given.map((signature) => crypto.subtle.verify(algorithm, key, signature, signed)));
    }),
  );
  return verdicts.flat().includes(true);
}

function readEvent(content: Uint8Array): DomainEvent | undefined {
  try {
    const value = JSON.parse(new TextDecoder().decode(content)) as Partial<DomainEvent> | null;
    return typeof value?.type === 'string' ? (value as DomainEvent) : undefined;
  } catch {
    return undefined;
  }
}

function readSecret(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = secret.startsWith(prefix) ? fromBase64(secret.slice(prefix.length)) : undefined;
  if (bytes === undefined || bytes.length === 0) throw new Error('A secret must be whsec_ and base64');
  return bytes;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function join(start: Uint8Array, end: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(start.length + end.length);
  both.set(start);
  both.set(end, start.length);
  return both;
}
