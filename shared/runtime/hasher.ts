import { createHmac } from 'node:crypto';
import { toBase32 } from '../domain/ids.ts';
import type { Hasher } from '../usecases/system.ts';

/** Makes keyed hashes (HMAC-SHA-256, the first 128 bits in base 32) from the deployment's secret. */
export function makeHasher(secret: string): Hasher {
  const hash = (key: string | Uint8Array, ...parts: string[]): Buffer =>
    createHmac('sha256', key).update(parts.join('\n')).digest();
  return {
    lasting: (purpose, value) => toBase32(hash(secret, purpose, value)),
    ofDay: (at, purpose, value) => {
      const day = new Date(at).toISOString().slice(0, 10);
      return toBase32(hash(hash(secret, 'day', day), purpose, value));
    },
  };
}
