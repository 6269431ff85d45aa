import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a click token says: which click of which code of which program, and when it was. */
export interface ClickClaims {
  readonly clickId: string;
  readonly code: string;
  readonly programId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Letters of base64url that are kept of a signature: 132 bits. */
const signatureLength = 22;

const form =
  /^p1\.([0-9a-z]{1,9})\.([0-9a-z]{26})\.([a-z0-9][a-z0-9_-]{2,49})\.([a-z0-9][a-z0-9-]{0,62})\.([\w-]{22})$/;

/**
 * Writes a click down so that it can be carried without a cookie and believed without a read:
 * `p1.<time, base 36>.<click>.<code>.<program>.<signature>`, about 80 characters, all of which a URL takes as they are.
 * `p1` is the version; the signature is of all before it, by HMAC-SHA-256.
 *
 * @param key of this purpose alone
 */
export function signClickToken(key: string, { clickId, code, programId, at }: ClickClaims): string {
  const said = ['p1', at.toString(36), clickId.slice('clk_'.length), code, programId].join('.');
  return `${said}.${signatureOf(key, said)}`;
}

/** Reads a click token. `unreadable`: of no form that is known, or cut short; `forged`: signed by another key, or changed. */
export function readClickToken(key: string, token: string): ClickClaims | 'unreadable' | 'forged' {
  const [, at = '', click, code = '', programId = '', signature = ''] = form.exec(token) ?? [];
  if (click === undefined) return 'unreadable';
  const expected = signatureOf(key, token.slice(0, -signatureLength - 1));
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return 'forged';
  return { clickId: `clk_${click}`, code, programId, at: Number.parseInt(at, 36) };
}

function signatureOf(key: string, said: string): string {
  return createHmac('sha256', key).update(said).digest('base64url').slice(0, signatureLength);
}
