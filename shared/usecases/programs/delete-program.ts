import { type Refusal, refuse } from '../../contract/problems.ts';
import { defaultProgramId, type Program } from '../../domain/programs/program.ts';
import { isoTime, type System } from '../system.ts';

export interface DeleteProgramPorts extends Pick<System, 'now'> {
  findProgram(programId: string): Promise<Program | undefined>;
  hasParticipants(programId: string): Promise<boolean>;
  /** Takes a version out of use, if it is the current one. @param at ISO 8601 */
  archiveProgram(program: Program, at: string): Promise<'archived' | 'conflict'>;
}

/**
 * Takes a program out of use that nobody has ever taken part in; its versions stay, and its id is never given again.
 * Refuses with `program_in_use` where there are participants, and for the default program, on which the front door
 * works; with `version_conflict` where the program was changed meanwhile.
 */
export async function deleteProgram(
  ports: DeleteProgramPorts,
  programId: string,
): Promise<{ readonly program: Program } | Refusal> {
  const program = await ports.findProgram(programId);
  if (program === undefined) return refuse('program_not_found');
  if (programId === defaultProgramId) {
    return refuse('program_in_use', { detail: 'Routes without a programId work on it' });
  }
  if (await ports.hasParticipants(programId)) {
    return refuse('program_in_use', {
      detail: 'It has participants, whose links lead on and who may be owed',
    });
  }
  const outcome = await ports.archiveProgram(program, isoTime(ports.now()));
  return outcome === 'archived' ? { program } : refuse('version_conflict');
}
