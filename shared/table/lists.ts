import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Page, PageRequest } from '../domain/page.ts';
import type { Table } from './client.ts';
import { layout } from './layout.ts';
import { type Cursors, queryPage } from './query-pages.ts';

type Stored = Record<string, unknown>;

type Filter = Pick<
  QueryCommandInput,
  'FilterExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/**
 * Reads a page of the list index, newest first.
 *
 * @param filter leaves out entries that are not of the list
 * @returns undefined if the cursor is none that this list gave
 */
export function readList<Item>(
  table: Table,
  listPk: string,
  page: PageRequest,
  toItem: (stored: Stored) => Item,
  filter: Filter = {},
  order: 'newest' | 'ascending' = 'newest',
): Promise<Page<Item> | undefined> {
  const query = {
    ...ofList(listPk, 'listPk = :list', filter),
    ScanIndexForward: order === 'ascending',
  };
  return queryPage(table, query, page, cursorsOf(listPk), toItem);
}

/** Entries that `searchList` looks at for one page: some five megabytes at the most. */
const mostLookedAt = 5_000;

/**
 * Reads a page of those entries of a list that a filter lets pass, newest first. It gives up after 5,000 entries: then
 * the page is shorter, and its cursor leads on.
 *
 * @param range sort keys of the list, the ends included
 * @returns undefined if the cursor is none that this list gave
 */
export function searchList<Item>(
  table: Table,
  listPk: string,
  page: PageRequest,
  toItem: (stored: Stored) => Item,
  range: { readonly first: string; readonly last: string },
  filter: Filter,
): Promise<Page<Item> | undefined> {
  const ends = { ':first': range.first, ':last': range.last };
  const query = {
    ...ofList(listPk, 'listPk = :list AND listSk BETWEEN :first AND :last', filter, ends),
    ScanIndexForward: false,
  };
  return queryPage(table, query, page, cursorsOf(listPk), toItem, mostLookedAt);
}

function ofList(listPk: string, condition: string, filter: Filter, values: Stored = {}) {
  return {
    IndexName: layout.listIndex.name,
    KeyConditionExpression: condition,
    ...filter,
    ExpressionAttributeValues: { ...filter.ExpressionAttributeValues, ':list': listPk, ...values },
  };
}

function cursorsOf(listPk: string): Cursors {
  return {
    write: ({ listSk, pk, sk }) => Buffer.from(JSON.stringify([listSk, pk, sk])).toString('base64url'),
    read: (cursor) => {
      const [listSk, pk, sk] = partsOf(cursor) ?? [];
      return sk === undefined ? undefined : { listPk, listSk, pk, sk };
    },
  };
}

function partsOf(cursor: string): readonly string[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(parts) || parts.length !== 3) return undefined;
    return parts.every((part) => typeof part === 'string' && /^[\x20-\x7e]{1,300}$/.test(part))
      ? parts
      : undefined;
  } catch {
    return undefined;
  }
}
