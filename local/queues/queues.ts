import type { QueueSpec } from '../deployment.ts';
import type { QueueSource } from '../event-sources/sqs-poller.ts';

/** SQS, wherever it runs. */
export interface Queues extends QueueSource {
  /** Endpoint for clients. */
  readonly url: string;
  readonly what: string;
  /** Makes the queues of a template, or brings those that are there to its settings. */
  make(specs: readonly QueueSpec[]): Promise<void>;
  send(queueArn: string, body: string): Promise<void>;
  close(): Promise<void>;
}

/** Dead-letter queues first: a redrive policy may only name a queue that exists. */
export function deadLettersFirst(specs: readonly QueueSpec[]): readonly QueueSpec[] {
  const redrives = (spec: QueueSpec): number => (spec.attributes['RedrivePolicy'] === undefined ? 0 : 1);
  return [...specs].sort((a, b) => redrives(a) - redrives(b));
}
