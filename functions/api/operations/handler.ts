import * as contract from '../../../shared/contract/dead-letters.ts';
import { type Refusal, refuse, refuseField } from '../../../shared/contract/problems.ts';
import { pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { failureQueues } from '../../../shared/queue/failure-queues.ts';
import { callFunction } from '../../../shared/runtime/call-function.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { readStreamRecords } from '../../../shared/runtime/read-stream.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { deadLetterItems } from '../../../shared/table/dead-letter-items.ts';
import type { Redrives } from '../../../shared/usecases/dead-letters/failure-queue.ts';
import { redriveDeadLetters } from '../../../shared/usecases/dead-letters/redrive-dead-letters.ts';

const letters = deadLetterItems(openTable(requireEnvironment('TABLE_NAME')));
const redrives: Redrives = JSON.parse(requireEnvironment('REDRIVES'));
const ports = {
  ...system,
  ...letters,
  ...failureQueues,
  ...callFunction,
  readRecords: readStreamRecords,
};

function refuseQueue(queue: string | undefined): Refusal | undefined {
  if (queue === undefined || Object.hasOwn(redrives, queue)) return undefined;
  return refuseField('queue', `must be one of: ${Object.keys(redrives).sort().join(', ')}`);
}

const list = operation(contract.listDeadLetters, async ({ query }) => {
  const { status = 'open', queue, programId, ...page } = query;
  const refused = refuseQueue(queue);
  if (refused !== undefined) return refused;
  const filter = { status, queue, programId };
  return pageAnswer('deadLetters', await letters.listDeadLetters(filter, pageOf(page)), (letter) => letter);
});

const redrive = operation(contract.redriveDeadLetters, async ({ body, operator }) => {
  const { ids, queue, limit, cursor } = body;
  const refused = refuseQueue(queue);
  if (refused !== undefined) return refused;
  const wanted = ids === undefined ? { queue } : { ids };
  const result = await redriveDeadLetters(
    { ...ports, operator },
    redrives,
    wanted,
    pageOf({ limit, cursor }),
  );
  return result ?? refuse('invalid_cursor');
});

export const handler = serveRoutes([list, redrive]);
