import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** The public keys of an issuer, ready to verify with. */
export interface IssuerKeys {
  /** Whether a token's key is among them; one that names none may be of any. */
  has(kid: string | undefined): boolean;
  readonly find: JWTVerifyGetKey;
}

/** @throws Error where it is no set of keys (RFC 7517) */
export function issuerKeys(jwks: JSONWebKeySet): IssuerKeys {
  const find = createLocalJWKSet(jwks);
  const kids = new Set(jwks.keys.map(({ kid }) => kid));
  return { find, has: (kid) => kid === undefined || kids.has(kid) };
}
