import { exportJWK, generateKeyPair } from 'jose';
import type { SigningJwk, SigningKeys } from '../../domain/access/signing-keys.ts';
import { readSecretState, replaceSecret } from '../secrets.ts';

/** The keys of a deployment, with the version of their secret. */
export interface KeptSigningKeys {
  readonly keys: SigningKeys;
  readonly version: string | undefined;
}

/** The signing keys in their secret. @param secretArn it holds `{"keys": […]}`, or nothing yet */
export function signingSecret(secretArn: string) {
  return {
    async readSigningKeys(): Promise<KeptSigningKeys> {
      const { value, version } = await readSecretState(secretArn);
      return { keys: value === undefined ? [] : parseKeys(value), version };
    },

    /** Stores keys in place of the version that was read, unless another run did. */
    replaceSigningKeys: (keys: SigningKeys, over: string | undefined) =>
      replaceSecret(secretArn, over, JSON.stringify({ keys })),

    generateSigningJwk,
  };
}

/** The error of JSON would quote the secret, and end in a log. */
function parseKeys(value: string): SigningKeys {
  try {
    return (JSON.parse(value) as { keys: SigningKeys }).keys;
  } catch {
    throw new Error('The signing secret is no JSON');
  }
}

/** Draws a pair of keys for ES256. */
async function generateSigningJwk(): Promise<SigningJwk> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const { kty, crv, x, y, d } = await exportJWK(privateKey);
  return { kty, crv, x, y, d } as SigningJwk;
}
