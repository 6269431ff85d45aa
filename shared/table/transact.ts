import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import {
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Table } from './client.ts';
import { type Write, writeIf } from './write-if.ts';

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** How a transaction ended: done, or which of its items stood in the way. */
export type TransactResult =
  | { readonly done: true; readonly capacity: number }
  | {
      readonly done: false;
      /** Whether the condition of the item at this place failed. */
      readonly failed: readonly boolean[];
      /** What stood at each place whose condition failed, where its item asked for that. */
      readonly standing?: readonly (Readonly<Record<string, unknown>> | undefined)[];
      /** Another transaction was at work on an item, or capacity was short: all that is known is that it is worth another try. */
      readonly conflict: boolean;
    };

/**
 * Writes all of the items or none; one alone at half the price, without a transaction. Throws only what is no answer to
 * the conditions.
 */
export async function transact(table: Table, items: readonly TransactItem[]): Promise<TransactResult> {
  const [only, ...others] = items;
  const alone = others.length === 0 && only !== undefined ? writeOf(only) : undefined;
  return alone === undefined ? writeTogether(table, items) : writeAlone(table, alone);
}

/** An item's own call; undefined for a check, which is none. */
function writeOf({ Put, Update }: TransactItem): Write | undefined {
  if (Put !== undefined) return new PutCommand({ ...Put, ReturnConsumedCapacity: 'TOTAL' });
  return Update && new UpdateCommand({ ...Update, ReturnConsumedCapacity: 'TOTAL' });
}

async function writeAlone(table: Table, write: Write): Promise<TransactResult> {
  try {
    const result = await writeIf(table, write);
    if (result.written) return { done: true, capacity: result.capacity };
    return { done: false, failed: [true], standing: [result.standing], conflict: false };
  } catch (error) {
    if (!(error instanceof TransactionConflictException)) throw error;
    return { done: false, failed: [false], conflict: true };
  }
}

async function writeTogether(table: Table, items: readonly TransactItem[]): Promise<TransactResult> {
  try {
    const answer = await table.documents.send(
      new TransactWriteCommand({ TransactItems: [...items], ReturnConsumedCapacity: 'TOTAL' }),
    );
    const capacity = (answer.ConsumedCapacity ?? []).reduce(
      (sum, part) => sum + (part.CapacityUnits ?? 0),
      0,
    );
    return { done: true, capacity };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
    if (codes.some((code) => !expected.has(code))) throw error;
    return {
      done: false,
      failed: codes.map((code) => code === 'ConditionalCheckFailed'),
      standing: (error.CancellationReasons ?? []).map(({ Item }) => Item && unmarshall(Item)),
      conflict: codes.some((code) => passing.has(code)),
    };
  }
}

const passing = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
const expected = new Set(['None', 'ConditionalCheckFailed', ...passing]);
