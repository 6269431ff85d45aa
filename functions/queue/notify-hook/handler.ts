import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Cause } from '../../../shared/domain/dead-letters/dead-letter.ts';
import { workAtOnce } from '../../../shared/queue/answer-batch.ts';
import { noticeMessage } from '../../../shared/queue/messages.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { hooks } from '../../../shared/runtime/hooks/hooks.ts';
import { log } from '../../../shared/runtime/log.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { deadLetterItems } from '../../../shared/table/dead-letter-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { notifyHook } from '../../../shared/usecases/hooks/notify-hook.ts';

// Programs are read anew for each notice: beside the call it costs nothing, and no old address is called.
const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = { ...system, ...hooks, ...programItems(table) };
const letters = { ...system, ...deadLetterItems(table) };

/**
 * Works on the notices queue: tells programs' own logic what happened, all of a batch at once, so that no address waits
 * for another. What fails is left for the queue to deliver again.
 */
export function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return workAtOnce(letters, event.Records, work);
}

/** @returns why nobody could be told; undefined if there is nothing left to do */
async function work({ body }: SQSRecord): Promise<Cause | undefined> {
  const { version: _, ...notice } = noticeMessage.parse(JSON.parse(body));
  const result = await notifyHook(ports, notice);
  if (result.outcome === 'dropped') {
    const { id, programId, type } = notice;
    log('warn', 'notice dropped', { noticeId: id, programId, type, because: result.because });
  }
  return result.outcome === 'failed' ? { code: result.because } : undefined;
}
