import { SignJWT } from 'jose';
import type { SigningKey } from '../../domain/access/signing-keys.ts';
import type { TokenClaims } from '../../usecases/access/issue-token.ts';
import { tokenForm } from './token-form.ts';

/** Makes a token of a deployment. @param issuer the address of its API */
export function signToken(issuer: string, { kid, jwk }: SigningKey, claims: TokenClaims): Promise<string> {
  const { alg, typ, audience } = tokenForm;
  return new SignJWT({ program: claims.programId })
    .setProtectedHeader({ alg, typ, kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(claims.userId)
    .setIssuedAt(claims.issuedAt)
    .setExpirationTime(claims.expiresAt)
    .setJti(claims.tokenId)
    .sign({ ...jwk, alg });
}
