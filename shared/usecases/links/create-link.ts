import { type Refusal, refuse } from '../../contract/problems.ts';
import { canonicalCode, drawCode } from '../../domain/links/code.ts';
import { isAsWished, type Link, type LinkWishes } from '../../domain/links/link.ts';
import { mayInvite, type Participant } from '../../domain/participant.ts';
import { isFirstUse, type Program } from '../../domain/programs/program.ts';
import { whileContended } from '../retry.ts';
import { isoTime, type System } from '../system.ts';
import { refuseForeign } from './refuse-foreign.ts';

export interface DescribeLinkPorts extends System {
  /** Whether a word could give offence. */
  isProfane(word: string): boolean;
}

export interface CreateLinkPorts extends DescribeLinkPorts {
  findLink(code: string): Promise<Link | undefined>;
  findProgram(programId: string): Promise<Program | undefined>;
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  createLink(
    link: Link,
    participant: { create: Participant; marksProgram: boolean } | { existing: true },
    linkLimit: number,
  ): Promise<'created' | 'code_taken' | 'limit_or_participant_changed' | 'conflict'>;
}

export interface NewLink extends LinkWishes {
  /** A vanity code; drawn if absent. */
  readonly code?: string | undefined;
  readonly programId: string;
  readonly userId: string;
  /** Whether somebody unknown becomes a participant with this. */
  readonly createParticipant: boolean;
}

/**
 * Makes a link for a participant. Asked again for a vanity code of theirs it answers with the link that is there,
 * unless that one is another than the wishes say.
 */
export async function createLink(ports: CreateLinkPorts, input: NewLink): Promise<Link | Refusal> {
  const result = await whileContended(() => attempt(ports, input));
  return result ?? refuse('contended');
}

function checkWishes(ports: CreateLinkPorts, input: NewLink, program: Program): Refusal | undefined {
  const foreign = refuseForeign(input, program.destinationHosts);
  if (foreign !== undefined) return foreign;
  if (input.code !== undefined && ports.isProfane(input.code)) {
    return refuse('code_not_allowed', { errors: [{ field: 'code', message: 'could give offence' }] });
  }
  return undefined;
}

async function attempt(ports: CreateLinkPorts, input: NewLink): Promise<Link | Refusal | 'again'> {
  const { programId, userId } = input;
  const program = await ports.findProgram(programId);
  if (program === undefined) return refuse('program_not_found', { detail: `programId: ${programId}` });
  const refusal = checkWishes(ports, input, program);
  if (refusal !== undefined) return refusal;
  const standing = input.code === undefined ? undefined : await ports.findLink(canonicalCode(input.code));
  if (standing !== undefined) return standingLink(standing, input);
  const participant = await ports.findParticipant(programId, userId);
  if (participant === undefined && !input.createParticipant) return refuse('participant_not_found');
  if (participant !== undefined && !mayInvite(participant)) return refuse('inviting_not_allowed');
  if (participant !== undefined && participant.links >= program.linkLimit) return limitReached(program);
  const link = describeLink(ports, program, userId, input);
  const owner =
    participant === undefined
      ? {
          create: { programId, userId, status: 'active', links: 0, createdAt: link.createdAt } as const,
          marksProgram: isFirstUse(program),
        }
      : ({ existing: true } as const);
  const result = await ports.createLink(link, owner, program.linkLimit);
  return result === 'created' ? link : 'again';
}

/** The link that has the wished code, if it is what is wished for. */
function standingLink(link: Link, input: NewLink): Link | Refusal {
  const isTheirs = link.programId === input.programId && link.userId === input.userId;
  if (isTheirs && isAsWished(link, input)) return link;
  const message = isTheirs
    ? 'is a link of theirs with other settings: change that one'
    : 'belongs to somebody';
  return refuse('code_taken', { errors: [{ field: 'code', message }] });
}

function limitReached(program: Program): Refusal {
  return refuse('link_limit_reached', {
    detail: `The program allows ${program.linkLimit} links a participant`,
  });
}

/** A new link of a user, with a drawn code and the program's destination unless others are wished for. */
export function describeLink(
  ports: DescribeLinkPorts,
  program: Program,
  userId: string,
  wishes: LinkWishes & Pick<NewLink, 'code'> = {},
): Link {
  return {
    code: wishes.code === undefined ? drawInoffensiveCode(ports) : canonicalCode(wishes.code),
    programId: program.programId,
    userId,
    destination: wishes.destination ?? program.destination,
    status: 'active',
    ...(wishes.expiresAt !== undefined && { expiresAt: wishes.expiresAt }),
    ...(wishes.clickCap !== undefined && { clickCap: wishes.clickCap }),
    ...(wishes.apps !== undefined && { apps: wishes.apps }),
    createdAt: isoTime(ports.now()),
  };
}

function drawInoffensiveCode(ports: DescribeLinkPorts): string {
  let code = drawCode(ports.random);
  while (ports.isProfane(code)) code = drawCode(ports.random);
  return code;
}
