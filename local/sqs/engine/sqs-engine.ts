import type { JournalRecord } from './journal-record.ts';
import { LongPolls } from './long-polls.ts';
import type { ReceivedMessage } from './message.ts';
import type { SendEntry } from './message-limits.ts';
import { MessageTaker } from './message-taker.ts';
import { MoveTasks } from './move-tasks.ts';
import type { Queue, QueueStats } from './queue.ts';
import { QueueDirectory, type QueueRef } from './queue-directory.ts';
import { QueueStore } from './queue-store.ts';
import { readReceiptHandle } from './receipt-handle.ts';
import { acceptEntry, type SendResult } from './send-message.ts';
import { attempt, invalidParameter, SqsError } from './sqs-error.ts';

const MAX_VISIBILITY_MS = 43_200_000;

export interface SqsEngineOptions {
  readonly accountId: string;
  readonly region: string;
  /** Epoch ms. */
  readonly clock: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Standard queues hand messages out in loose order. */
  readonly shuffle: boolean;
  /** Of the messages that a standard queue hands out, the share of which a stray copy turns up too. */
  readonly duplicateRate: number;
  /** Makes changes durable before they take effect. */
  readonly log?: (records: readonly JournalRecord[]) => void;
}

export type SendRequest = QueueRef & SendEntry;

export type ReceiveRequest = QueueRef & {
  /** 1 unless given. */
  readonly max?: number;
  /** How long to wait for a message; the queue's own setting unless given. */
  readonly waitMs?: number;
  readonly visibilityTimeoutMs?: number;
  /** Ends the wait with no messages. */
  readonly signal?: AbortSignal;
};

export type ReceiptRef = QueueRef & { readonly receiptHandle: string };

/** Queues in memory with SQS's rules. Calls throw `SqsError`; what they change is logged first. */
export class SqsEngine {
  /** The durable state, for a journal to restore and compact. */
  readonly store: QueueStore;
  readonly queues: QueueDirectory;
  readonly moves: MoveTasks;
  readonly #clock: () => number;
  readonly #taker: MessageTaker;
  readonly #polls: LongPolls;

  constructor(options: SqsEngineOptions) {
    const { clock, shuffle, random, log = () => {} } = options;
    this.#clock = clock;
    this.store = new QueueStore({ clock, log, shuffleBy: shuffle ? random : undefined });
    this.queues = new QueueDirectory(this.store, options);
    this.#taker = new MessageTaker(this.store, this.queues, options);
    this.#polls = new LongPolls(clock, (queue, poll) => this.#take(queue, poll.max, poll.visibilityMs));
    this.moves = new MoveTasks({
      store: this.store,
      directory: this.queues,
      clock,
      arrived: (queue) => this.#polls.wake(queue),
    });
  }

  send(request: SendRequest): SendResult {
    const [result] = this.sendBatch(request, [request]);
    if (result === undefined || result instanceof SqsError) throw result;
    return result;
  }

  /** Sends each entry that is valid; the others' places hold their errors. */
  sendBatch(ref: QueueRef, entries: readonly SendEntry[]): (SendResult | SqsError)[] {
    const queue = this.queues.resolve(ref);
    const now = this.#clock();
    queue.settle(now);
    const results = entries.map((entry) => attempt(() => acceptEntry(this.store, queue, entry, now)));
    this.#polls.wake(queue);
    return results;
  }

  /** Takes visible messages, or waits until there are some. */
  async receive(request: ReceiveRequest): Promise<ReceivedMessage[]> {
    const queue = this.queues.resolve(request);
    const { max = 1, signal } = request;
    const {
      waitMs = queue.settings.waitMs,
      visibilityTimeoutMs: visibilityMs = queue.settings.visibilityMs,
    } = request;
    checkVisibility(visibilityMs);
    if (signal?.aborted) return [];
    const messages = this.#take(queue, max, visibilityMs);
    if (messages.length > 0) this.#polls.wake(queue);
    if (messages.length > 0 || waitMs <= 0) return messages;
    return await this.#wait(queue, max, visibilityMs, this.#clock() + waitMs, signal);
  }

