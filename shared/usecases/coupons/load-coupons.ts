import { type Refusal, refuse } from '../../contract/problems.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import type { Program } from '../../domain/programs/program.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';

export interface LoadCouponsPorts extends NoteChangePorts {
  findProgram(programId: string): Promise<Program | undefined>;
  /** All of the codes, or none: then it says which were there, and since when. */
  addCoupons(
    programId: string,
    pool: string,
    codes: readonly string[],
    loadedAt: string,
    note?: AuditEntry,
  ): Promise<
    | { added: true }
    | { added: false; existing: readonly { readonly code: string; readonly loadedAt: string }[] }
  >;
}

export interface LoadedCoupons {
  readonly added: number;
  readonly duplicates: number;
}

/** As many as one transaction takes, beside the numbers of the pool and the note of it. */
const chunkSize = 98;

/**
 * Adds codes to a pool. A code that the pool has, free or handed out, is counted as a duplicate and left as it is, so
 * that a list that was loaded in part, or twice at once, can be loaded again.
 */
export async function loadCoupons(
  ports: LoadCouponsPorts,
  programId: string,
  pool: string,
  codes: readonly string[],
): Promise<LoadedCoupons | Refusal> {
  if ((await ports.findProgram(programId)) === undefined) return refuse('program_not_found');
  const different = [...new Set(codes)];
  const loadedAt = isoTime(ports.now());
  let added = 0;
  for (let from = 0; from < different.length; from += chunkSize) {
    const chunk = different.slice(from, from + chunkSize);
    const count = await addChunk(ports, programId, pool, chunk, loadedAt);
    if (count === undefined) return refuse('contended');
    added += count;
  }
  return { added, duplicates: codes.length - added };
}

/** @returns how many were new; undefined if others kept changing the pool */
function addChunk(
  ports: LoadCouponsPorts,
  programId: string,
  pool: string,
  chunk: readonly string[],
  loadedAt: string,
): Promise<number | undefined> {
  let rest = chunk;
  let addedBefore = 0;
  return whileContended(async () => {
    if (rest.length === 0) return addedBefore;
    const note = noteChange(ports, {
      programId,
      action: 'coupon_pool.loaded',
      target: { type: 'coupon_pool', id: pool },
      before: null,
      after: { added: rest.length },
    });
    const result = await ports.addCoupons(programId, pool, rest, loadedAt, note);
    if (result.added) return addedBefore + rest.length;
    const existing = new Set(result.existing.map(({ code }) => code));
    rest = rest.filter((code) => !existing.has(code));
    if (ports.isRepeat) addedBefore += result.existing.filter((one) => one.loadedAt === loadedAt).length;
    return 'again';
  });
}
