import { type Result, unwrap } from './result.ts';

type Page = Readonly<Record<string, unknown>>;

/**
 * Reads a list from page to page, each when the one before is used up.
 *
 * @param items the field of a page that holds its items
 * @throws PlusoneError where a page cannot be read
 */
export async function* iterate(
  items: string,
  readPage: (cursor: string | undefined) => Promise<Result<Page>>,
): AsyncGenerator<unknown, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = unwrap(await readPage(cursor));
    yield* page[items] as unknown[];
    cursor = page['nextCursor'] as string | undefined;
  } while (cursor !== undefined);
}
