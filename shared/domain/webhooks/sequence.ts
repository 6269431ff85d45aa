import { createHash } from 'node:crypto';

/** A participant's count of events, and which were counted of late. */
export interface Sequence {
  readonly last: number;
  /** The newest last: hashes of ids, each followed by its number. */
  readonly recent: readonly (readonly [string, number])[];
}

export const noSequence: Sequence = { last: 0, recent: [] };

/** An item with so many stays within a kilobyte. */
const mostRecent = 40;

/** Short, since forty are kept: two events of one participant share it once in 2^48. */
const nameOf = (id: string): string => createHash('sha256').update(id).digest('base64url').slice(0, 8);

/**
 * Numbers events of a participant in their order. One that was numbered of late keeps its number.
 *
 * @param ids all different
 * @returns the numbers by id, and the count as it stands then: the same object where nothing is new
 */
export function numberEvents(
  sequence: Sequence,
  ids: readonly string[],
): { readonly numbers: ReadonlyMap<string, number>; readonly sequence: Sequence } {
  const known = new Map(sequence.recent);
  const numbers = new Map<string, number>();
  const added: [string, number][] = [];
  for (const id of ids) {
    const name = nameOf(id);
    const number = known.get(name) ?? sequence.last + added.length + 1;
    if (!known.has(name)) added.push([name, number]);
    known.set(name, number);
    numbers.set(id, number);
  }
  if (added.length === 0) return { numbers, sequence };
  const kept = Math.max(mostRecent, ids.length);
  const recent = [...sequence.recent, ...added].slice(-kept);
  return { numbers, sequence: { last: sequence.last + added.length, recent } };
}
