import type { Operator } from '../audit.ts';

/** A pair of keys on the curve P-256, as a JWK (RFC 7517). */
export interface SigningJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
  /** The private part. */
  readonly d: string;
}

/** A key that signs tokens. Times are milliseconds since 1970. */
export interface SigningKey {
  /** A ULID in lower case. */
  readonly kid: string;
  readonly createdAt: number;
  /** From then until the next one's time it is the one that signs. */
  readonly signsFrom: number;
  readonly jwk: SigningJwk;
  /** On whose word it was made, and whether the keys before it were withdrawn; the deployment's own key has neither. */
  readonly rotation?: { readonly operator: Operator; readonly withdrew: readonly string[] };
}

/** Keys in the order in which they sign. What each of them does follows from the clock alone. */
export type SigningKeys = readonly SigningKey[];

/** A public key as it is published (RFC 7517). */
export type PublicJwk = Omit<SigningJwk, 'd'> & {
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'ES256';
};

/** How long keys are kept in memory by whoever reads them, in milliseconds. The others follow from these. */
export const keySetTimes = {
  /** An instance reads the keys anew. */
  freshMs: 60_000,
  /** An instance that cannot read them works no longer with those that it has. */
  staleMs: 900_000,
  /** The least time between two attempts to read them, whatever key a token names. */
  pauseMs: 10_000,
  /** Readers of the published keys may keep them. */
  publishedMs: 300_000,
  /** A new key is published before it signs: longer than a stale instance and its readers keep the keys without it. */
  leadMs: 1_800_000,
  /** The longest life of a token. */
  longestTokenMs: 86_400_000,
  /** What clocks may differ by, and more. */
  marginMs: 300_000,
} as const;

/** The keys after another one was made: it is published now, and signs later. Those whose tokens have all ended go. */
export function withNextKey(keys: SigningKeys, key: Omit<SigningKey, 'signsFrom'>, at: number): SigningKeys {
  const shown = shownKeys(keys, at);
  return [...shown, { ...key, signsFrom: shown.length === 0 ? at : at + keySetTimes.leadMs }];
}

/** A key alone, which signs at once: what others signed is worth nothing from now on. */
export function withOnlyKey(key: Omit<SigningKey, 'signsFrom'>, at: number): SigningKeys {
  return [{ ...key, signsFrom: at }];
}

/** The key that waits for its time to sign. */
export function waitingKey(keys: SigningKeys, at: number): SigningKey | undefined {
  const last = keys.at(-1);
  return last !== undefined && last.signsFrom > at ? last : undefined;
}

/** For how long there has been no newer key, in milliseconds; for ever where there is none. */
export function ageOf(keys: SigningKeys, at: number): number {
  return at - (keys.at(-1)?.createdAt ?? Number.NEGATIVE_INFINITY);
}

/** The key that signs. */
export function currentKey(keys: SigningKeys, at: number): SigningKey | undefined {
  return keys.findLast((key) => key.signsFrom <= at);
}

/** The keys whose tokens may be valid, now or later: those to publish, and to verify with. */
export function shownKeys(keys: SigningKeys, at: number): SigningKeys {
  return keys.filter((key) => at < (verifiesUntil(keys, key) ?? Number.POSITIVE_INFINITY));
}

/** When the last token that a key can have signed has ended; undefined while no other is to follow it. */
export function verifiesUntil(keys: SigningKeys, key: SigningKey): number | undefined {
  const next = keys[keys.indexOf(key) + 1];
  return next && next.signsFrom + keySetTimes.longestTokenMs + keySetTimes.marginMs;
}

/** What everybody may know of a key. */
export function publicJwk({ kid, jwk: { kty, crv, x, y } }: SigningKey): PublicJwk {
  return { kty, crv, x, y, kid, use: 'sig', alg: 'ES256' };
}
