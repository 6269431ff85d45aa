import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { noticeMessage } from '../../../shared/queue/messages.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { hooks } from '../../../shared/runtime/hooks/hooks.ts';
import { describeError, log } from '../../../shared/runtime/log.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { notifyHook } from '../../../shared/usecases/hooks/notify-hook.ts';

// Programs are read anew for each notice: beside the call it costs nothing, and no old address is called.
const ports = { ...system, ...hooks, ...programItems(openTable(requireEnvironment('TABLE_NAME'))) };

/**
 * Works on the notices queue: tells programs' own logic what happened, all of a batch at once, so that no address waits
 * for another. What fails is left for the queue to deliver again.
 */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const done = await Promise.all(event.Records.map(isDone));
  return {
    batchItemFailures: event.Records.filter((_, index) => !done[index]).map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  };
}

async function isDone({ messageId, body }: SQSRecord): Promise<boolean> {
  try {
    const { version: _, ...notice } = noticeMessage.parse(JSON.parse(body));
    const result = await notifyHook(ports, notice);
    if (result.outcome === 'dropped') {
      const { id, programId, type } = notice;
      log('warn', 'notice dropped', { noticeId: id, programId, type, because: result.because });
    }
    return result.outcome !== 'failed';
  } catch (error) {
    log('error', 'message failed', { messageId, ...describeError(error) });
    return false;
  }
}
