import { isRefusal, type Refusal, refuse } from '../contract/problems.ts';
import type { Page, PageRequest } from '../domain/page.ts';

/** The page that a list's query asks for: 50 entries unless it says. */
export function pageOf(query: { limit?: number | undefined; cursor?: string | undefined }): PageRequest {
  return { limit: query.limit ?? 50, ...(query.cursor !== undefined && { cursor: query.cursor }) };
}

/** A page as an answer, under the name of what it lists. */
export function pageAnswer<Item, Shown>(
  name: string,
  page: Page<Item> | undefined,
  show: (item: Item) => Shown,
): object {
  if (page === undefined) return refuse('invalid_cursor');
  return {
    [name]: page.items.map(show),
    ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
  };
}

/** A use case's value as an answer under its name, or its refusal. */
export function answerWith<Value extends object>(name: string, value: Value | Refusal): object {
  return isRefusal(value) ? value : { [name]: value };
}
