import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { rewardMessage } from '../../../shared/queue/messages.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { describeError, log } from '../../../shared/runtime/log.ts';
import { system } from '../../../shared/runtime/system.ts';
import { keepFor } from '../../../shared/runtime/timed-cache.ts';
import { openTable } from '../../../shared/table/client.ts';
import { eventItems } from '../../../shared/table/event-items.ts';
import { journalItems } from '../../../shared/table/journal-items.ts';
import { milestoneItems } from '../../../shared/table/milestone-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { processEvent } from '../../../shared/usecases/events/process-event.ts';
import { grantMilestones } from '../../../shared/usecases/milestones/grant-milestones.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const programs = programItems(table);
/** A version never changes, so how long it is kept matters only for memory. */
const findVersion = keepFor(3_600_000, 200, system.now, (name) => {
  const [programId = '', version] = name.split(' ');
  return programs.findProgramVersion(programId, Number(version));
});
const ports = {
  ...system,
  ...eventItems(table),
  ...journalItems(table),
  ...milestoneItems(table),
  findProgram: programs.findProgram,
  findProgramVersion: (programId: string, version: number) => findVersion(`${programId} ${version}`),
};

/** Works on the reward queue. A message that fails is left for the queue to deliver again; the others are done. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const failures = await Promise.all(event.Records.map(processRecord));
  return {
    batchItemFailures: failures
      .flatMap((messageId) => messageId ?? [])
      .map((itemIdentifier) => ({ itemIdentifier })),
  };
}

async function processRecord(record: SQSRecord): Promise<string | undefined> {
  try {
    const message = rewardMessage.parse(JSON.parse(record.body));
    if (message.kind === 'event') await processEvent(ports, message);
    else await grantMilestones(ports, message.programId, message.userId);
    return undefined;
  } catch (error) {
    log('error', 'message failed', { messageId: record.messageId, ...describeError(error) });
    return record.messageId;
  }
}
