import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Table } from './client.ts';
import { layout } from './layout.ts';
import { queryFirst } from './query-pages.ts';

export interface PageRequest {
  /** Entries a page, at most 100. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string;
}

type Stored = Record<string, unknown>;

/**
 * Reads a page of the list index, newest first.
 *
 * @param where leaves out entries that are not of the list
 * @returns undefined if the cursor is none that this list gave
 */
export async function readList<Item>(
  table: Table,
  listPk: string,
  page: PageRequest,
  toItem: (stored: Stored) => Item,
  where: Pick<QueryCommandInput, 'FilterExpression' | 'ExpressionAttributeValues'> = {},
  order: 'newest' | 'ascending' = 'newest',
): Promise<Page<Item> | undefined> {
  const start = page.cursor === undefined ? undefined : startKey(listPk, page.cursor);
  if (page.cursor !== undefined && start === undefined) return undefined;
  const query = {
    IndexName: layout.listIndex.name,
    KeyConditionExpression: 'listPk = :list',
    ScanIndexForward: order === 'ascending',
    ExclusiveStartKey: start,
    ...where,
    ExpressionAttributeValues: { ...where.ExpressionAttributeValues, ':list': listPk },
  };
  const { items: found } = await queryFirst(table, query, page.limit + 1);
  const items = found.slice(0, page.limit);
  const last = items.at(-1);
  return {
    items: items.map(toItem),
    ...(found.length > page.limit && last !== undefined && { nextCursor: cursorAfter(last) }),
  };
}

/** The cursor of a page that ends with an item. */
export function cursorAfter(item: Stored): string {
  return Buffer.from(JSON.stringify([item['listSk'], item['pk'], item['sk']])).toString('base64url');
}

/** Where the page after a cursor begins; undefined if it is none of this list. */
export function startKey(listPk: string, cursor: string): Stored | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(parts) || parts.length !== 3) return undefined;
    if (!parts.every((part) => typeof part === 'string' && /^[\x20-\x7e]{1,300}$/.test(part)))
      return undefined;
    return { listPk, listSk: parts[0], pk: parts[1], sk: parts[2] };
  } catch {
    return undefined;
  }
}
