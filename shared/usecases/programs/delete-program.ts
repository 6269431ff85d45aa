import { type Refusal, refuse } from '../../contract/problems.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import { defaultProgramId, type Program } from '../../domain/programs/program.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';

export interface DeleteProgramPorts extends NoteChangePorts {
  findProgram(programId: string): Promise<Program | undefined>;
  /** Takes a version out of use, if it is the current one and nobody takes part. @param at ISO 8601 */
  archiveProgram(
    program: Program,
    at: string,
    note?: AuditEntry,
  ): Promise<'archived' | 'conflict' | 'contended'>;
}

/**
 * Takes a program out of use that nobody has ever taken part in; its versions stay, and its id is never given again.
 * Refuses with `program_in_use` where there are participants, and for the default program, on which the front door
 * works; with `version_conflict` where the program was changed meanwhile, or somebody began to take part. Whoever takes
 * part first marks the program in the transaction that makes them: it and a deletion exclude each other.
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
  if (program.inUse) {
    return refuse('program_in_use', {
      detail: 'It has participants, whose links lead on and who may be owed',
    });
  }
  const note = noteChange(ports, {
    programId,
    action: 'program.deleted',
    target: { type: 'program', id: programId },
    before: { version: program.version, name: program.name },
    after: null,
  });
  const outcome = await whileContended(async () => {
    const attempt = await ports.archiveProgram(program, isoTime(ports.now()), note);
    return attempt === 'contended' ? 'again' : attempt;
  });
  if (outcome === undefined) return refuse('contended');
  return outcome === 'archived' ? { program } : refuse('version_conflict');
}
