import { type FieldError, type Refusal, refuse } from '../../contract/problems.ts';
import { isAllowedDestination } from '../../domain/links/destination.ts';
import { currencyExponent } from '../../domain/money/currencies.ts';
import { defaultSettings } from '../../domain/programs/default-program.ts';
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

/** Creates a program. What is left out is as in the default program; links fall back to the destination. */
export async function createProgram(ports: SaveProgramPorts, input: NewProgram): Promise<Program | Refusal> {
  const { programId, ...settings } = input;
  const now = isoTime(ports.now());
  const program: Program = {
    programId,
    ...overlay(defaultSettings(input.name, input.destination), settings),
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const refusal = checkProgram(program);
  if (refusal !== undefined) return refusal;
  return save(ports, program, refuse('program_exists'));
}

/** Makes the next version of a program. */
export async function updateProgram(
  ports: SaveProgramPorts,
  programId: string,
  changes: Changes,
  expectedVersion: number | undefined,
): Promise<Program | Refusal> {
  const current = await ports.findProgram(programId);
  if (current === undefined) return refuse('program_not_found');
  if (expectedVersion !== undefined && expectedVersion !== current.version) return conflict(current);
  const next: Program = {
    ...overlay(current, changes),
    version: current.version + 1,
    updatedAt: isoTime(ports.now()),
  };
  const refusal = checkProgram(next);
  if (refusal !== undefined) return refusal;
  return save(ports, next, conflict(current));
}

/** @param otherwise the refusal where another program has taken the place */
async function save(
  ports: SaveProgramPorts,
  program: Program,
  otherwise: Refusal,
): Promise<Program | Refusal> {
  const result = await whileContended(async () => {
    const attempt = await ports.saveProgram(program);
    return attempt === 'contended' ? 'again' : attempt;
  });
  if (result === undefined) return refuse('contended');
  return result === 'saved' ? program : otherwise;
}

function overlay<Settings extends ProgramSettings>(base: Settings, changes: Changes): Settings {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(given) };
}

function conflict(current: Program): Refusal {
  return refuse('version_conflict', { extra: { version: current.version } });
}

function checkProgram(program: Program): Refusal | undefined {
  const errors: FieldError[] = [];
  program.rules.forEach((rule, index) => {
    if (rule.amount.type === 'flat' && currencyExponent(rule.amount.currency) === undefined) {
      errors.push({ field: `rules.${index}.amount.currency`, message: 'is not a currency of ISO 4217' });
    }
  });
  if (!isAllowedDestination(program.destination, program.destinationHosts)) {
    errors.push({ field: 'destination', message: 'must lead to one of destinationHosts' });
  }
  return errors.length > 0 ? refuse('invalid_request', { errors }) : undefined;
}
