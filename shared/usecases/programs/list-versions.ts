import { type Refusal, refuse } from '../../contract/problems.ts';
import type { PageRequest } from '../../domain/page.ts';
import type { Program } from '../../domain/programs/program.ts';

export interface ListVersionsPorts {
  findProgram(programId: string): Promise<Program | undefined>;
  listVersions(programId: string, limit: number, before: number): Promise<readonly Program[]>;
}

/** The versions of a program, newest first. The cursor is the version that the next page stays below. */
export async function listVersions(
  ports: ListVersionsPorts,
  programId: string,
  page: PageRequest,
): Promise<{ versions: readonly Program[]; nextCursor?: string } | Refusal> {
  if (page.cursor !== undefined && !/^[1-9]\d{0,5}$/.test(page.cursor)) return refuse('invalid_cursor');
  const current = await ports.findProgram(programId);
  if (current === undefined) return refuse('program_not_found');
  const before = page.cursor === undefined ? current.version + 1 : Number(page.cursor);
  const versions = before < 2 ? [] : await ports.listVersions(programId, page.limit, before);
  const last = versions.at(-1);
  return { versions, ...(last !== undefined && last.version > 1 && { nextCursor: String(last.version) }) };
}
