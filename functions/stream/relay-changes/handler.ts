import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { hookOf } from '../../../shared/domain/hooks/hook.ts';
import type { NoticeMessage, RewardMessage } from '../../../shared/queue/messages.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { readDefaultHooks } from '../../../shared/runtime/hooks/default-hooks.ts';
import { log } from '../../../shared/runtime/log.ts';
import { system } from '../../../shared/runtime/system.ts';
import { keepFor } from '../../../shared/runtime/timed-cache.ts';
import { openTable } from '../../../shared/table/client.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { type ChangeEffects, readChange } from '../../../shared/table/read-change.ts';
import { inGroups } from './in-groups.ts';
import { rewardMessagesOf } from './reward-messages.ts';

const rewardQueueUrl = requireEnvironment('REWARD_QUEUE_URL');
const noticeQueueUrl = requireEnvironment('NOTICE_QUEUE_URL');
const busName = requireEnvironment('EVENT_BUS_NAME');
const sqs = new SQSClient({});
const eventBridge = new EventBridgeClient({});
/** Whether a program wants notices: asked of the table once in this time, as a change of it may take. */
const findProgram = keepFor(
  10_000,
  200,
  system.now,
  programItems(openTable(requireEnvironment('TABLE_NAME'))).findProgram,
);

interface ReadRecord {
  readonly record: DynamoDBRecord;
  readonly effects: ChangeEffects;
}

/**
 * Sends on what the table's stream brings: accepted events and progress to the reward queue, news to the bus, and to
 * the notices queue the news of programs that name a hook for them. No customer's address is called here: one that is
 * slow delays neither rewards nor the stream.
 *
 * The stream is the outbox: what was written is sent at least once, and nothing is sent that was not written.
 */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const read = event.Records.map((record) => ({ record, effects: readRecord(record) }));
  const news = read.flatMap(newsOf);
  await Promise.all([
    send(rewardQueueUrl, rewardMessagesOf(read.map(({ effects }) => effects)).map(rewardEntry)),
    publish(news.map(busEntry)),
    sendNotices(news),
  ]);
}

function readRecord({ dynamodb }: DynamoDBRecord): ChangeEffects {
  return readChange(readImage(dynamodb?.NewImage), readImage(dynamodb?.OldImage));
}

function readImage(image: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  return image && unmarshall(image as Record<string, AttributeValue>);
}

/**
 * Id and time are the same however often a change is delivered, so that receivers can tell a repeat. Standard Webhooks
 * sign `id.timestamp.body`, so that an id has no dots.
 */
function newsOf({ record, effects }: ReadRecord): NoticeMessage[] {
  const { ApproximateCreationDateTime: seconds = system.now() / 1_000 } = record.dynamodb ?? {};
  const occurredAt = new Date(Math.round(seconds * 1_000)).toISOString();
  return effects.news.map(({ type, programId, data }) => ({
    id: `${record.eventID}-${type.replaceAll('.', '-')}`,
    version: 1,
    type,
    programId,
    occurredAt,
    data: { ...data },
  }));
}

async function sendNotices(news: readonly NoticeMessage[]): Promise<void> {
  const programIds = new Set(news.map(({ programId }) => programId));
  const listening = await Promise.all([...programIds].map(wantsNotices));
  const wanted = new Set([...programIds].filter((_, index) => listening[index]));
  await send(noticeQueueUrl, news.filter(({ programId }) => wanted.has(programId)).map(noticeEntry));
}

async function wantsNotices(programId: string): Promise<boolean> {
  const program = await findProgram(programId);
  if (program === undefined) log('warn', 'notices dropped', { programId, because: 'unknown_program' });
  return program !== undefined && hookOf(program, 'notification', readDefaultHooks()) !== undefined;
}

const rewardEntry = (message: RewardMessage) => ({ MessageBody: JSON.stringify(message) });

/** Groups of a standard queue are served in turn: programs wait for no other's address. */
const noticeEntry = (notice: NoticeMessage) => ({
  MessageBody: JSON.stringify(notice),
  MessageGroupId: notice.programId,
});

const busEntry = (notice: NoticeMessage): PutEventsRequestEntry => ({
  EventBusName: busName,
  Source: 'plusone',
  DetailType: notice.type,
  Detail: JSON.stringify(notice),
});

async function send(
  QueueUrl: string,
  entries: readonly Omit<SendMessageBatchRequestEntry, 'Id'>[],
): Promise<void> {
  for (const group of inGroups(entries, ({ MessageBody = '' }) => MessageBody)) {
    const Entries = group.map((entry, index) => ({ ...entry, Id: String(index) }));
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0)
      throw new Error(`The queue did not take ${Failed.length} messages: ${Failed[0]?.Code}`);
  }
}

async function publish(entries: readonly PutEventsRequestEntry[]): Promise<void> {
  for (const group of inGroups(entries, ({ Detail = '' }) => Detail)) {
    const { FailedEntryCount = 0 } = await eventBridge.send(new PutEventsCommand({ Entries: [...group] }));
    if (FailedEntryCount > 0) throw new Error(`The bus did not take ${FailedEntryCount} events`);
  }
}
