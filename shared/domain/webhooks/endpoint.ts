/** How many endpoints a deployment can have: each is looked at for every event. */
export const mostEndpoints = 20;

/** Where somebody wants to be told of what happens. */
export interface WebhookEndpoint {
  readonly endpointId: string;
  readonly url: string;
  /** Types such as `payout.paid`, and all of a subject as `reward.*`. Empty: all but clicks. */
  readonly types: readonly string[];
  /** Empty: all programs. */
  readonly programIds: readonly string[];
  readonly description?: string;
  readonly enabled: boolean;
  /** ISO 8601; absent while it is enabled. */
  readonly disabledAt?: string;
  /** Why it was disabled, where that was not by hand. */
  readonly disabledBecause?: DisabledBecause;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** It answered 410, or nothing but failures for five days. */
export type DisabledBecause = 'gone' | 'failing';

/** A signing secret, encrypted, and until when it is used (ISO 8601) if another has taken its place. */
export interface SealedSecret {
  readonly sealed: string;
  /** The rotation that made it, by an id of its own; absent in an endpoint's first. */
  readonly rotationId?: string;
  readonly until?: string;
}

/** An endpoint as it is kept. */
export interface StoredEndpoint {
  readonly endpoint: WebhookEndpoint;
  /** The one in use first. */
  readonly secrets: readonly SealedSecret[];
  readonly health: EndpointHealth;
  /** Rises with each change by hand, and when it is disabled. */
  readonly revision: number;
}

/** An endpoint as it was called: changed since, it has another revision. */
export interface CalledEndpoint {
  readonly endpointId: string;
  readonly revision: number;
}

/** How it has answered of late. */
export interface EndpointHealth {
  /** Failures in a row. */
  readonly failures: number;
  /** ISO 8601, the first of them. */
  readonly failingSince?: string;
  /** While it is left alone: when it is tried again, in milliseconds since 1970. */
  readonly probeAt?: number;
  /** Until when it counts as slow, in milliseconds since 1970. */
  readonly slowUntil?: number;
}

export const healthy: EndpointHealth = { failures: 0 };

/** What of an event says who wants it. */
export interface Addressed {
  readonly type: string;
  readonly programId: string;
  /** ISO 8601. */
  readonly occurredAt: string;
}

/**
 * For so long an endpoint that is disabled is not told of events, and yet has them in its log, to be replayed: as long as
 * the log keeps them.
 */
const missedForMs = 30 * 24 * 3_600_000;

/** Whether only those are told of a type who name it: there are more clicks than of all else together. */
export function isForThoseWhoAsk(type: string): boolean {
  return type === 'click.recorded';
}

/** Whether an event is for an endpoint: to be told of it or, while it is disabled, to have it in its log. */
export function wants(endpoint: WebhookEndpoint, event: Addressed): boolean {
  const { types, programIds } = endpoint;
  const { type, programId } = event;
  if (!isAwaited(endpoint, event) || (programIds.length > 0 && !programIds.includes(programId))) return false;
  const all = `${type.split('.')[0]}.*`;
  if (types.length === 0) return !isForThoseWhoAsk(type);
  return types.some((filter) => filter === type || filter === all);
}

function isAwaited({ enabled, disabledAt }: WebhookEndpoint, { occurredAt }: Addressed): boolean {
  if (enabled) return true;
  return disabledAt !== undefined && Date.parse(occurredAt) < Date.parse(disabledAt) + missedForMs;
}

const idPrefix = 'whe_';

/** The id of an endpoint, from a ULID in lower case. */
export function endpointIdOf(ulid: string): string {
  return `${idPrefix}${ulid}`;
}

/** The secrets that sign at a time (ISO 8601). */
export function secretsAt(secrets: readonly SealedSecret[], now: string): readonly SealedSecret[] {
  return secrets.filter(({ until }) => until === undefined || now < until);
}

/** The secrets with another in front; the one that it replaces goes on until a time, and older ones are over. */
export function rotated(
  secrets: readonly SealedSecret[],
  by: SealedSecret,
  until: string,
): readonly SealedSecret[] {
  const [before] = secrets;
  return [by, ...(before === undefined ? [] : [{ ...before, until }])];
}
