import { createHash, randomUUID } from 'node:crypto';
import type { MessageContent } from './message.ts';
import { checkEntry, type SendEntry } from './message-limits.ts';
import type { Queue } from './queue.ts';
import type { QueueStore } from './queue-store.ts';
import { sequenceNumber } from './render-message.ts';

const SENDER_ID = 'AIDALOCALSENDER';

export interface SendResult {
  readonly messageId: string;
  /** FIFO queues only. */
  readonly sequenceNumber?: string;
}

/** Puts one message into a queue; a FIFO queue answers a repeat with the first send's result. */
export function acceptEntry(store: QueueStore, queue: Queue, entry: SendEntry, now: number): SendResult {
  checkEntry(queue.settings, entry);
  return queue.settings.fifo ? acceptOnce(store, queue, entry, now) : acceptAlways(store, queue, entry, now);
}

function acceptAlways(store: QueueStore, queue: Queue, entry: SendEntry, now: number): SendResult {
  const delayMs = entry.delayMs ?? queue.settings.delayMs;
  const message = makeContent(store, entry, now, delayMs);
  store.commit({ t: 'send', queue: queue.name, message });
  return { messageId: message.id };
}

function acceptOnce(store: QueueStore, queue: Queue, entry: SendEntry, now: number): SendResult {
  const { dedupePerGroup, delayMs } = queue.settings;
  const dedupeId = entry.dedupeId ?? createHash('sha256').update(entry.body).digest('hex');
  const dedupeKey = dedupePerGroup ? `${entry.groupId} ${dedupeId}` : dedupeId;
  const earlier = queue.dedupe.find(dedupeKey, now);
  if (earlier !== undefined) {
    return { messageId: earlier.messageId, sequenceNumber: sequenceNumber(earlier.messageKey) };
  }
  const message = makeContent(store, { ...entry, dedupeId }, now, delayMs);
  const send = { dedupeKey, messageId: message.id, messageKey: message.key, at: now };
  store.commit({ t: 'send', queue: queue.name, message }, { t: 'dedupe', queue: queue.name, send });
  return { messageId: message.id, sequenceNumber: sequenceNumber(message.key) };
}

function makeContent(store: QueueStore, entry: SendEntry, now: number, delayMs: number): MessageContent {
  return {
    key: store.nextKey,
    id: randomUUID(),
    body: entry.body,
    attributes: entry.attributes ?? {},
    systemAttributes: entry.systemAttributes ?? {},
    senderId: SENDER_ID,
    sentAt: now,
    visibleAt: now + delayMs,
    ...(entry.groupId === undefined ? {} : { groupId: entry.groupId }),
    ...(entry.dedupeId === undefined ? {} : { dedupeId: entry.dedupeId }),
  };
}
