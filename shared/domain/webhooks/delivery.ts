import { createHash } from 'node:crypto';
import { toBase32 } from '../ids.ts';
import type { DisabledBecause } from './endpoint.ts';

/** An event as webhooks carry it. */
export interface WebhookEvent {
  /** The same however often it is sent. */
  readonly id: string;
  readonly type: string;
  readonly version: 1;
  readonly programId: string;
  readonly userId?: string | undefined;
  /** Rises with each event of this participant. */
  readonly sequence?: number | undefined;
  /** ISO 8601. */
  readonly occurredAt: string;
  readonly data: object;
  readonly test?: true | undefined;
}

/** Why a try brought no 2xx. */
export type TryFailure = 'timeout' | 'unreachable' | 'address_not_allowed' | 'redirected' | 'refused';

/** One call of an endpoint. */
export interface Try {
  /** ISO 8601. */
  readonly at: string;
  /** Where it went, cut short: without the query, which can hold a secret. Absent in what was kept before it was. */
  readonly url?: string;
  readonly durationMs: number;
  /** Absent where no answer came. */
  readonly status?: number;
  readonly failure?: TryFailure;
  /** The start of the answer's body, where there was one. */
  readonly answer?: string;
}

export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

/** Why a delivery is over without having arrived. */
export type GivenUp = 'no_more_tries' | 'endpoint_disabled' | DisabledBecause;

/** What became of one event at one endpoint. */
export interface Delivery {
  readonly deliveryId: string;
  readonly endpointId: string;
  /** The event as it was sent. */
  readonly event: WebhookEvent;
  readonly status: DeliveryStatus;
  /** How often it was begun anew by hand. */
  readonly round: number;
  /** Tries of this round. */
  readonly attempts: number;
  /** Those of earlier rounds as well, the oldest first. */
  readonly tries: readonly Try[];
  /** ISO 8601, where another try is due. */
  readonly nextTryAt?: string;
  readonly because?: GivenUp;
}

/** Ids of deliveries sort by the time of their events; those of other times are told apart by a hash. */
const timeLength = 9;

/** The part of a delivery's id that says when its event happened. @param at milliseconds since 1970 */
export function deliveryTimeOf(at: number): string {
  return at.toString(36).padStart(timeLength, '0');
}

/** The id of an event's delivery, of which an endpoint has one: whoever asks again gets the same. */
export function deliveryIdOf({ id, occurredAt }: Pick<WebhookEvent, 'id' | 'occurredAt'>): string {
  const hash = toBase32(createHash('sha256').update(id).digest()).slice(0, 16);
  return `dlv_${deliveryTimeOf(Date.parse(occurredAt))}${hash}`;
}

/** What may be tried of a delivery: the try that is due, of the round that is due. */
export interface Due {
  readonly round: number;
  readonly attempt: number;
}

/** What came of a message about a delivery. */
export interface DeliveryNote {
  readonly endpointId: string;
  readonly event: WebhookEvent;
  readonly due: Due;
  readonly status: DeliveryStatus;
  /** Absent where none was made. */
  readonly tried?: Try;
  /** ISO 8601. */
  readonly nextTryAt?: string;
  readonly because?: GivenUp;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Whether a message is of the past: another has made its try, or a later round has begun. What keeps a delivery going
 * is always on its way before what it depends on is written, so whoever finds this can stop.
 */
export function isStale(delivery: Delivery | undefined, { round, attempt }: Due): boolean {
  if (delivery === undefined || delivery.round < round) return false;
  return delivery.round > round || delivery.status !== 'pending' || delivery.attempts !== attempt;
}

/** What calling an endpoint brought. */
export interface Reply extends Omit<Try, 'failure' | 'at' | 'url'> {
  readonly failure?: TryFailure;
  /** What it asked for before another try, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** What a reply means: it arrived; nobody wants it, for good; or it is to be tried again. */
export function outcomeOf({ status = 0 }: Reply): 'delivered' | 'gone' | 'failed' {
  if (status >= 200 && status < 300) return 'delivered';
  return status === 410 ? 'gone' : 'failed';
}

/** Of an address so many characters are kept: it tells one from another, and ten of them are little to write. */
const mostOfUrl = 256;

/**
 * A try as the log has it.
 *
 * @param url where it went
 * @param at ISO 8601
 */
export function tryOf({ durationMs, status, failure, answer }: Reply, url: string, at: string): Try {
  const refusal = status !== undefined && status >= 300 ? refusalOf(status) : undefined;
  const because = failure ?? refusal;
  const { origin, pathname } = new URL(url);
  return {
    at,
    url: `${origin}${pathname}`.slice(0, mostOfUrl),
    durationMs,
    ...(status !== undefined && { status }),
    ...(because !== undefined && { failure: because }),
    ...(answer !== undefined && answer !== '' && { answer }),
  };
}

function refusalOf(status: number): TryFailure {
  return status < 400 ? 'redirected' : 'refused';
}
