import { timingSafeEqual } from 'node:crypto';
import { type ApiKey, type KeyPowers, openingHashes } from '../../domain/access/api-key.ts';
import { type Hasher, isoTime, type System } from '../system.ts';

const form = /^po_([0-9a-z]{10})_([0-9A-Za-z_-]{43})$/;

/** The parts of an API key: `po_`, a readable id, and a secret of 256 bits. */
export function parseApiKey(apiKey: string): { keyId: string; secret: string } | undefined {
  const match = form.exec(apiKey);
  return match?.[1] && match[2] ? { keyId: match[1], secret: match[2] } : undefined;
}

/** Draws a new key, or a new secret for a key that there is. */
export function drawApiKey(
  { random }: Pick<System, 'random'>,
  keyId = Buffer.from(random(5)).toString('hex'),
): string {
  return `po_${keyId}_${Buffer.from(random(32)).toString('base64url')}`;
}

/** The keyed hash by which a secret is kept. */
export function hashSecret(hasher: Pick<Hasher, 'lasting'>, secret: string): string {
  return hasher.lasting('api-key', secret);
}

/** The record under which a key is stored: its keyed hash, not itself. */
export function describeApiKey(
  ports: Pick<System, 'now'> & Pick<Hasher, 'lasting'>,
  apiKey: string,
  name: string,
  { scopes, programs, expiresAt }: KeyPowers,
): ApiKey {
  const parts = parseApiKey(apiKey);
  if (parts === undefined) throw new Error('The API key is not of its form');
  return {
    keyId: parts.keyId,
    name,
    secretHash: hashSecret(ports, parts.secret),
    scopes,
    ...(programs !== undefined && { programs }),
    createdAt: isoTime(ports.now()),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** Whether a secret opens for a key now. Takes the same time for any wrong one. @param at ISO 8601 */
export function matchesApiKey(
  hasher: Pick<Hasher, 'lasting'>,
  secret: string,
  key: ApiKey,
  at: string,
): boolean {
  const given = Buffer.from(hashSecret(hasher, secret));
  const matches = openingHashes(key, at).map((hash) => {
    const kept = Buffer.from(hash);
    return given.length === kept.length && timingSafeEqual(given, kept);
  });
  return matches.includes(true);
}
