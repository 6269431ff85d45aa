import { timingSafeEqual } from 'node:crypto';
import { type Hasher, isoTime, type System } from '../system.ts';

export interface ApiKeyRecord {
  readonly keyId: string;
  readonly name: string;
  readonly secretHash: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
}

const form = /^po_([0-9a-z]{10})_([0-9A-Za-z_-]{43})$/;

/** The parts of an API key: `po_`, a readable id, and a secret of 256 bits. */
export function parseApiKey(apiKey: string): { keyId: string; secret: string } | undefined {
  const match = form.exec(apiKey);
  return match?.[1] && match[2] ? { keyId: match[1], secret: match[2] } : undefined;
}

/** Draws a new key. */
export function drawApiKey(system: System): string {
  const id = Buffer.from(system.random(5)).toString('hex');
  return `po_${id}_${Buffer.from(system.random(32)).toString('base64url')}`;
}

/** The record under which a key is stored: its keyed hash, not itself. */
export function describeApiKey(
  ports: System & Hasher,
  apiKey: string,
  name: string,
  scopes: readonly string[],
): ApiKeyRecord {
  const parts = parseApiKey(apiKey);
  if (parts === undefined) throw new Error('The API key is not of its form');
  return {
    keyId: parts.keyId,
    name,
    secretHash: ports.lasting('api-key', parts.secret),
    scopes,
    createdAt: isoTime(ports.now()),
  };
}

/** Whether a secret is the one that a record was made from. Takes the same time for any wrong one. */
export function matchesApiKey(hasher: Hasher, secret: string, record: ApiKeyRecord): boolean {
  const given = Buffer.from(hasher.lasting('api-key', secret));
  const kept = Buffer.from(record.secretHash);
  return given.length === kept.length && timingSafeEqual(given, kept);
}
