/** Both services take ten entries a call, and together no more than so much: entries carry documents of all sizes. */
const mostEntries = 10;
const mostBytes = 200_000;

/**
 * Cuts a list into groups that one call may carry. An entry that is larger than that goes alone: whether it is taken
 * is for the service to say.
 *
 * @param textOf what an entry's size is measured by
 */
export function inGroups<Entry>(
  entries: readonly Entry[],
  textOf: (entry: Entry) => string,
): (readonly Entry[])[] {
  const groups: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(textOf(entry));
    const last = groups.at(-1);
    if (last !== undefined && last.length < mostEntries && bytes + size <= mostBytes) {
      last.push(entry);
      bytes += size;
    } else {
      groups.push([entry]);
      bytes = size;
    }
  }
  return groups;
}
