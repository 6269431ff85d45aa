import type { JournalRecord } from './journal-record.ts';
import { isStrayCopy, type MessageContent } from './message.ts';
import { Queue } from './queue.ts';

export interface QueueStoreOptions {
  /** Epoch ms. */
  readonly clock: () => number;
  /** Reorders standard queues; without it they keep the order of arrival. */
  readonly shuffleBy: (() => number) | undefined;
  /** Makes records durable before they take effect; throws if it can't. */
  readonly log: (records: readonly JournalRecord[]) => void;
}

/** All queues, changed durably by `commit` only. */
export class QueueStore {
  readonly queues = new Map<string, Queue>();
  readonly #options: QueueStoreOptions;
  #nextKey = 1;

  constructor(options: QueueStoreOptions) {
    this.#options = options;
  }

  /** The key for a message that is about to be committed. */
  get nextKey(): number {
    return this.#nextKey;
  }

  /** Logs the records together, then lets them take effect. */
  commit(...records: JournalRecord[]): void {
    this.#options.log(records);
    for (const record of records) this.apply(record);
  }

  /** Lets one record take effect. A record about something that is gone changes nothing. */
  apply(record: JournalRecord): void {
    switch (record.t) {
      case 'next-key':
        this.#nextKey = Math.max(this.#nextKey, record.key);
        return;
      case 'queue':
        this.#define(record);
        return;
      case 'drop':
        this.queues.delete(record.queue);
        return;
      default: {
        const queue = this.queues.get(record.queue);
        if (queue !== undefined) this.#applyTo(queue, record);
      }
    }
  }

  /** The fewest records that bring the present state back. */
  *snapshot(): Generator<JournalRecord> {
    yield { t: 'next-key', key: this.#nextKey };
    for (const queue of this.queues.values()) {
      yield { t: 'queue', ...queue.definition };
      for (const send of queue.dedupe.entries()) yield { t: 'dedupe', queue: queue.name, send };
      for (const message of queue.messages.values()) {
        if (isStrayCopy(message)) continue;
        const { content, receiveCount, firstReceivedAt } = message;
        const received =
          firstReceivedAt === undefined
            ? {}
            : { received: { count: receiveCount, firstAt: firstReceivedAt } };
        yield { t: 'send', queue: queue.name, message: content, ...received };
      }
    }
  }

  /** About how many records a snapshot has. */
  snapshotLength(): number {
    let length = 1;
    for (const queue of this.queues.values()) length += 1 + queue.messages.size + queue.dedupe.size;
    return length;
  }

  #define({ t: _, ...definition }: Extract<JournalRecord, { t: 'queue' }>): void {
    const known = this.queues.get(definition.name);
    if (known === undefined) {
      this.queues.set(definition.name, new Queue(definition, this.#options.shuffleBy));
      return;
    }
    // What the old retention has dropped must not come back with a longer one when this is replayed.
    known.settle(definition.modifiedAt);
    known.redefine(definition);
  }

  #applyTo(queue: Queue, record: Exclude<JournalRecord, { t: 'next-key' | 'queue' | 'drop' }>): void {
    switch (record.t) {
      case 'purge':
        queue.clear();
        return;
      case 'send':
        this.#rememberKey(record.message);
        queue.place(record.message, record.received, this.#options.clock());
        return;
      case 'dedupe':
        queue.dedupe.remember(record.send);
        return;
      case 'receive':
        for (const key of record.keys) countReceive(queue, key, record.at);
        return;
      case 'delete': {
        const message = queue.messages.get(record.key);
        if (message !== undefined) queue.remove(message);
      }
    }
  }

  #rememberKey(content: MessageContent): void {
    this.#nextKey = Math.max(this.#nextKey, content.key + 1);
  }
}

function countReceive(queue: Queue, key: number, at: number): void {
  const message = queue.messages.get(key);
  if (message === undefined) return;
  message.receiveCount++;
  message.receivedAt = at;
  message.firstReceivedAt ??= at;
}
