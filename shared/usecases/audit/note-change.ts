import { type AuditEntry, auditIdOf, type Operator } from '../../domain/audit.ts';
import { isoTime, type System } from '../system.ts';

/** On whose word a use case acts. Without an operator nothing is noted: it is the system itself, or a user's own doing. */
export interface NoteChangePorts extends Pick<System, 'now' | 'ulid'> {
  readonly operator?: Operator | undefined;
}

/** What the audit log says of a change, beyond who made it. It is of now, unless it says when. */
export type Change = Omit<AuditEntry, 'auditId' | 'actor' | 'requestId' | 'at'> &
  Partial<Pick<AuditEntry, 'at'>>;

/** The entry of the audit log that is to be written with a change, in its transaction; undefined where none is due. */
export function noteChange(ports: NoteChangePorts, change: Change): AuditEntry | undefined {
  return ports.operator && describeChange(ports, ports.operator, change);
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
