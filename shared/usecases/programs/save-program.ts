import { type Refusal, refuse } from '../../contract/problems.ts';
import { checkProgram } from '../../domain/programs/check-program.ts';
import { defaultSettings } from '../../domain/programs/default-program.ts';
import type { Finding } from '../../domain/programs/finding.ts';
import type { Program, ProgramSettings } from '../../domain/programs/program.ts';
import { whileContended } from '../retry.ts';
import { isoTime, type System } from '../system.ts';

export interface SaveProgramPorts extends System {
  findProgram(programId: string): Promise<Program | undefined>;
  saveProgram(program: Program): Promise<'saved' | 'conflict' | 'contended'>;
}

export type Changes = { readonly [Name in keyof ProgramSettings]?: ProgramSettings[Name] | undefined };

export type NewProgram = Changes & {
  readonly programId: string;
  readonly name: string;
  readonly destination: string;
};

/** A program as it was stored, with what of it is surely not meant. */
export interface SavedProgram {
  readonly program: Program;
  readonly warnings: readonly Finding[];
}

/**
 * Creates a program. What is left out is as in the default program; links fall back to the destination.
 * Refuses with `invalid_request` and every field of it that could never work, or `program_exists`.
 */
export async function createProgram(
  ports: SaveProgramPorts,
  input: NewProgram,
): Promise<SavedProgram | Refusal> {
  const { programId, ...settings } = input;
  const now = isoTime(ports.now());
  const program: Program = {
    programId,
    ...overlay(defaultSettings(input.name, input.destination), settings),
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  return checkAndSave(ports, program, refuse('program_exists'));
}

/**
 * Makes the next version of a program. Refuses with `program_not_found`, `version_conflict` if another version is
 * current than expected or another change came first, or as `createProgram` does.
 */
export async function updateProgram(
  ports: SaveProgramPorts,
  programId: string,
  changes: Changes,
  expectedVersion: number | undefined,
): Promise<SavedProgram | Refusal> {
  const current = await ports.findProgram(programId);
  if (current === undefined) return refuse('program_not_found');
  if (expectedVersion !== undefined && expectedVersion !== current.version) return conflict(current);
  const next: Program = {
    ...overlay(current, changes),
    version: current.version + 1,
    updatedAt: isoTime(ports.now()),
  };
  return checkAndSave(ports, next, conflict(current));
}

/** An answer that names more would help nobody. */
const mostErrors = 100;

/** @param otherwise the refusal where another program has taken the place */
async function checkAndSave(
  ports: SaveProgramPorts,
  program: Program,
  otherwise: Refusal,
): Promise<SavedProgram | Refusal> {
  const { errors, warnings } = checkProgram(program);
  if (errors.length > 0) return refuse('invalid_request', { errors: errors.slice(0, mostErrors) });
  const result = await whileContended(async () => {
    const attempt = await ports.saveProgram(program);
    return attempt === 'contended' ? 'again' : attempt;
  });
  if (result === undefined) return refuse('contended');
  return result === 'saved' ? { program, warnings } : otherwise;
}

function overlay<Settings extends ProgramSettings>(base: Settings, changes: Changes): Settings {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(given) };
}

function conflict(current: Program): Refusal {
  return refuse('version_conflict', { extra: { version: current.version } });
}
