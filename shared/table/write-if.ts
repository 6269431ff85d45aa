import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Table } from './client.ts';

type Stored = Record<string, unknown>;

/** A write that may have a condition. */
export type Write = PutCommand | UpdateCommand;

/** How a write ended: done, or its condition did not hold. */
export type WriteResult =
  | {
      readonly written: true;
      /** As the write asks for them. */
      readonly attributes: Stored;
      /** Units, where the write asks for them. */
      readonly capacity: number;
    }
  | {
      readonly written: false;
      /** What stood there, where the write asks for that. */
      readonly standing: Stored | undefined;
    };

/** Sends a write whose condition may not hold. Throws only what is no answer to the condition. */
export async function writeIf(table: Table, write: Write): Promise<WriteResult> {
  try {
    const { Attributes = {}, ConsumedCapacity } = await table.documents.send(write as UpdateCommand);
    return { written: true, attributes: Attributes, capacity: ConsumedCapacity?.CapacityUnits ?? 0 };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { written: false, standing: error.Item && unmarshall(error.Item) };
  }
}

/**
 * Sends a write that asks for what stands in its way (`ReturnValuesOnConditionCheckFailure`).
 *
 * @returns that; undefined if nothing does, and it was written
 * @throws if its condition did not hold, and nothing stands there
 */
export async function writeUnlessStanding(table: Table, write: Write): Promise<Stored | undefined> {
  const result = await writeIf(table, write);
  if (result.written) return undefined;
  if (result.standing === undefined) throw new Error('What was to be changed is not there any more');
  return result.standing;
}
