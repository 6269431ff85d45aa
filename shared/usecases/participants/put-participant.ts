import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Link } from '../../domain/links/link.ts';
import { mayInvite, type Participant } from '../../domain/participant.ts';
import { isFirstUse, type Program } from '../../domain/programs/program.ts';
import type { IdentifyPorts } from '../fraud/identify.ts';
import { type DescribeLinkPorts, describeLink } from '../links/create-link.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import {
  type ChangeParticipantPorts,
  changeOf,
  changeRead,
  type ParticipantInput,
} from './change-participant.ts';

export interface PutParticipantPorts extends DescribeLinkPorts, IdentifyPorts, ChangeParticipantPorts {
  findProgram(programId: string): Promise<Program | undefined>;
  createParticipant(participant: Participant, marksProgram: boolean): Promise<'created' | 'exists' | 'again'>;
  createLink(
    link: Link,
    participant: { create: Participant; marksProgram: boolean } | { existing: true },
    linkLimit: number,
  ): Promise<'created' | 'code_taken' | 'limit_or_participant_changed' | 'conflict'>;
}

/**
 * Registers a participant, or changes what is given of one. Whoever may invite and has no link yet gets their first
 * one with it: doing it again, or at the same moment, gives no second.
 */
export async function putParticipant(
  ports: PutParticipantPorts,
  programId: string,
  userId: string,
  input: ParticipantInput,
): Promise<Participant | Refusal> {
  const result = await whileContended(async () => {
    const program = await ports.findProgram(programId);
    if (program === undefined) return refuse('program_not_found');
    const standing = await ports.findParticipant(programId, userId);
    return standing === undefined
      ? register(ports, program, userId, input)
      : change(ports, program, standing, input);
  });
  return result ?? refuse('contended');
}

async function register(
  ports: PutParticipantPorts,
  program: Program,
  userId: string,
  input: ParticipantInput,
): Promise<Participant | 'again'> {
  const { name, status = 'active', fields, ...identity } = await changeOf(ports, input);
  const participant: Participant = {
    programId: program.programId,
    userId,
    status,
    ...(name !== undefined && { name }),
    ...identity,
    ...(fields !== undefined && { fields }),
    links: 0,
    createdAt: isoTime(ports.now()),
  };
  const marksProgram = isFirstUse(program);
  if (!mayInvite(participant)) {
    const made = await ports.createParticipant(participant, marksProgram);
    return made === 'created' ? participant : 'again';
  }
  const link = { ...(await describeLink(ports, program, userId)), createdAt: participant.createdAt };
  const result = await ports.createLink(link, { create: participant, marksProgram }, program.linkLimit);
  return result === 'created' ? { ...participant, links: 1, code: link.code } : 'again';
}

async function change(
  ports: PutParticipantPorts,
  program: Program,
  standing: Participant,
  input: ParticipantInput,
): Promise<Participant | 'again'> {
  const participant = await changeRead(ports, standing, await changeOf(ports, input));
  if (participant === 'again') return 'again';
  if (participant.links > 0 || !mayInvite(participant)) return participant;
  const link = await describeLink(ports, program, participant.userId);
  // With a limit of one, the first link is made once however many ask for it.
  const result = await ports.createLink(link, { existing: true }, 1);
  return result === 'created' ? { ...participant, links: 1, code: link.code } : 'again';
}
