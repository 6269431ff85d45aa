/** Cuts a list so that no part has more than so many items, or more bytes than one event may have. */
export function cutBySize<T extends { readonly text: string }>(
  items: readonly T[],
  maxItems: number,
  maxBytes: number,
): T[][] {
  const parts: T[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = Buffer.byteLength(item.text) + 1;
    const last = parts.at(-1);
    if (last && last.length < maxItems && bytes <= room) {
      last.push(item);
      room -= bytes;
    } else {
      parts.push([item]);
      room = maxBytes - bytes;
    }
  }
  return parts;
}
