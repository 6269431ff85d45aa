import { type Refusal, refuse } from '../../contract/problems.ts';

export interface FindProgramPort {
  findProgram(programId: string): Promise<object | undefined>;
}

/** Refuses ids of programs of which there are none, naming the first. A read for each. */
export async function refuseUnknown(
  { findProgram }: FindProgramPort,
  programIds: readonly string[] = [],
): Promise<Refusal | undefined> {
  const found = await Promise.all(programIds.map((programId) => findProgram(programId)));
  const unknown = programIds.find((_, index) => found[index] === undefined);
  return unknown === undefined ? undefined : refuse('program_not_found', { detail: unknown });
}
