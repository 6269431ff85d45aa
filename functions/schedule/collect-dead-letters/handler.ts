import { failureQueues } from '../../../shared/queue/failure-queues.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { describeError, log, recordMetrics } from '../../../shared/runtime/log.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { deadLetterItems } from '../../../shared/table/dead-letter-items.ts';
import {
  type Collected,
  collectDeadLetters,
} from '../../../shared/usecases/dead-letters/collect-dead-letters.ts';
import type { FailureQueue } from '../../../shared/usecases/dead-letters/failure-queue.ts';

const queues: readonly FailureQueue[] = JSON.parse(requireEnvironment('FAILURE_QUEUES'));
const ports = {
  ...system,
  ...failureQueues,
  ...deadLetterItems(openTable(requireEnvironment('TABLE_NAME'))),
  failed: (queue: string, error: unknown) =>
    log('error', 'dead letters not collected', { queue, ...describeError(error) }),
};

/** The function has a minute; what is left is there a minute later. */
const worksForMs = 40_000;

/**
 * Brings what was given up into the table, and counts it: an alarm watches the count.
 *
 * @throws if a queue could not be emptied: then its messages stay where they are
 */
export async function handler(): Promise<Collected> {
  const result = await collectDeadLetters(ports, queues, system.now() + worksForMs);
  if (result.collected > 0) {
    log('warn', 'dead letters collected', { ...result });
    recordMetrics({ DeadLetters: result.collected });
  }
  if (result.failed > 0) throw new Error(`${result.failed} failure queues could not be emptied`);
  return result;
}
