import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import {
  type ApiKey,
  covers,
  isKeyWithin,
  type KeyPowers,
  statusOfKey,
} from '../../domain/access/api-key.ts';
import {
  type AuditAction,
  type AuditEntry,
  differences,
  type Operator,
  wholeDeployment,
} from '../../domain/audit.ts';
import { describeChange } from '../audit/note-change.ts';
import { whileContended } from '../retry.ts';
import { isoTime, type System } from '../system.ts';

export interface ManageApiKeyPorts extends Pick<System, 'now' | 'ulid' | 'random'> {
  findApiKey(keyId: string): Promise<ApiKey | undefined>;
  /** Changes a key, if it and who changes it stand as they were read. */
  changeApiKey(
    before: ApiKey,
    after: ApiKey,
    changedBy: string,
    note: AuditEntry,
  ): Promise<'stored' | 'again'>;
  /** Whose key asks. */
  readonly operator: Operator;
}

type KeyAction = Extract<AuditAction, `api_key.${string}`>;

/** The key that asks, as it stands now: what the authorizer knows of it may be half a minute old. */
export async function findMaker({
  findApiKey,
  operator,
  now,
}: Pick<ManageApiKeyPorts, 'findApiKey' | 'operator' | 'now'>): Promise<ApiKey | Refusal> {
  const maker = await findApiKey(operator.keyId);
  if (maker === undefined) return refuse('invalid_key');
  const status = statusOfKey(maker, isoTime(now()));
  return status === 'active' ? maker : refuse(status === 'expired' ? 'expired_key' : 'revoked_key');
}

/** Refuses who would give, or take from, a key more than their own has. */
export function refuseBeyond(maker: ApiKey, powers: KeyPowers): Refusal | undefined {
  return covers(maker, powers)
    ? undefined
    : refuse('insufficient_scope', {
        detail: 'The key that asks has not all of these scopes, in all of these programs, for as long',
      });
}

/**
 * Changes another key, or one's own, by those who may do all that it may. Tries again what met another change.
 *
 * @param change what becomes of it; the same key: nothing
 */
export async function manageApiKey(
  ports: ManageApiKeyPorts,
  keyId: string,
  action: KeyAction,
  change: (apiKey: ApiKey) => ApiKey | Refusal,
): Promise<ApiKey | Refusal> {
  const outcome = await whileContended(async () => {
    const maker = await findMaker(ports);
    if (isRefusal(maker)) return maker;
    const before = await ports.findApiKey(keyId);
    if (before === undefined || !isKeyWithin({ programs: maker.programs ?? '*' }, before)) {
      return refuse('api_key_not_found');
    }
    const after = refuseBeyond(maker, before) ?? change(before);
    if (isRefusal(after) || after === before) return after;
    const note = noteOfKey(ports, action, before, after);
    return (await ports.changeApiKey(before, after, maker.keyId, note)) === 'stored' ? after : 'again';
  });
  return outcome ?? refuse('contended');
}

/** What the audit log says of a change of a key: never a hash. */
export function noteOfKey(
  ports: Pick<ManageApiKeyPorts, 'now' | 'ulid' | 'operator'>,
  action: KeyAction,
  before: ApiKey | undefined,
  after: ApiKey,
): AuditEntry {
  const changed = differences(before === undefined ? {} : told(before), told(after));
  return describeChange(ports, ports.operator, {
    programId: wholeDeployment,
    action,
    target: { type: 'api_key', id: after.keyId },
    before: before === undefined ? null : changed.before,
    after: changed.after,
  });
}

function told({ name, scopes, programs, expiresAt, rotatedAt, revokedAt, earlier }: ApiKey): object {
  return { name, scopes, programs, expiresAt, rotatedAt, revokedAt, earlierUntil: earlier?.at(-1)?.until };
}
