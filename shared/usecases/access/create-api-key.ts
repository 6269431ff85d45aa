import { isRefusal, type Refusal, refuse, refuseField } from '../../contract/problems.ts';
import type { ApiKey, KeyPowers } from '../../domain/access/api-key.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import { type FindProgramPort, refuseUnknown } from '../programs/refuse-unknown.ts';
import { whileContended } from '../retry.ts';
import { type Hasher, isoTime } from '../system.ts';
import { describeApiKey, drawApiKey } from './api-key.ts';
import { findMaker, type ManageApiKeyPorts, noteOfKey, refuseBeyond } from './manage-api-key.ts';

export interface CreateApiKeyPorts
  extends Omit<ManageApiKeyPorts, 'changeApiKey'>,
    Pick<Hasher, 'lasting'>,
    FindProgramPort {
  /** Keeps a new key, if its maker stands and there is none of its id. */
  addApiKey(apiKey: ApiKey, madeBy: string, note: AuditEntry): Promise<'stored' | 'again'>;
}

/** A key with its secret, which nobody can be told again. */
export interface KeyWithSecret {
  readonly apiKey: ApiKey;
  readonly secret: string;
}

/** Makes a key that may do no more than its maker's, in the moment in which it is stored. */
export async function createApiKey(
  ports: CreateApiKeyPorts,
  { name, ...wish }: { readonly name: string } & KeyPowers,
): Promise<KeyWithSecret | Refusal> {
  const expiresAt = wish.expiresAt && new Date(wish.expiresAt).toISOString();
  if (expiresAt !== undefined && expiresAt <= isoTime(ports.now())) {
    return refuseField('expiresAt', 'must be in the future');
  }
  const powers = { ...wish, expiresAt };
  const made = await whileContended(async () => {
    const maker = await findMaker(ports);
    if (isRefusal(maker)) return maker;
    const refused = refuseBeyond(maker, powers) ?? (await refuseUnknown(ports, powers.programs));
    if (refused !== undefined) return refused;
    const secret = drawApiKey(ports);
    const apiKey = describeApiKey(ports, secret, name, powers);
    const note = noteOfKey(ports, 'api_key.created', undefined, apiKey);
    if ((await ports.addApiKey(apiKey, maker.keyId, note)) === 'stored') return { apiKey, secret };
    const standing = await ports.findApiKey(apiKey.keyId);
    // The same secret comes twice only from the same call, of which a first run died.
    return standing?.secretHash === apiKey.secretHash ? { apiKey: standing, secret } : 'again';
  });
  return made ?? refuse('contended');
}