  /** Deletes the message that this handle is the latest for; one that is gone is no error. */
  deleteMessage(request: ReceiptRef): void {
    const queue = this.queues.resolve(request);
    const { messageKey, receiveCount } = readReceiptHandle(queue, request.receiptHandle);
    queue.settle(this.#clock());
    const message = queue.messages.get(messageKey);
    if (message === undefined) return;
    const isLatest = message.receiveCount === receiveCount;
    if (queue.settings.fifo && !(isLatest && message.state === 'in-flight')) {
      throw invalidParameter(request.receiptHandle, 'ReceiptHandle', 'The receipt handle has expired.');
    }
    if (!isLatest) return;
    this.store.commit({ t: 'delete', queue: queue.name, key: messageKey });
    this.#polls.wake(queue);
  }

  /** Lets a message stay in flight for so long from now; 0 makes it visible. */
  changeVisibility(request: ReceiptRef & { readonly visibilityTimeoutMs: number }): void {
    const { receiptHandle, visibilityTimeoutMs } = request;
    const queue = this.queues.resolve(request);
    checkVisibility(visibilityTimeoutMs);
    const { messageKey, receiveCount } = readReceiptHandle(queue, receiptHandle);
    const now = this.#clock();
    queue.settle(now);
    const message = queue.messages.get(messageKey);
    if (message === undefined) {
      const reason = 'Message does not exist or is not available for visibility timeout change.';
      throw invalidParameter(receiptHandle, 'ReceiptHandle', reason);
    }
    if (message.state !== 'in-flight' || message.receiveCount !== receiveCount) {
      throw new SqsError('MessageNotInflight', "The specified message isn't in flight.");
    }
    if (now + visibilityTimeoutMs > (message.receivedAt ?? now) + MAX_VISIBILITY_MS) {
      const reason = 'Total VisibilityTimeout for the message is beyond the limit [43200 seconds]';
      throw invalidParameter(visibilityTimeoutMs / 1000, 'VisibilityTimeout', reason);
    }
    if (visibilityTimeoutMs === 0) queue.reveal(message);
    else queue.holdUntil(message, now + visibilityTimeoutMs);
    this.#polls.wake(queue);
  }

  deleteQueue(ref: QueueRef): void {
    const queue = this.queues.resolve(ref);
    this.queues.remove(queue);
    this.#polls.cancelAll(queue);
  }

  /** Counts of messages, exact as of now. */
  stats(ref: QueueRef): QueueStats {
    const queue = this.queues.resolve(ref);
    queue.settle(this.#clock());
    return queue.stats();
  }

  /** Looks at the clock again; only a clock that jumps needs it. */
  tick(): void {
    this.#polls.wakeAll();
  }

  /** Ends all waits and background moves. */
  close(): void {
    this.#polls.close();
    this.moves.close();
  }

  #take(queue: Queue, max: number, visibilityMs: number): ReceivedMessage[] {
    const { messages, arrivedAt } = this.#taker.take(queue, max, visibilityMs);
    if (arrivedAt !== undefined) this.#polls.wake(arrivedAt);
    return messages;
  }

  #wait(queue: Queue, max: number, visibilityMs: number, until: number, signal: AbortSignal | undefined) {
    return new Promise<ReceivedMessage[]>((settle, reject) => {
      const resolve = (messages: ReceivedMessage[]) => {
        signal?.removeEventListener('abort', abort);
        settle(messages);
      };
      const poll = { max, visibilityMs, until, resolve, reject };
      const abort = () => this.#polls.cancel(queue, poll);
      signal?.addEventListener('abort', abort, { once: true });
      this.#polls.add(queue, poll);
    });
  }
}

function checkVisibility(ms: number): void {
  if (ms >= 0 && ms <= MAX_VISIBILITY_MS) return;
  throw invalidParameter(
    ms / 1000,
    'VisibilityTimeout',
    'Must be an integer between 0 and 43200 seconds, if provided.',
  );
}
