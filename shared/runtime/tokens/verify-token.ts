import { createHash } from 'node:crypto';
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import { idForms } from '../../contract/id-forms.ts';
import { toBase32 } from '../../domain/ids.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { KeysUnavailable } from './keep-keys.ts';
import { isTokenLike } from './token-form.ts';

/** Whose tokens are taken, and how they say for whom they are. */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** The algorithms that its keys are taken with. */
  readonly algorithms: readonly string[];
  /** The `typ` of its tokens. @default - any */
  readonly typ?: string;
  /** The claim that holds the user's id. */
  readonly userClaim: string;
  /** The claim that holds the program. @default - every token is for `programId` */
  readonly programClaim?: string | undefined;
  /** The program of tokens without that claim. @default - they are not taken */
  readonly programId?: string;
  /** Its public keys, read anew if the one that is asked for is not among them. @throws KeysUnavailable */
  keys(suits: (keys: IssuerKeys) => boolean): Promise<IssuerKeys>;
}

/** For whom a token was issued, or why it is not taken. */
export type TokenVerdict =
  | { readonly programId: string; readonly userId: string; readonly tokenId: string }
  | { readonly because: 'invalid_token' | 'expired_token' | 'token_not_checked' };

/** Seconds that clocks may differ by. */
const clockTolerance = 10;

/**
 * Checks a token against those who are trusted. Which of them it is held against the token says itself; all else must
 * then be as that one has it: signature, algorithm, type, audience, times. One without an end is not taken.
 *
 * @param now milliseconds since 1970
 */
export async function verifyToken(
  trusted: readonly TrustedIssuer[],
  token: string,
  now: number,
): Promise<TokenVerdict> {
  try {
    const issuer = isTokenLike(token) ? issuerOf(trusted, token) : undefined;
    return issuer === undefined
      ? { because: 'invalid_token' }
      : holderOf(issuer, token, await verifiedClaims(issuer, token, now));
  } catch (error) {
    return { because: reasonOf(error) };
  }
}

function issuerOf(trusted: readonly TrustedIssuer[], token: string): TrustedIssuer | undefined {
  const { iss } = decodeJwt(token);
  return trusted.find(({ issuer }) => issuer === iss);
}

async function verifiedClaims(trusted: TrustedIssuer, token: string, now: number): Promise<JWTPayload> {
  const { issuer, audience, algorithms, typ, userClaim } = trusted;
  const { payload } = await jwtVerify(
    token,
    async (header, jws) => (await trusted.keys((keys) => keys.has(header.kid))).find(header, jws),
    {
      issuer,
      audience,
      algorithms: [...algorithms],
      ...(typ !== undefined && { typ }),
      requiredClaims: ['exp', userClaim],
      clockTolerance,
      currentDate: new Date(now),
    },
  );
  return payload;
}

function holderOf(
  { userClaim, programClaim, programId: fixed }: TrustedIssuer,
  token: string,
  claims: JWTPayload,
): TokenVerdict {
  const userId = claims[userClaim];
  const programId = (programClaim === undefined ? undefined : claims[programClaim]) ?? fixed;
  if (!isOfForm(userId, idForms.userId) || !isOfForm(programId, idForms.programId)) {
    return { because: 'invalid_token' };
  }
  const { jti } = claims;
  const tokenId = isOfForm(jti, tokenIdForm) ? jti : toBase32(createHash('sha256').update(token).digest());
  return { programId, userId, tokenId };
}

const tokenIdForm = /^[\w-]{1,64}$/;

function isOfForm(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value);
}

function reasonOf(error: unknown): 'invalid_token' | 'expired_token' | 'token_not_checked' {
  if (error instanceof KeysUnavailable) return 'token_not_checked';
  return error instanceof errors.JWTExpired ? 'expired_token' : 'invalid_token';
}
