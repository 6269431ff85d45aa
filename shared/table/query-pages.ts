import { paginateQuery, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Page, PageRequest } from '../domain/page.ts';
import type { Table } from './client.ts';

type Stored = Record<string, unknown>;
type Query = Omit<QueryCommandInput, 'TableName'>;

/** What a query finds, a page at a time. */
export async function* queryPages(table: Table, query: Query): AsyncGenerator<Stored[]> {
  const pages = paginateQuery({ client: table.documents }, { TableName: table.name, ...query });
  for await (const { Items = [] } of pages) yield Items;
}

/** All that a query finds. */
export async function queryAll(table: Table, query: Query): Promise<Stored[]> {
  const found: Stored[] = [];
  for await (const items of queryPages(table, query)) found.push(...items);
  return found;
}

/**
 * The first that a query finds: reads on where a filter or the size of a page left too few.
 *
 * @param mostLookedAt where a filter leaves most out: how many items are read at the most, as many at once as there can
 *   be. Then it can find fewer, or some more. Not given: no more are read than are wanted.
 * @returns them, and the key after which there may be more
 */
export async function queryFirst(
  table: Table,
  query: Query,
  most: number,
  mostLookedAt?: number,
): Promise<{ items: Stored[]; end?: Stored | undefined }> {
  const items: Stored[] = [];
  let lookedAt = 0;
  let end = query.ExclusiveStartKey;
  do {
    const answer = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        ...query,
        Limit: mostLookedAt === undefined ? most - items.length : mostLookedAt - lookedAt,
        ExclusiveStartKey: end,
      }),
    );
    items.push(...(answer.Items ?? []));
    lookedAt += answer.ScannedCount ?? 0;
    end = answer.LastEvaluatedKey;
  } while (end !== undefined && items.length < most && lookedAt < (mostLookedAt ?? Number.POSITIVE_INFINITY));
  return { items, end };
}

/** How the cursors of a list name places in it. */
export interface Cursors {
  /** The key after which a page begins; undefined if the cursor is none of this list. */
  read(cursor: string): Stored | undefined;
  /** @param place an item, or its key */
  write(place: Stored): string;
}

/**
 * A page of what a query finds.
 *
 * @param mostLookedAt as for `queryFirst`: then a page can be shorter, and its cursor leads on
 * @returns undefined if the cursor is none that this list gave
 */
export async function queryPage<Item>(
  table: Table,
  query: Query,
  { limit, cursor }: PageRequest,
  cursors: Cursors,
  toItem: (stored: Stored) => Item,
  mostLookedAt?: number,
): Promise<Page<Item> | undefined> {
  const ExclusiveStartKey = cursor === undefined ? undefined : cursors.read(cursor);
  if (cursor !== undefined && ExclusiveStartKey === undefined) return undefined;
  const found = await queryFirst(table, { ...query, ExclusiveStartKey }, limit + 1, mostLookedAt);
  const items = found.items.slice(0, limit);
  const end = found.items.length > limit ? items.at(-1) : found.end;
  return { items: items.map(toItem), ...(end !== undefined && { nextCursor: cursors.write(end) }) };
}
