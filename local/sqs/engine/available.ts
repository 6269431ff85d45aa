import type { Message } from './message.ts';

/** The visible messages of a queue, and in which order they leave. */
export interface Available {
  /** A message has become visible, for the first time or again. */
  add(message: Message): void;
  /** Takes messages out until `limit` of those that `counts` are taken; the others come along. */
  take(limit: number, counts: (message: Message) => boolean): Message[];
  /** A message that was taken is in flight no more. */
  release(message: Message): void;
  /** A visible message is gone. */
  discard(message: Message): void;
}
