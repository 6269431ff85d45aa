import { type AuditEntry, auditIdOf, type Operator } from '../../domain/audit.ts';
import { isoTime, type System } from '../system.ts';

/** On whose word a use case acts. Without an operator nothing is noted: it is the system itself, or a user's own doing. */
export interface NoteChangePorts extends Pick<System, 'now' | 'ulid' | 'isRepeat'> {
  readonly operator?: Operator | undefined;
}

/** What the audit log says of a change, beyond who made it. It is of now, unless it says when. */
export type Change = Omit<AuditEntry, 'auditId' | 'actor' | 'requestId' | 'at'> &
  Partial<Pick<AuditEntry, 'at'>>;

/** The entry of the audit log that is to be written with a change, in its transaction; undefined where none is due. */
export function noteChange(ports: NoteChangePorts, change: Change): AuditEntry | undefined {
  return ports.operator && describeChange(ports, ports.operator, change);
}

export interface NoteAskedPorts extends NoteChangePorts {
  /** Adds an entry, unless it is there. */
  addAudit(entry: AuditEntry): Promise<unknown>;
}

/**
 * Notes what an operator asks of a queue, which shares no transaction with the table. It is noted before the queue is
 * told, so that nothing is done without its entry. Who dies in between has not answered: the same is asked for again,
 * and under an idempotency key it has the same entry.
 */
export async function noteAsked(ports: NoteAskedPorts, change: Change): Promise<void> {
  const entry = noteChange(ports, change);
  if (entry !== undefined) await ports.addAudit(entry);
}

/** What the audit log says of an operator's change. */
export function describeChange(
  ports: Pick<System, 'now' | 'ulid'>,
  { keyId, requestId }: Operator,
  change: Change,
): AuditEntry {
  const at = ports.now();
  return {
    auditId: auditIdOf(ports.ulid(at)),
    at: isoTime(at),
    ...change,
    actor: { type: 'api_key', id: keyId },
    requestId,
  };
}
