import { type Refusal, refuse } from '../../contract/problems.ts';
import {
  ageOf,
  type SigningKey,
  type SigningKeys,
  shownKeys,
  waitingKey,
  withNextKey,
  withOnlyKey,
} from '../../domain/access/signing-keys.ts';
import { type AuditEntry, auditIdOf, type Operator, wholeDeployment } from '../../domain/audit.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import type { SigningKeyPorts } from './make-signing-key.ts';

export interface RotateSigningKeysPorts extends Omit<SigningKeyPorts, 'ulid'> {
  readonly operator: Operator | undefined;
  /** Adds an entry to the audit log, unless it is there. */
  addAudit(entry: AuditEntry): Promise<unknown>;
}

/** What is asked for. */
export interface Rotation {
  /** The id of the new key, a ULID in lower case: the same where the same request is worked out again. */
  readonly kid: string;
  readonly withdraw: boolean;
  /** Where the newest key is younger, nothing is changed. @default - its age does not matter */
  readonly unlessYoungerThanMs?: number;
}

/**
 * Makes the key that signs next, and leaves it at that where one waits already: repeats and races end at one. To
 * withdraw is for a key that others may have: a new one signs at once, alone, and every token from before ends.
 *
 * A rotation and its entry of the audit log cannot be one write. The key itself says on whose word it was made, and an
 * entry's id is its key's: what a run that died left unsaid, the next one says.
 */
export async function rotateSigningKeys(
  ports: RotateSigningKeysPorts,
  { kid, withdraw, unlessYoungerThanMs = 0 }: Rotation,
): Promise<SigningKeys | Refusal> {
  const keys = await whileContended(async () => {
    const { keys: before, version } = await ports.readSigningKeys();
    await noteRotations(ports, before);
    const at = ports.now();
    const isDone = before.some((key) => key.kid === kid);
    const isEarly = waitingKey(before, at) !== undefined || ageOf(before, at) < unlessYoungerThanMs;
    if (isDone || (isEarly && !withdraw)) return before;
    const withdrew = withdraw ? shownKeys(before, at).map((key) => key.kid) : [];
    const key = {
      kid,
      createdAt: at,
      jwk: await ports.generateSigningJwk(),
      ...(ports.operator && { rotation: { operator: ports.operator, withdrew } }),
    };
    const after = withdraw ? withOnlyKey(key, at) : withNextKey(before, key, at);
    return (await ports.replaceSigningKeys(after, version)) === 'replaced' ? after : 'again';
  });
  if (keys === undefined) return refuse('contended');
  await noteRotations(ports, keys);
  return keys;
}

async function noteRotations({ addAudit }: RotateSigningKeysPorts, keys: SigningKeys): Promise<void> {
  for (const key of keys) {
    const entry = entryOf(key);
    if (entry !== undefined) await addAudit(entry);
  }
}

function entryOf({ kid, createdAt, signsFrom, rotation }: SigningKey): AuditEntry | undefined {
  return (
    rotation && {
      auditId: auditIdOf(kid),
      programId: wholeDeployment,
      actor: { type: 'api_key', id: rotation.operator.keyId },
      action: 'signing_key.rotated',
      target: { type: 'signing_key', id: kid },
      before: rotation.withdrew.length === 0 ? null : { withdrawn: rotation.withdrew },
      after: { signsFrom: isoTime(signsFrom) },
      requestId: rotation.operator.requestId,
      at: isoTime(createdAt),
    }
  );
}
