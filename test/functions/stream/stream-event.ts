import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Table } from '../../../shared/table/client.ts';

export type Stored = Record<string, unknown>;

/** Every item of the table. */
export async function itemsOf(table: Table): Promise<Stored[]> {
  const items: Stored[] = [];
  let start: Stored | undefined;
  do {
    const answer = await table.documents.send(
      new ScanCommand({ TableName: table.name, ExclusiveStartKey: start }),
    );
    items.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

type Image = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;
const image = (item: Stored): Image => marshall(item) as Record<string, AttributeValue> as Image;

/** A record of the table's stream: what an item is now, and what it was. */
export function changeOf(after: Stored | undefined, before?: Stored, eventID = 'change-1'): DynamoDBRecord {
  return {
    eventID,
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    dynamodb: {
      ApproximateCreationDateTime: Date.UTC(2026, 10, 21, 10) / 1_000,
      ...(after && { NewImage: image(after) }),
      ...(before && { OldImage: image(before) }),
    },
  };
}

export const streamOf = (...Records: DynamoDBRecord[]): DynamoDBStreamEvent => ({ Records });
