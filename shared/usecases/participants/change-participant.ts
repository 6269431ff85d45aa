import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Identity, Participant, ParticipantFields, Policy } from '../../domain/participant.ts';
import { identify, type PersonInput } from '../fraud/identify.ts';
import type { Hasher } from '../system.ts';

/** What can be changed of a participant, as it is stored. */
export interface ParticipantChange extends Identity {
  readonly name?: string | undefined;
  readonly status?: Participant['status'] | undefined;
  readonly fields?: ParticipantFields | undefined;
}

export interface ChangeParticipantPorts {
  changeParticipant(
    programId: string,
    userId: string,
    change: ParticipantChange & { policy?: Policy | undefined },
  ): Promise<Participant | undefined>;
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
  ports: ChangeParticipantPorts & Hasher,
  programId: string,
  userId: string,
  input: ParticipantInput,
): Promise<Participant | Refusal> {
  const changed = await ports.changeParticipant(programId, userId, changeOf(ports, input));
  return changed ?? refuse('participant_not_found');
}

/** Takes a participant out of the program: they earn nothing and invite nobody from then on. Nothing is deleted. */
export async function deactivateParticipant(
  ports: ChangeParticipantPorts,
  programId: string,
  userId: string,
): Promise<Participant | Refusal> {
  const changed = await ports.changeParticipant(programId, userId, { status: 'inactive' });
  return changed ?? refuse('participant_not_found');
}

/** What is stored of an input: of what they are recognised by, keyed hashes. */
export function changeOf(ports: Pick<Hasher, 'lasting'>, input: ParticipantInput): ParticipantChange {
  const { name, status, fields, ...person } = input;
  return { name, status, fields, ...identify(ports, person) };
}

export function changesNothing(change: ParticipantChange): boolean {
  return Object.values(change).every((value) => value === undefined);
}
