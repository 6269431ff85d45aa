import { type Refusal, refuse } from '../../contract/problems.ts';
import { type AuditAction, type AuditEntry, differences } from '../../domain/audit.ts';
import { deactivatedByHand } from '../../domain/fraud/ban.ts';
import type { Identity, Participant, ParticipantFields, Policy } from '../../domain/participant.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { type IdentifyPorts, identify, type PersonInput } from '../fraud/identify.ts';
import { whileContended } from '../retry.ts';

/** What can be changed of a participant, as it is stored. */
export interface ParticipantChange extends Identity {
  readonly name?: string | undefined;
  readonly status?: Participant['status'] | undefined;
  readonly fields?: ParticipantFields | undefined;
  /** In place of the whole policy that there is. */
  readonly policy?: Policy | undefined;
}

export interface ChangeParticipantPorts extends NoteChangePorts {
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  /** Changes somebody, if what is to be another is still as it was read. */
  changeParticipant(
    read: Participant,
    change: ParticipantChange,
    note?: AuditEntry,
  ): Promise<'changed' | 'again'>;
}

/** What a caller gives of a participant. */
export interface ParticipantInput extends PersonInput {
  readonly name?: string | undefined;
  readonly status?: Participant['status'] | undefined;
  /** In place of all fields that there are. */
  readonly fields?: ParticipantFields | undefined;
}

/** Changes what is given of a participant who is there. */
export async function changeParticipant(
  ports: ChangeParticipantPorts & IdentifyPorts,
  programId: string,
  userId: string,
  input: ParticipantInput,
): Promise<Participant | Refusal> {
  return changeKnown(ports, programId, userId, await changeOf(ports, input));
}

/** Takes a participant out of the program: they earn nothing and invite nobody from then on. Nothing is deleted. */
export function deactivateParticipant(
  ports: ChangeParticipantPorts,
  programId: string,
  userId: string,
): Promise<Participant | Refusal> {
  return changeKnown(ports, programId, userId, { status: 'inactive' });
}

/** What is stored of an input: of what they are recognised by, keyed hashes. */
export async function changeOf(
  ports: IdentifyPorts,
  input: ParticipantInput,
): Promise<Omit<ParticipantChange, 'policy'>> {
  const { name, status, fields, ...person } = input;
  return { name, status, fields, ...(await identify(ports, person)) };
}

/** Makes a change of a participant, if there is one. */
export async function changeKnown(
  ports: ChangeParticipantPorts,
  programId: string,
  userId: string,
  change: ParticipantChange,
): Promise<Participant | Refusal> {
  const result = await whileContended(async () => {
    const read = await ports.findParticipant(programId, userId);
    return read === undefined ? refuse('participant_not_found') : changeRead(ports, read, change);
  });
  return result ?? refuse('contended');
}

/** Makes a change of a participant as they were read, and notes it. What is so already is not written. */
export async function changeRead(
  ports: ChangeParticipantPorts,
  read: Participant,
  change: ParticipantChange,
): Promise<Participant | 'again'> {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const byHand = change.status === 'inactive' ? deactivatedByHand(read) : {};
  const next: Participant = { ...read, ...given, ...byHand };
  const names = Object.keys(differences(read, next).after);
  if (names.length === 0) return read;
  const changed = Object.fromEntries(names.map((name) => [name, next[name as keyof Participant]]));
  const result = await ports.changeParticipant(read, changed, describeChange(ports, read, next, names));
  return result === 'changed' ? next : 'again';
}

/** Their names, their e-mail addresses and what the customer knows of them are nobody's business in years to come. */
const impersonal = ['status', 'ban', 'policy'];

function describeChange(
  ports: ChangeParticipantPorts,
  read: Participant,
  next: Participant,
  names: readonly string[],
): AuditEntry | undefined {
  const { programId, userId } = read;
  return noteChange(ports, {
    programId,
    action: actionOf(read, next, names),
    target: { type: 'participant', id: userId, userId },
    ...differences(
      read,
      next,
      names.filter((name) => !impersonal.includes(name)),
    ),
  });
}

function actionOf(read: Participant, next: Participant, names: readonly string[]): AuditAction {
  if (names.includes('policy')) return 'participant.policy_set';
  if (next.status === read.status && !names.includes('ban')) return 'participant.changed';
  return next.status === 'inactive' ? 'participant.deactivated' : 'participant.reactivated';
}
