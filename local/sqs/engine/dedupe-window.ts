import { Deque } from './deque.ts';

const WINDOW_MS = 5 * 60 * 1000;

/** The send that a deduplication ID stands for. */
export interface RememberedSend {
  readonly dedupeKey: string;
  readonly messageId: string;
  readonly messageKey: number;
  /** Epoch ms. */
  readonly at: number;
}

/** The sends of the last five minutes of a FIFO queue, whether their messages are still there or not. */
export class DedupeWindow {
  readonly #byKey = new Map<string, RememberedSend>();
  readonly #inOrder = new Deque<RememberedSend>();

  get size(): number {
    return this.#byKey.size;
  }

  /** The earlier send with this key that makes another one at `now` a repeat. */
  find(dedupeKey: string, now: number): RememberedSend | undefined {
    this.#forget(now);
    return this.#byKey.get(dedupeKey);
  }

  remember(send: RememberedSend): void {
    this.#byKey.set(send.dedupeKey, send);
    this.#inOrder.push(send);
  }

  entries(): Iterable<RememberedSend> {
    return this.#byKey.values();
  }

  #forget(now: number): void {
    for (;;) {
      const oldest = this.#inOrder.at(0);
      if (oldest === undefined || oldest.at + WINDOW_MS > now) return;
      this.#inOrder.shift();
      if (this.#byKey.get(oldest.dedupeKey) === oldest) this.#byKey.delete(oldest.dedupeKey);
    }
  }
}
