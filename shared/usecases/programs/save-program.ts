import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import { type AuditEntry, differences } from '../../domain/audit.ts';
import { mergePatch } from '../../domain/merge-patch.ts';
import { checkProgram } from '../../domain/programs/check-program.ts';
import { defaultSettings } from '../../domain/programs/default-program.ts';
import type { Finding } from '../../domain/programs/finding.ts';
import type { Program, ProgramSettings } from '../../domain/programs/program.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { whileContended } from '../retry.ts';
import { isoTime, type System } from '../system.ts';

export interface SaveProgramPorts extends System, NoteChangePorts {
  findProgram(programId: string): Promise<Program | undefined>;
  saveProgram(program: Program, note?: AuditEntry): Promise<'saved' | 'conflict' | 'contended'>;
}

export type SomeSettings = { readonly [Name in keyof ProgramSettings]?: ProgramSettings[Name] | undefined };

export interface UpdateProgramPorts extends SaveProgramPorts {
  /** Settings as they come with their defaults, or a refusal with every field that does not go with another. */
  completeSettings(merged: SettingsPatch): SomeSettings | Refusal;
}

/** A JSON merge patch of settings, each value of which is of the form that it may have. */
export type SettingsPatch = { readonly [Name in keyof ProgramSettings]?: unknown };

export type NewProgram = SomeSettings & {
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
  const made = ports.isRepeat ? await ports.findProgram(programId) : undefined;
  if (made?.createdAt === now) return { program: made, warnings: checkProgram(made).warnings };
  const program: Program = {
    programId,
    ...overlay(defaultSettings(input.name, input.destination), settings),
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  return checkAndSave(ports, program, undefined, refuse('program_exists'));
}

/**
 * Makes the next version of a program by merging a patch into what stands. Refuses with `program_not_found`,
 * `version_conflict` if another version is current than expected or another change came first, or as `createProgram` does.
 */
export async function updateProgram(
  ports: UpdateProgramPorts,
  programId: string,
  patch: SettingsPatch,
  expectedVersion: number | undefined,
): Promise<SavedProgram | Refusal> {
  const current = await ports.findProgram(programId);
  if (current === undefined) return refuse('program_not_found');
  if (expectedVersion !== undefined && expectedVersion !== current.version) return conflict(current);
  const settings = mergeSettings(ports, current, patch);
  if (isRefusal(settings)) return settings;
  const next: Program = {
    ...settings,
    version: current.version + 1,
    updatedAt: isoTime(ports.now()),
  };
  return checkAndSave(ports, next, current, conflict(current));
}

/** An answer that names more would help nobody. */
const mostErrors = 100;

/** @param otherwise the refusal where another program has taken the place */
async function checkAndSave(
  ports: SaveProgramPorts,
  program: Program,
  before: Program | undefined,
  otherwise: Refusal,
): Promise<SavedProgram | Refusal> {
  const { errors, warnings } = checkProgram(program);
  if (errors.length > 0) return refuse('invalid_request', { errors: errors.slice(0, mostErrors) });
  const note = noteSaving(ports, program, before);
  const result = await whileContended(async () => {
    const attempt = await ports.saveProgram(program, note);
    return attempt === 'contended' ? 'again' : attempt;
  });
  if (result === undefined) return refuse('contended');
  return result === 'saved' ? { program, warnings } : otherwise;
}

/** All that a program says would not fit: its versions are kept, and the entry names what changed between which. */
function noteSaving(
  ports: SaveProgramPorts,
  program: Program,
  before: Program | undefined,
): AuditEntry | undefined {
  const { programId, version, name } = program;
  const target = { type: 'program', id: programId } as const;
  if (before === undefined) {
    const after = { version, name };
    return noteChange(ports, { programId, action: 'program.created', target, before: null, after });
  }
  const changed = differences(noted(before), noted(program));
  return noteChange(ports, { programId, action: 'program.changed', target, ...changed });
}

const noted = ({ version, updatedAt: _, ...rest }: Program) => ({ version, ...rest });

/** What a patch does not name stays as it is, to the letter: only what it names is checked for its form again. */
function mergeSettings(ports: UpdateProgramPorts, current: Program, patch: SettingsPatch): Program | Refusal {
  const entries = Object.entries(current);
  const named = entries.filter(([name]) => Object.hasOwn(patch, name));
  const settings = ports.completeSettings(mergePatch(Object.fromEntries(named), patch) as SettingsPatch);
  if (isRefusal(settings)) return settings;
  const unnamed = entries.filter(([name]) => !Object.hasOwn(patch, name));
  return { fallbackUrl: null, ...Object.fromEntries(unnamed), ...settings } as Program;
}

function overlay<Settings extends ProgramSettings>(base: Settings, changes: SomeSettings): Settings {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(given) };
}

function conflict(current: Program): Refusal {
  return refuse('version_conflict', { extra: { version: current.version } });
}
