import type { ReceivedMessage } from './message.ts';
import type { Queue } from './queue.ts';

/** A receive that waits for messages. */
export interface LongPoll {
  readonly max: number;
  readonly visibilityMs: number;
  /** Epoch ms at which it is answered with nothing. */
  readonly until: number;
  readonly resolve: (messages: ReceivedMessage[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Waiting {
  readonly polls: Set<LongPoll>;
  timer: NodeJS.Timeout | undefined;
}

/** The receives that wait, first come first served, with one timer for each queue that is waited on. */
export class LongPolls {
  readonly #clock: () => number;
  readonly #take: (queue: Queue, poll: LongPoll) => ReceivedMessage[];
  readonly #waiting = new Map<Queue, Waiting>();

  /** `take` settles the queue and takes what a poll may have now. */
  constructor(clock: () => number, take: (queue: Queue, poll: LongPoll) => ReceivedMessage[]) {
    this.#clock = clock;
    this.#take = take;
  }

  add(queue: Queue, poll: LongPoll): void {
    const waiting = this.#waiting.get(queue) ?? { polls: new Set(), timer: undefined };
    this.#waiting.set(queue, waiting);
    waiting.polls.add(poll);
    this.#arm(queue, waiting);
  }

  /** Answers a poll with nothing, unless it has its answer. */
  cancel(queue: Queue, poll: LongPoll): void {
    const waiting = this.#waiting.get(queue);
    if (waiting === undefined || !waiting.polls.delete(poll)) return;
    poll.resolve([]);
    this.#arm(queue, waiting);
  }

  cancelAll(queue: Queue): void {
    for (const poll of [...(this.#waiting.get(queue)?.polls ?? [])]) this.cancel(queue, poll);
  }

  close(): void {
    for (const queue of [...this.#waiting.keys()]) this.cancelAll(queue);
  }

  /** Looks again at every queue that is waited on, for a clock that has jumped. */
  wakeAll(): void {
    for (const queue of [...this.#waiting.keys()]) this.wake(queue);
  }

  /** Something may have become visible: hands it to those who wait. */
  wake(queue: Queue): void {
    const waiting = this.#waiting.get(queue);
    if (waiting === undefined) return;
    for (const poll of waiting.polls) {
      if (!this.#serve(queue, waiting, poll)) break;
    }
    const now = this.#clock();
    for (const poll of waiting.polls) {
      if (poll.until > now) continue;
      waiting.polls.delete(poll);
      poll.resolve([]);
    }
    this.#arm(queue, waiting);
  }

  #serve(queue: Queue, waiting: Waiting, poll: LongPoll): boolean {
    try {
      const messages = this.#take(queue, poll);
      if (messages.length === 0) return false;
      waiting.polls.delete(poll);
      poll.resolve(messages);
    } catch (error) {
      waiting.polls.delete(poll);
      poll.reject(error);
    }
    return true;
  }

  #arm(queue: Queue, waiting: Waiting): void {
    clearTimeout(waiting.timer);
    if (waiting.polls.size === 0) {
      this.#waiting.delete(queue);
      return;
    }
    let at = queue.nextRevealAt();
    for (const poll of waiting.polls) at = Math.min(at, poll.until);
    waiting.timer = setTimeout(() => this.wake(queue), Math.max(1, at - this.#clock()));
  }
}
