import { GetCommand, type GetCommandOutput } from '@aws-sdk/lib-dynamodb';
import type { Table } from './client.ts';
import type { Key } from './keys.ts';

/**
 * Reads an item: 1 RRU for 4 KB, half of that where it may lag behind.
 *
 * @returns undefined if there is none
 */
export async function getItem(table: Table, key: Key, consistent = true): Promise<GetCommandOutput['Item']> {
  const get = new GetCommand({ TableName: table.name, Key: key, ConsistentRead: consistent });
  return (await table.documents.send(get)).Item;
}
