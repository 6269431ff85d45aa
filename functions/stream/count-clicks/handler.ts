import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { ArrivedVisit } from '../../../shared/domain/clicks/additions.ts';
import { sendWebhooks } from '../../../shared/queue/send-webhooks.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';
import { keepFor } from '../../../shared/runtime/timed-cache.ts';
import { toVisit } from '../../../shared/table/click-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { tallyItems } from '../../../shared/table/tally-items.ts';
import { webhookEndpointItems } from '../../../shared/table/webhook-endpoint-items.ts';
import { countClicks } from '../../../shared/usecases/clicks/count-clicks.ts';
import { announceClicks } from '../../../shared/usecases/webhooks/announce-clicks.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const tallies = tallyItems(table);
/** Who listens: asked of the table once in this time, as a change of it may take. */
const listEndpoints = keepFor(10_000, 1, system.now, webhookEndpointItems(table).listWebhookEndpoints);
const announcing = {
  sendWebhooks,
  listWebhookEndpoints: () => listEndpoints('all'),
  publishesClicks: process.env['PUBLISH_CLICKS'] === '1',
};

/**
 * Adds the visits that the table's stream brings to every total that shows them, and then announces clicks to whoever
 * asked for them. If that fails the batch comes again: it is in the totals, which leave it out.
 */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const arrived = event.Records.flatMap(readVisit);
  await countClicks(tallies, arrived);
  await announceClicks(announcing, arrived);
}

function readVisit({ eventName, dynamodb }: DynamoDBRecord): ArrivedVisit[] {
  if (eventName !== 'INSERT' || dynamodb?.NewImage === undefined) return [];
  const item = unmarshall(dynamodb.NewImage as Record<string, AttributeValue>);
  return item['type'] === 'visit' ? [{ visit: toVisit(item), first: item['first'] === true }] : [];
}
