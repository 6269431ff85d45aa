import { isStrayCopy, type Message, type MessageContent, type ReceivedMessage } from './message.ts';
import type { Queue } from './queue.ts';
import type { QueueDirectory } from './queue-directory.ts';
import type { QueueStore } from './queue-store.ts';
import { makeReceiptHandle } from './receipt-handle.ts';
import { renderMessage } from './render-message.ts';
import { SqsError } from './sqs-error.ts';

const MAX_IN_FLIGHT = 120_000;

export interface MessageTakerOptions {
  readonly clock: () => number;
  readonly random: () => number;
  readonly duplicateRate: number;
}

/** What a receive found. */
export interface Taken {
  readonly messages: ReceivedMessage[];
  /** The dead-letter queue that got what was received too often. */
  readonly arrivedAt: Queue | undefined;
}

/** Hands out visible messages, and moves those that were received too often out of the way. */
export class MessageTaker {
  readonly #store: QueueStore;
  readonly #directory: QueueDirectory;
  readonly #options: MessageTakerOptions;

  constructor(store: QueueStore, directory: QueueDirectory, options: MessageTakerOptions) {
    this.#store = store;
    this.#directory = directory;
    this.#options = options;
  }

  /** Takes up to `max` messages into flight for `visibilityMs`. */
  take(queue: Queue, max: number, visibilityMs: number): Taken {
    const now = this.#options.clock();
    queue.settle(now);
    if (queue.stats().inFlight >= MAX_IN_FLIGHT) {
      throw new SqsError('OverLimit', 'Too many messages in flight.');
    }
    const deadLetters = this.#deadLettersOf(queue);
    const limit = deadLetters === undefined ? undefined : queue.settings.redrive?.maxReceives;
    const isExhausted = (message: Message) => limit !== undefined && message.receiveCount >= limit;
    const taken = queue.take(max, now + visibilityMs, (message) => !isExhausted(message));
    const exhausted = taken.filter(isExhausted);
    const delivered = taken.filter((message) => !isExhausted(message));
    if (deadLetters !== undefined) {
      for (const message of exhausted) this.#giveUp(queue, deadLetters, message, now);
    }
    return {
      messages: this.#deliver(queue, delivered, now),
      arrivedAt: exhausted.length > 0 ? deadLetters : undefined,
    };
  }

  #deadLettersOf(queue: Queue): Queue | undefined {
    const { redrive } = queue.settings;
    return redrive === undefined ? undefined : this.#directory.find({ queueArn: redrive.targetArn });
  }

  #deliver(queue: Queue, messages: readonly Message[], now: number): ReceivedMessage[] {
    if (messages.length === 0) return [];
    const keys = messages.map((message) => message.content.key);
    this.#store.commit({ t: 'receive', queue: queue.name, keys, at: now });
    for (const message of messages) this.#maybeRepeat(queue, message, now);
    return messages.map((message) => renderMessage(message, makeReceiptHandle(queue, message)));
  }

  #giveUp(queue: Queue, deadLetters: Queue, message: Message, now: number): void {
    if (isStrayCopy(message)) {
      queue.remove(message);
      return;
    }
    const { content } = message;
    const moved: MessageContent = {
      ...content,
      key: this.#store.nextKey,
      visibleAt: now,
      sourceArn: this.#directory.arnOf(queue),
      earlierReceives: (content.earlierReceives ?? 0) + message.receiveCount,
      // A FIFO queue starts the age anew, and keeps messages apart that shared a deduplication ID.
      ...(queue.settings.fifo ? { sentAt: now, dedupeId: content.id } : {}),
    };
    // Sent before deleted: a line torn off between the two repeats the message instead of losing it.
    this.#store.commit(
      { t: 'send', queue: deadLetters.name, message: moved },
      { t: 'delete', queue: queue.name, key: content.key },
    );
  }

  #maybeRepeat(queue: Queue, message: Message, now: number): void {
    const { duplicateRate, random } = this.#options;
    const { content, receiveCount: count, firstReceivedAt: firstAt = now } = message;
    if (duplicateRate === 0 || queue.settings.fifo || isStrayCopy(message)) return;
    if (queue.messages.has(-content.key) || random() >= duplicateRate) return;
    queue.place({ ...content, key: -content.key, visibleAt: now }, { count, firstAt }, now);
  }
}
