import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Table } from './client.ts';

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** How a transaction ended: done, or which of its items stood in the way. */
export type TransactResult =
  | { readonly done: true; readonly capacity: number }
  | {
      readonly done: false;
      /** Whether the condition of the item at this place failed. */
      readonly failed: readonly boolean[];
      /** Another transaction was at work on an item, or capacity was short: all that is known is that it is worth another try. */
      readonly conflict: boolean;
    };

/** Writes all of the items or none. Throws only what is no answer to the conditions. */
export async function transact(table: Table, items: readonly TransactItem[]): Promise<TransactResult> {
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
      conflict: codes.some((code) => passing.has(code)),
    };
  }
}

const passing = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
const expected = new Set(['None', 'ConditionalCheckFailed', ...passing]);
