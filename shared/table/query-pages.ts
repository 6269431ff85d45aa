import { paginateQuery, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
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
 * The first that a query finds, and no more: reads on where a filter or the size of a page left too few.
 *
 * @returns them, and whether there may be more behind them
 */
export async function queryFirst(
  table: Table,
  query: Query,
  most: number,
): Promise<{ items: Stored[]; goesOn: boolean }> {
  const items: Stored[] = [];
  let start = query.ExclusiveStartKey;
  do {
    const { Items = [], LastEvaluatedKey } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        ...query,
        Limit: most - items.length,
        ExclusiveStartKey: start,
      }),
    );
    items.push(...Items);
    start = LastEvaluatedKey;
  } while (start !== undefined && items.length < most);
  return { items, goesOn: start !== undefined };
}
