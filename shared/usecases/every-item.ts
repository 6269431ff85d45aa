import type { Page, PageRequest } from '../domain/page.ts';

/**
 * Gives all items of a list, one after the other, and asks for a page when its items are wanted.
 *
 * @param limit how many there are to a page
 */
export async function* everyItem<Item>(
  limit: number,
  readPage: (request: PageRequest) => Promise<Page<Item> | undefined>,
): AsyncGenerator<Item> {
  let cursor: string | undefined;
  do {
    const page = await readPage({ limit, ...(cursor !== undefined && { cursor }) });
    yield* page?.items ?? [];
    cursor = page?.nextCursor;
  } while (cursor !== undefined);
}
