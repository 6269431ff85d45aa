import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

const algorithm = 'aes-256-gcm';
const sizes = { nonce: 12, tag: 16 };

/**
 * Packs a text and encrypts it (AES-256-GCM).
 *
 * @param secret as hard to guess as a key must be
 * @param name what the text belongs to: under another name it does not open
 */
export function seal(secret: string, name: string, text: string): Uint8Array {
  const nonce = randomBytes(sizes.nonce);
  const cipher = createCipheriv(algorithm, keyOf(secret), nonce).setAAD(Buffer.from(name));
  const sealed = [cipher.update(deflateRawSync(text)), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]);
}

/** Opens what was sealed. @throws if secret, name or content is another */
export function unseal(secret: string, name: string, sealed: Uint8Array): string {
  const nonce = sealed.subarray(0, sizes.nonce);
  const tag = sealed.subarray(sizes.nonce, sizes.nonce + sizes.tag);
  const decipher = createDecipheriv(algorithm, keyOf(secret), nonce, { authTagLength: sizes.tag })
    .setAAD(Buffer.from(name))
    .setAuthTag(tag);
  const content = sealed.subarray(sizes.nonce + sizes.tag);
  return inflateRawSync(Buffer.concat([decipher.update(content), decipher.final()])).toString();
}

const keyOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
