import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Participant } from '../../domain/participant.ts';
import type { Program } from '../../domain/programs/program.ts';
import { normaliseEmail } from '../../domain/referrals/normalise-email.ts';
import { type Hasher, isoTime, type System } from '../system.ts';

export interface PutParticipantPorts extends System, Hasher {
  findProgram(programId: string): Promise<Program | undefined>;
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  createParticipant(participant: Participant): Promise<'created' | 'exists'>;
  changeParticipant(
    programId: string,
    userId: string,
    change: {
      name?: string | undefined;
      emailHash?: string | undefined;
      status?: Participant['status'] | undefined;
    },
  ): Promise<Participant>;
}

export interface ParticipantInput {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly status?: Participant['status'] | undefined;
}

/** Creates a participant, or changes what is given of one. */
export async function putParticipant(
  ports: PutParticipantPorts,
  programId: string,
  userId: string,
  input: ParticipantInput,
): Promise<Participant | Refusal> {
  if ((await ports.findProgram(programId)) === undefined) return refuse('program_not_found');
  const emailHash = input.email && ports.lasting('email', normaliseEmail(input.email));
  const participant: Participant = {
    programId,
    userId,
    status: input.status ?? 'active',
    ...(input.name !== undefined && { name: input.name }),
    ...(emailHash !== undefined && { emailHash }),
    links: 0,
    createdAt: isoTime(ports.now()),
  };
  if ((await ports.createParticipant(participant)) === 'created') return participant;
  const change = { name: input.name, status: input.status, emailHash };
  if (Object.values(change).every((value) => value === undefined)) {
    return (await ports.findParticipant(programId, userId)) ?? refuse('participant_not_found');
  }
  return ports.changeParticipant(programId, userId, change);
}
