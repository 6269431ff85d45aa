import { type SigningJwk, type SigningKeys, withNextKey } from '../../domain/access/signing-keys.ts';
import type { System } from '../system.ts';

export interface SigningKeyPorts extends Pick<System, 'now' | 'ulid'> {
  readSigningKeys(): Promise<{ readonly keys: SigningKeys; readonly version: string | undefined }>;
  /** Stores keys in place of the version that was read, unless another run did. */
  replaceSigningKeys(keys: SigningKeys, over: string | undefined): Promise<'replaced' | 'conflict'>;
  generateSigningJwk(): Promise<SigningJwk>;
}

/** Makes the key by which a deployment signs tokens, unless it has one. It signs at once. */
export async function makeSigningKey(ports: SigningKeyPorts): Promise<void> {
  const { keys, version } = await ports.readSigningKeys();
  if (keys.length > 0) return;
  const at = ports.now();
  const key = { kid: ports.ulid(at), createdAt: at, jwk: await ports.generateSigningJwk() };
  // Where this loses, another run has made it.
  await ports.replaceSigningKeys(withNextKey([], key, at), version);
}
