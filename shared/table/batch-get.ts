import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from './client.ts';
import type { Key } from './keys.ts';

/** As many as DynamoDB reads in one batch. */
const mostKeys = 100;

/** Reads items consistently, in batches; asks again for what a batch left out. Items that are not there are left out. */
export async function batchGet(table: Table, wanted: readonly Key[]): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let rest: Record<string, unknown>[] = wanted.map((key) => ({ ...key }));
  while (rest.length > 0) {
    const Keys = rest.slice(0, mostKeys);
    const { Responses, UnprocessedKeys } = await table.documents.send(
      new BatchGetCommand({ RequestItems: { [table.name]: { Keys, ConsistentRead: true } } }),
    );
    found.push(...(Responses?.[table.name] ?? []));
    rest = [...rest.slice(mostKeys), ...(UnprocessedKeys?.[table.name]?.Keys ?? [])];
  }
  return found;
}
