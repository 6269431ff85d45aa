import {
  givenUpBy,
  type KeptLetter,
  subjectOf,
  unknownCause,
} from '../../domain/dead-letters/dead-letter.ts';
import { isoTime, type System } from '../system.ts';
import type { FailureQueue } from './failure-queue.ts';

/** A message of a failure queue. */
export interface GivenUp {
  readonly messageId: string;
  readonly body: string;
  readonly groupId?: string;
  /** Milliseconds since 1970. */
  readonly firstTriedAt: number;
  /** What Lambda or the scheduler wrote beside it. */
  readonly attributes: Readonly<Record<string, string>>;
  /** By which the queue lets go of it. */
  readonly receipt: string;
}

export interface CollectPorts extends Pick<System, 'now'> {
  /** Messages of a failure queue, some at a time. */
  receive(queue: FailureQueue): Promise<readonly GivenUp[]>;
  /** Takes a message out of its failure queue. */
  remove(queue: FailureQueue, message: GivenUp): Promise<void>;
  /** Keeps a letter once; what the last try noted of itself goes before what is told here. */
  keepDeadLetter(letter: KeptLetter): Promise<void>;
  /** Told of a queue that could not be emptied. */
  failed(queue: string, error: unknown): void;
}

/** What collecting came to: letters that were kept, and queues that could not be emptied. */
export interface Collected {
  readonly collected: number;
  readonly failed: number;
}

/**
 * Brings what failure queues hold into the table. A message leaves its queue after it has been kept: whoever dies in
 * between finds it again, and it is kept once.
 *
 * @param until when to take no more, in milliseconds since 1970
 */
export async function collectDeadLetters(
  ports: CollectPorts,
  queues: readonly FailureQueue[],
  until: number,
): Promise<Collected> {
  const counts = await Promise.all(queues.map((queue) => empty(ports, queue, until)));
  return {
    collected: counts.reduce((sum, { collected }) => sum + collected, 0),
    failed: counts.filter(({ isEmptied }) => !isEmptied).length,
  };
}

async function empty(ports: CollectPorts, queue: FailureQueue, until: number) {
  let collected = 0;
  let isEmptied = true;
  try {
    while (isEmptied && ports.now() < until) {
      const messages = await ports.receive(queue);
      if (messages.length === 0) break;
      const kept = await Promise.all(messages.map((message) => keep(ports, queue, message)));
      collected += kept.filter((isKept) => isKept).length;
      isEmptied = kept.every((isKept) => isKept);
    }
  } catch (error) {
    ports.failed(queue.name, error);
    isEmptied = false;
  }
  return { collected, isEmptied };
}

/** One that can't be kept, such as one that is too large for the table, is in the way of no other. */
async function keep(ports: CollectPorts, queue: FailureQueue, message: GivenUp): Promise<boolean> {
  try {
    await ports.keepDeadLetter(letterOf(queue, message, isoTime(ports.now())));
    await ports.remove(queue, message);
    return true;
  } catch (error) {
    ports.failed(queue.name, error);
    return false;
  }
}

function letterOf(queue: FailureQueue, message: GivenUp, recordedAt: string): KeptLetter {
  const { messageId, body, groupId, firstTriedAt, attributes } = message;
  return {
    deadLetterId: messageId,
    queue: queue.name,
    status: 'open',
    about: subjectOf(body),
    firstTriedAt: isoTime(firstTriedAt),
    cause: unknownCause,
    tries: queue.tries,
    ...(!queue.ofQueue && givenUpBy(body, attributes)),
    recordedAt,
    body,
    ...(groupId !== undefined && { groupId }),
  };
}
