import type { Cause } from '../../domain/dead-letters/dead-letter.ts';
import { isoTime, type System } from '../system.ts';

/** One delivery of a message of a queue. */
export interface Delivery {
  readonly messageId: string;
  /** How often it has been delivered, this time included. */
  readonly tries: number;
  /** Milliseconds since 1970. */
  readonly firstTriedAt: number;
}

/** A try after which a message is a dead letter, unless it succeeds. */
export interface LastTry {
  readonly firstTriedAt: string;
  readonly lastTriedAt: string;
  readonly tries: number;
}

export interface WatchLastTriesPorts extends Pick<System, 'now'> {
  noteLastTry(messageId: string, last: LastTry): Promise<void>;
  noteCause(messageId: string, cause: Cause): Promise<void>;
}

/** Told of what failed within a batch. */
export interface LastTries {
  /** Keeps why a message failed, if this was its last try. */
  failed(messageId: string, cause: Cause): Promise<void>;
}

/**
 * Notes, before work on it begins, which messages are tried for the last time, and then why they failed: a try that
 * ends without a word was timed out or crashed. Messages that have tries left cost nothing.
 *
 * @param most tries that a message has
 */
export async function watchLastTries(
  ports: WatchLastTriesPorts,
  deliveries: readonly Delivery[],
  most: number,
): Promise<LastTries> {
  const last = deliveries.filter(({ tries }) => tries >= most);
  const lastTriedAt = isoTime(ports.now());
  await Promise.all(
    last.map(({ messageId, tries, firstTriedAt }) =>
      ports.noteLastTry(messageId, { firstTriedAt: isoTime(firstTriedAt), lastTriedAt, tries }),
    ),
  );
  const ids = new Set(last.map(({ messageId }) => messageId));
  return {
    failed: async (messageId, cause) => {
      if (ids.has(messageId)) await ports.noteCause(messageId, cause);
    },
  };
}
