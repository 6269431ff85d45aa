import { type Refusal, refuse } from '../../contract/problems.ts';
import { defaultProgramId, type Program } from '../../domain/programs/program.ts';
import { isoTime, type System } from '../system.ts';

/** What a participant's token says. Times are seconds since 1970, as JWTs have them (RFC 7519). */
export interface TokenClaims {
  readonly tokenId: string;
  readonly programId: string;
  readonly userId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface IssueTokenPorts extends Pick<System, 'now' | 'ulid'> {
  findProgram(programId: string): Promise<Program | undefined>;
  /** Signs by the key whose turn it is. */
  signToken(claims: TokenClaims): Promise<string>;
}

/** For whom a token is wanted, and for how many seconds. */
export interface TokenWish {
  readonly userId: string;
  readonly programId?: string | undefined;
  readonly expiresIn: number;
}

export interface IssuedToken {
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/**
 * Issues a token by which a user of a program reads and does what is theirs. They need not take part yet: the portal
 * can then invite them to, and finds nothing else. Nothing is stored.
 */
export async function issueToken(
  ports: IssueTokenPorts,
  { userId, programId = defaultProgramId, expiresIn }: TokenWish,
): Promise<IssuedToken | Refusal> {
  if ((await ports.findProgram(programId)) === undefined) return refuse('program_not_found');
  const at = ports.now();
  const issuedAt = Math.floor(at / 1_000);
  const expiresAt = issuedAt + expiresIn;
  const tokenId = `tok_${ports.ulid(at)}`;
  const token = await ports.signToken({ tokenId, programId, userId, issuedAt, expiresAt });
  return { token, expiresAt: isoTime(expiresAt * 1_000) };
}
