import { randomUUID } from 'node:crypto';
import { isStrayCopy, type Message } from './message.ts';
import type { Queue } from './queue.ts';
import type { QueueDirectory } from './queue-directory.ts';
import type { QueueStore } from './queue-store.ts';
import { invalidRequest, SqsError } from './sqs-error.ts';

const STEP_MS = 100;
const UNLIMITED_PER_SECOND = 10_000;
const HOLD_MS = 30_000;

export type MoveStatus = 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

/** A move of a dead-letter queue's messages, back to where they came from or to one destination. */
export interface MoveTask {
  readonly handle: string;
  readonly source: Queue;
  readonly destinationArn: string | undefined;
  readonly maxPerSecond: number | undefined;
  readonly toMove: number;
  /** Epoch ms. */
  readonly startedAt: number;
  moved: number;
  status: MoveStatus;
  failureReason: string | undefined;
}

export interface MoveTasksOptions {
  readonly store: QueueStore;
  readonly directory: QueueDirectory;
  readonly clock: () => number;
  /** Called when messages have arrived in a queue. */
  readonly arrived: (queue: Queue) => void;
}

/** The redrive tasks since the start; a restart forgets them, but not what they have moved. */
export class MoveTasks {
  readonly #options: MoveTasksOptions;
  readonly #tasks: MoveTask[] = [];
  readonly #timers = new Map<MoveTask, NodeJS.Timeout>();

  constructor(options: MoveTasksOptions) {
    this.#options = options;
  }

  start(sourceArn: string, destinationArn?: string, maxPerSecond?: number): MoveTask {
    const { clock, directory } = this.#options;
    const source = this.#queueFor(sourceArn, 'SourceArn');
    if (destinationArn !== undefined) this.#queueFor(destinationArn, 'DestinationArn');
    if (directory.sourcesOf(source).length === 0) {
      throw invalidRequest('Source queue must be configured as a Dead Letter Queue.');
    }
    if (this.#tasks.some((task) => task.source === source && task.status === 'RUNNING')) {
      throw invalidRequest(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    source.settle(clock());
    const task: MoveTask = {
      handle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString('base64'),
      source,
      destinationArn,
      maxPerSecond,
      toMove: source.stats().visible,
      startedAt: clock(),
      moved: 0,
      status: 'RUNNING',
      failureReason: undefined,
    };
    this.#tasks.unshift(task);
    this.#timers.set(
      task,
      setTimeout(() => this.#step(task), 0),
    );
    return task;
  }

  /** A queue's tasks, latest first. */
  list(sourceArn: string, limit: number): MoveTask[] {
    const source = this.#queueFor(sourceArn, 'SourceArn');
    return this.#tasks.filter((task) => task.source === source).slice(0, limit);
  }

  /** Stops a running task; what it has moved stays moved. */
  cancel(handle: string): MoveTask {
    const task = this.#tasks.find((candidate) => candidate.handle === handle);
    if (task === undefined) throw resourceNotFound('TaskHandle');
    if (task.status !== 'RUNNING') throw invalidRequest('Only active tasks can be cancelled.');
    this.#finish(task, 'CANCELLED');
    return task;
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #step(task: MoveTask): void {
    const perSecond = task.maxPerSecond ?? UNLIMITED_PER_SECOND;
    const stepMs = Math.max(STEP_MS, 1000 / perSecond);
    const limit = Math.min(Math.round((perSecond * stepMs) / 1000), task.toMove - task.moved);
    try {
      if (this.#moveSome(task, limit) < limit || task.moved >= task.toMove) this.#finish(task, 'COMPLETED');
      else
        this.#timers.set(
          task,
          setTimeout(() => this.#step(task), stepMs),
        );
    } catch (error) {
      task.failureReason = error instanceof SqsError ? error.code : 'InternalError';
      this.#finish(task, 'FAILED');
    }
  }

  #moveSome(task: MoveTask, limit: number): number {
    const { source } = task;
    const now = this.#options.clock();
    source.settle(now);
    const messages = source.take(limit, now + HOLD_MS, () => true);
    try {
      for (const message of messages) this.#move(task, message, now);
    } finally {
      for (const message of messages) if (message.state === 'in-flight') source.reveal(message);
    }
    return messages.length;
  }

  #move(task: MoveTask, message: Message, now: number): void {
    const { store, directory, arrived } = this.#options;
    const { source } = task;
    if (isStrayCopy(message)) {
      source.remove(message);
      return;
    }
    const targetArn = task.destinationArn ?? message.content.sourceArn;
    if (targetArn === undefined) throw new SqsError('CouldNotDetermineMessageSource', 'No source is known.');
    const target = directory.resolve({ queueArn: targetArn });
    const { sourceArn: _, earlierReceives: __, ...content } = message.content;
    const moved = { ...content, key: store.nextKey, id: randomUUID(), sentAt: now, visibleAt: now };
    store.commit(
      { t: 'send', queue: target.name, message: moved },
      { t: 'delete', queue: source.name, key: message.content.key },
    );
    task.moved++;
    arrived(target);
  }

  #finish(task: MoveTask, status: MoveStatus): void {
    task.status = status;
    clearTimeout(this.#timers.get(task));
    this.#timers.delete(task);
  }

  #queueFor(arn: string, parameter: string): Queue {
    const queue = this.#options.directory.find({ queueArn: arn });
    if (queue === undefined) throw resourceNotFound(parameter);
    return queue;
  }
}

function resourceNotFound(parameter: string): SqsError {
  return new SqsError(
    'ResourceNotFoundException',
    `The resource that you specified for the ${parameter} parameter doesn't exist.`,
  );
}
