import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { ArrivedVisit } from '../../../shared/domain/clicks/additions.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { toVisit } from '../../../shared/table/click-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { tallyItems } from '../../../shared/table/tally-items.ts';
import { countClicks } from '../../../shared/usecases/clicks/count-clicks.ts';

const ports = tallyItems(openTable(requireEnvironment('TABLE_NAME')));

/** Adds the visits that the table's stream brings to every total that shows them. */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  await countClicks(ports, event.Records.flatMap(readVisit));
}

function readVisit({ eventName, dynamodb }: DynamoDBRecord): ArrivedVisit[] {
  if (eventName !== 'INSERT' || dynamodb?.NewImage === undefined) return [];
  const item = unmarshall(dynamodb.NewImage as Record<string, AttributeValue>);
  return item['type'] === 'visit' ? [{ visit: toVisit(item), first: item['first'] === true }] : [];
}
