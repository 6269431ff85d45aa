import { requireEnvironment } from './environment.ts';
import { readSecret } from './secrets.ts';
import { keepFor } from './timed-cache.ts';

/**
 * How to read a secret that is kept for a time once it was read.
 *
 * @param variable the environment variable that has its ARN
 * @returns the look-up, which throws while the secret has no value
 */
export function keptSecret(variable: string, keepMs: number): () => Promise<string> {
  const load = keepFor(keepMs, 1, Date.now, readSecret);
  return async () => {
    const secret = await load(requireEnvironment(variable));
    if (secret === undefined) throw new Error(`The secret of ${variable} has no value`);
    return secret;
  };
}
