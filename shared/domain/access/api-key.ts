import type { Reach } from './reach.ts';

/** What a key may do, where, and for how long. None of it ever changes. */
export interface KeyPowers {
  readonly scopes: readonly string[];
  /** The programs that it is bound to. @default - all */
  readonly programs?: readonly string[] | undefined;
  /** ISO 8601. @default - it does not expire */
  readonly expiresAt?: string | undefined;
}

/** An API key as it is kept: by the keyed hashes of its secrets, never by a secret itself. Times are ISO 8601. */
export interface ApiKey extends KeyPowers {
  readonly keyId: string;
  readonly name: string;
  readonly secretHash: string;
  /** Secrets from before a rotation that still open. */
  readonly earlier?: readonly EarlierSecret[];
  readonly createdAt: string;
  readonly rotatedAt?: string;
  readonly revokedAt?: string;
}

interface EarlierSecret {
  readonly secretHash: string;
  readonly until: string;
}

export type ApiKeyStatus = 'active' | 'expired' | 'revoked';

/** How a key stands. @param at ISO 8601 */
export function statusOfKey({ revokedAt, expiresAt }: ApiKey, at: string): ApiKeyStatus {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt === undefined || at < expiresAt ? 'active' : 'expired';
}

/** The hashes of the secrets that open for a key now. */
export function openingHashes({ secretHash, earlier = [] }: ApiKey, at: string): readonly string[] {
  return [secretHash, ...earlier.filter(({ until }) => at < until).map((one) => one.secretHash)];
}

/**
 * Whether a key has all the powers of another one: every scope, in every program, for at least as long. Nobody gives
 * or takes away more than they have, so that whoever revokes a key outlives it and can do all that it could.
 */
export function covers(holder: KeyPowers, other: KeyPowers): boolean {
  const hasScopes =
    holder.scopes.includes('*') || other.scopes.every((scope) => holder.scopes.includes(scope));
  const livesAsLong =
    holder.expiresAt === undefined || (other.expiresAt !== undefined && other.expiresAt <= holder.expiresAt);
  return hasScopes && livesAsLong && isKeyWithin({ programs: holder.programs ?? '*' }, other);
}

/** Whether a key is bound to programs that are all within reach. */
export function isKeyWithin({ programs }: Reach, key: KeyPowers): boolean {
  return programs === '*' || (key.programs?.every((programId) => programs.includes(programId)) ?? false);
}

/** So many secrets open for a key at most. */
const mostSecrets = 5;

/**
 * A key with a new secret. Those from before open until then at the latest, those of earlier rotations no longer than
 * they would have.
 *
 * @param at now
 * @param until when the secrets from before end; not later than now: at once
 * @returns undefined if too many secrets would open for it
 */
export function rotated(key: ApiKey, secretHash: string, at: string, until: string): ApiKey | undefined {
  const earlier = [...(key.earlier ?? []), { secretHash: key.secretHash, until }]
    .map((one) => ({ ...one, until: one.until < until ? one.until : until }))
    .filter((one) => at < one.until);
  if (earlier.length >= mostSecrets) return undefined;
  const { earlier: _, ...rest } = key;
  return { ...rest, secretHash, rotatedAt: at, ...(earlier.length > 0 && { earlier }) };
}
