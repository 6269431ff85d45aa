import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Table } from './client.ts';
import { layout } from './layout.ts';
import { cursorAfter, type Page, type PageRequest, startKey } from './lists.ts';

type Stored = Record<string, unknown>;

/** Entries that `searchList` looks at for one page: some five megabytes at the most. */
const mostLookedAt = 5_000;

/**
 * Reads a page of those entries of a list that a filter lets pass, newest first. It gives up after 5,000 entries: then
 * the page is shorter, and its cursor leads on.
 *
 * @param range sort keys of the list, the ends included
 * @returns undefined if the cursor is none that this list gave
 */
export async function searchList<Item>(
  table: Table,
  listPk: string,
  page: PageRequest,
  toItem: (stored: Stored) => Item,
  range: { readonly first: string; readonly last: string },
  filter: Pick<QueryCommandInput, 'FilterExpression' | 'ExpressionAttributeNames'> & { values: Stored },
): Promise<Page<Item> | undefined> {
  const { values, ...expressions } = filter;
  let start = page.cursor === undefined ? undefined : startKey(listPk, page.cursor);
  if (page.cursor !== undefined && start === undefined) return undefined;
  const found: Stored[] = [];
  let lookedAt = 0;
  do {
    const answer = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: layout.listIndex.name,
        KeyConditionExpression: 'listPk = :list AND listSk BETWEEN :first AND :last',
        ScanIndexForward: false,
        Limit: mostLookedAt - lookedAt,
        ExclusiveStartKey: start,
        ...expressions,
        ExpressionAttributeValues: { ...values, ':list': listPk, ':first': range.first, ':last': range.last },
      }),
    );
    found.push(...(answer.Items ?? []));
    lookedAt += answer.ScannedCount ?? 0;
    start = answer.LastEvaluatedKey;
  } while (start !== undefined && found.length <= page.limit && lookedAt < mostLookedAt);
  const items = found.slice(0, page.limit);
  const end = found.length > page.limit ? items.at(-1) : start;
  return { items: items.map(toItem), ...(end !== undefined && { nextCursor: cursorAfter(end) }) };
}
