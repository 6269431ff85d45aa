import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { hookOf } from '../../../shared/domain/hooks/hook.ts';
import { type Notification, notificationOf } from '../../../shared/domain/notifications/notification.ts';
import type { NoticeMessage, RewardMessage } from '../../../shared/queue/messages.ts';
import { publishEvents } from '../../../shared/queue/publish-events.ts';
import { sendMessages } from '../../../shared/queue/send-messages.ts';
import { sendWebhooks } from '../../../shared/queue/send-webhooks.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { readDefaultHooks } from '../../../shared/runtime/hooks/default-hooks.ts';
import { log } from '../../../shared/runtime/log.ts';
import { system } from '../../../shared/runtime/system.ts';
import { keepFor } from '../../../shared/runtime/timed-cache.ts';
import { openTable } from '../../../shared/table/client.ts';
import { holdEndItems } from '../../../shared/table/hold-end-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { type ChangeEffects, readChange } from '../../../shared/table/read-change.ts';
import { sequenceItems } from '../../../shared/table/sequence-items.ts';
import { webhookEndpointItems } from '../../../shared/table/webhook-endpoint-items.ts';
import { noteHoldEnds } from '../../../shared/usecases/money/note-hold-ends.ts';
import { addressEvents } from '../../../shared/usecases/webhooks/address-events.ts';
import { rewardMessagesOf } from './reward-messages.ts';

const rewardQueueUrl = requireEnvironment('REWARD_QUEUE_URL');
const noticeQueueUrl = requireEnvironment('NOTICE_QUEUE_URL');
const notificationQueueUrl = requireEnvironment('NOTIFICATION_QUEUE_URL');
const table = openTable(requireEnvironment('TABLE_NAME'));
/** Whether a program wants notices: asked of the table once in this time, as a change of it may take. */
const findProgram = keepFor(10_000, 200, system.now, programItems(table).findProgram);
const { listWebhookEndpoints } = webhookEndpointItems(table);
/** Who listens: asked of the table once in this time, as a change of it may take. */
const listEndpoints = keepFor(10_000, 1, system.now, listWebhookEndpoints);
const addressPorts = { ...sequenceItems(table), listWebhookEndpoints: () => listEndpoints('all') };
const holdPorts = { ...system, ...holdEndItems(table) };

interface ReadRecord {
  readonly record: DynamoDBRecord;
  /** ISO 8601. */
  readonly at: string;
  readonly effects: ChangeEffects;
}

/** What the outside is told of a change, and whether by the bus alone. */
interface News {
  readonly event: NoticeMessage;
  readonly onlyBus: boolean;
}

/**
 * Sends on what the table's stream brings: accepted events and progress to the reward queue, news to the bus, to
 * the webhooks queue for each endpoint that wants them, to the notices queue for programs that name a hook for them, and
 * to the notifications queue what participants are told; and notes when holds end.
 * No customer's address is called here: one that is slow delays neither rewards nor the stream.
 *
 * The stream is the outbox: what was written is sent at least once, and nothing is sent that was not written.
 */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const read = event.Records.map(readRecord);
  const news = read.flatMap(newsOf);
  const beyondBus = news.flatMap(({ onlyBus, event: one }) => (onlyBus ? [] : [one]));
  // What moves money goes first, and nothing that fails beside another keeps it back.
  await sendMessages(rewardQueueUrl, rewardMessagesOf(read.map(({ effects }) => effects)).map(rewardEntry));
  const told = await Promise.allSettled([
    publishEvents(news.map(({ event: one }) => one)),
    tellEndpoints(beyondBus),
    sendNotices(beyondBus),
    tellParticipants(beyondBus),
    noteHoldEnds(
      holdPorts,
      read.flatMap(({ effects }) => effects.held ?? []),
    ),
  ]);
  const failed = told.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** The time is the same however often a change is delivered. */
function readRecord(record: DynamoDBRecord): ReadRecord {
  const {
    ApproximateCreationDateTime: seconds = system.now() / 1_000,
    NewImage,
    OldImage,
  } = record.dynamodb ?? {};
  const at = new Date(Math.round(seconds * 1_000)).toISOString();
  return { record, at, effects: readChange(readImage(NewImage), readImage(OldImage), at) };
}

function readImage(image: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  return image && unmarshall(image as Record<string, AttributeValue>);
}

/**
 * The id is the same however often a change is delivered, so that receivers can tell a repeat. Standard Webhooks sign
 * `id.timestamp.body`, so that an id has no dots.
 */
function newsOf({ record, at, effects }: ReadRecord): News[] {
  return effects.news.map(({ type, programId, userId, data, onlyBus = false }) => ({
    onlyBus,
    event: {
      id: `${record.eventID}-${type.replaceAll('.', '-')}`,
      version: 1,
      type,
      programId,
      ...(userId !== undefined && { userId }),
      occurredAt: at,
      data: { ...data },
    },
  }));
}

async function sendNotices(news: readonly NoticeMessage[]): Promise<void> {
  const programIds = new Set(news.map(({ programId }) => programId));
  const listening = await Promise.all([...programIds].map(wantsNotices));
  const wanted = new Set([...programIds].filter((_, index) => listening[index]));
  await sendMessages(noticeQueueUrl, news.filter(({ programId }) => wanted.has(programId)).map(noticeEntry));
}

async function wantsNotices(programId: string): Promise<boolean> {
  const program = await findProgram(programId);
  if (program === undefined) log('warn', 'notices dropped', { programId, because: 'unknown_program' });
  return program !== undefined && hookOf(program, 'notification', readDefaultHooks()) !== undefined;
}

async function tellEndpoints(news: readonly NoticeMessage[]): Promise<void> {
  const messages = await addressEvents(addressPorts, news);
  await sendWebhooks(messages.map((message) => ({ message })));
}

/** Where the deployment names nobody as whom to write, a line in the log is all that comes of it, and costs no message. */
async function tellParticipants(news: readonly NoticeMessage[]): Promise<void> {
  const all = news.flatMap((one) => notificationOf(one) ?? []);
  const notifications = [...new Map(all.map((one) => [one.notificationId, one])).values()];
  if (process.env['NOTIFICATION_SENDER']) {
    await sendMessages(notificationQueueUrl, notifications.map(notificationEntry));
    return;
  }
  for (const { notificationId, kind, programId } of notifications) {
    log('info', 'notification', { notificationId, kind, programId, outcome: 'logged' });
  }
}

/** Programs wait for no other's crowd. */
const notificationEntry = (notification: Notification) => ({
  MessageBody: JSON.stringify(notification),
  MessageGroupId: notification.programId,
});

const rewardEntry = (message: RewardMessage) => ({ MessageBody: JSON.stringify(message) });

/** Groups of a standard queue are served in turn: programs wait for no other's address. */
const noticeEntry = (notice: NoticeMessage) => ({
  MessageBody: JSON.stringify(notice),
  MessageGroupId: notice.programId,
});
