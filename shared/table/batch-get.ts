import { setTimeout as pass } from 'node:timers/promises';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from './client.ts';
import type { Key } from './keys.ts';

/** As many as DynamoDB reads in one batch. */
const mostKeys = 100;
/** How often in a row a batch may be left out as a whole: with the pauses between that is a second or two. */
const mostInVain = 8;
const firstPauseMs = 12;

/**
 * Reads items consistently, in batches; asks again, after a pause, for what a batch left out: where capacity is short
 * that is no error, and asked for at once it stays short. Items that are not there are left out.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 *
 * @throws where nothing could be read of a batch for a second or two
 */
export async function batchGet(table: Table, wanted: readonly Key[]): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let rest: Record<string, unknown>[] = wanted.map((key) => ({ ...key }));
  let inVain = 0;
  while (rest.length > 0) {
    const Keys = rest.slice(0, mostKeys);
    const { Responses, UnprocessedKeys } = await table.documents.send(
      new BatchGetCommand({ RequestItems: { [table.name]: { Keys, ConsistentRead: true } } }),
    );
    found.push(...(Responses?.[table.name] ?? []));
    const leftOut = UnprocessedKeys?.[table.name]?.Keys ?? [];
    rest = [...rest.slice(mostKeys), ...leftOut];
    inVain = leftOut.length === Keys.length ? inVain + 1 : 0;
    if (inVain === mostInVain) throw new Error(`The table left out ${leftOut.length} items, again and again`);
    if (leftOut.length > 0) await pass(Math.random() * firstPauseMs * 2 ** inVain);
  }
  return found;
}
