import { type Refusal, refuse, refuseField } from '../../contract/problems.ts';
import { canonicalCode, drawCode } from '../../domain/links/code.ts';
import { isAsWished, isInUse, isOver, type Link, type LinkWishes } from '../../domain/links/link.ts';
import { mayInvite, type Participant } from '../../domain/participant.ts';
import { isFirstUse, type Program } from '../../domain/programs/program.ts';
import { whileContended } from '../retry.ts';
import { isoTime, type System } from '../system.ts';
import { refuseForeign } from './refuse-foreign.ts';

export interface DescribeLinkPorts extends System {
  /** Whether a word could give offence. */
  isProfane(word: string): Promise<boolean>;
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
 * unless that one is out of use, or another than the wishes say.
 */
export async function createLink(ports: CreateLinkPorts, input: NewLink): Promise<Link | Refusal> {
  let code = input.code === undefined ? await drawInoffensiveCode(ports) : canonicalCode(input.code);
  const result = await whileContended(async () => {
    const attempted = await attempt(ports, input, code);
    if (attempted !== 'taken') return attempted;
    // Another is drawn only where this one is somebody's, so that a repeat comes to the same.
    if (input.code === undefined) code = await drawInoffensiveCode(ports);
    return 'again';
  });
  return result ?? refuse('contended');
}

async function checkWishes(
  ports: CreateLinkPorts,
  input: NewLink,
  program: Program,
): Promise<Refusal | undefined> {
  if (isOver(input.expiresAt, ports.now())) {
    return refuseField('expiresAt', 'must be in the future');
  }
  const foreign = refuseForeign(input, program.destinationHosts);
  if (foreign !== undefined) return foreign;
  if (input.code !== undefined && (await ports.isProfane(input.code))) {
    return refuse('code_not_allowed', { errors: [{ field: 'code', message: 'could give offence' }] });
  }
  return undefined;
}

async function attempt(
  ports: CreateLinkPorts,
  input: NewLink,
  code: string,
): Promise<Link | Refusal | 'again' | 'taken'> {
  const { programId, userId } = input;
  const program = await ports.findProgram(programId);
  if (program === undefined) return refuse('program_not_found', { detail: `programId: ${programId}` });
  const refusal = await checkWishes(ports, input, program);
  if (refusal !== undefined) return refusal;
  const mayStand = input.code !== undefined || ports.isRepeat === true;
  const standing = mayStand ? await ports.findLink(code) : undefined;
  if (standing !== undefined && isOwn(ports, standing, input)) return standing;
  if (standing !== undefined)
    return input.code === undefined ? 'taken' : standingLink(ports, standing, input);
  const participant = await ports.findParticipant(programId, userId);
  if (participant === undefined && !input.createParticipant) return refuse('participant_not_found');
  if (participant !== undefined && !mayInvite(participant)) return refuse('inviting_not_allowed');
  if (participant !== undefined && participant.links >= program.linkLimit) return limitReached(program);
  const link = await describeLink(ports, program, userId, { ...input, code });
  const owner =
    participant === undefined
      ? {
          create: { programId, userId, status: 'active', links: 0, createdAt: link.createdAt } as const,
          marksProgram: isFirstUse(program),
        }
      : ({ existing: true } as const);
  const result = await ports.createLink(link, owner, program.linkLimit);
  if (result === 'created') return link;
  return result === 'code_taken' ? 'taken' : 'again';
}

/** Whether a link is what this very call has made, before it died. */
function isOwn(ports: CreateLinkPorts, link: Link, { programId, userId }: NewLink): boolean {
  const isTheirs = link.programId === programId && link.userId === userId;
  return ports.isRepeat === true && isTheirs && link.createdAt === isoTime(ports.now());
}

/** The link that has the wished code, if it is what is wished for. */
function standingLink({ now }: CreateLinkPorts, link: Link, input: NewLink): Link | Refusal {
  const isTheirs = link.programId === input.programId && link.userId === input.userId;
  if (isTheirs && !isInUse(link, now())) {
    return refuse('code_inactive', {
      errors: [{ field: 'code', message: 'is of a link of theirs that is out of use: change that one' }],
    });
  }
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
export async function describeLink(
  ports: DescribeLinkPorts,
  program: Program,
  userId: string,
  wishes: LinkWishes & Pick<NewLink, 'code'> = {},
): Promise<Link> {
  return {
    code: wishes.code === undefined ? await drawInoffensiveCode(ports) : canonicalCode(wishes.code),
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

async function drawInoffensiveCode(ports: DescribeLinkPorts): Promise<string> {
  let code = drawCode(ports.random);
  while (await ports.isProfane(code)) code = drawCode(ports.random);
  return code;
}
