import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { RewardMessage } from '../../../shared/queue/messages.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { type ChangeEffects, readChange } from '../../../shared/table/read-change.ts';

const queueUrl = requireEnvironment('REWARD_QUEUE_URL');
const busName = requireEnvironment('EVENT_BUS_NAME');
const sqs = new SQSClient({});
const eventBridge = new EventBridgeClient({});

/** Both services take ten entries a call. */
const mostEntries = 10;

interface ReadRecord {
  readonly record: DynamoDBRecord;
  readonly effects: ChangeEffects;
}

/**
 * Sends on what the table's stream brings: accepted events and progress to the reward queue, news to the bus.
 * The stream is the outbox: what was written is sent at least once, and nothing is sent that was not written.
 */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const read = event.Records.map((record) => ({ record, effects: readRecord(record) }));
  await Promise.all([sendMessages(read.flatMap(messagesOf)), publish(read.flatMap(newsOf))]);
}

function readRecord({ dynamodb }: DynamoDBRecord): ChangeEffects {
  return readChange(readImage(dynamodb?.NewImage), readImage(dynamodb?.OldImage));
}

function readImage(image: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  return image && unmarshall(image as Record<string, AttributeValue>);
}

function messagesOf({ effects }: ReadRecord): RewardMessage[] {
  return [
    ...(effects.event ? [{ kind: 'event' as const, ...effects.event }] : []),
    ...(effects.completedReferralOf ? [{ kind: 'referral' as const, ...effects.completedReferralOf }] : []),
    ...(effects.couponWork ? [effects.couponWork] : []),
    ...(effects.progressOf ? [{ kind: 'progress' as const, ...effects.progressOf }] : []),
  ];
}

/** The id is the same however often a change is delivered, so that receivers can tell a repeat. */
function newsOf({ record, effects }: ReadRecord): PutEventsRequestEntry[] {
  return effects.news.map(({ type, programId, data }) => ({
    EventBusName: busName,
    Source: 'plusone',
    DetailType: type,
    Detail: JSON.stringify({ id: `${record.eventID}-${type}`, version: 1, type, programId, data }),
  }));
}

async function sendMessages(messages: readonly RewardMessage[]): Promise<void> {
  for (const group of inGroups(messages)) {
    const Entries = group.map((message, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(message),
    }));
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    if (Failed.length > 0)
      throw new Error(`The queue did not take ${Failed.length} messages: ${Failed[0]?.Code}`);
  }
}

async function publish(entries: readonly PutEventsRequestEntry[]): Promise<void> {
  for (const group of inGroups(entries)) {
    const { FailedEntryCount = 0 } = await eventBridge.send(new PutEventsCommand({ Entries: [...group] }));
    if (FailedEntryCount > 0) throw new Error(`The bus did not take ${FailedEntryCount} events`);
  }
}

function inGroups<Item>(items: readonly Item[]): (readonly Item[])[] {
  const count = Math.ceil(items.length / mostEntries);
  return Array.from({ length: count }, (_, group) =>
    items.slice(group * mostEntries, (group + 1) * mostEntries),
  );
}
