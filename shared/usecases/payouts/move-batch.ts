import type { AuditEntry } from '../../domain/audit.ts';
import type { PayoutBatch, PayoutBatchStatus } from '../../domain/payouts/batch.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { isoTime } from '../system.ts';

export interface MoveBatchPorts extends NoteChangePorts {
  findBatch(batchId: string): Promise<{ readonly batch: PayoutBatch; readonly after: string } | undefined>;
  /** Moves a batch on, if it is as it was read. @param at ISO 8601 */
  moveBatch(
    read: PayoutBatch,
    to: PayoutBatchStatus,
    at: string,
    note?: AuditEntry,
  ): Promise<PayoutBatch | undefined>;
}

/** Moves a batch into its next state, and notes it; undefined if it is not as it was read any more. */
export function moveBatch(
  ports: MoveBatchPorts,
  read: PayoutBatch,
  to: PayoutBatchStatus,
): Promise<PayoutBatch | undefined> {
  const note = noteBatch(ports, { ...read, status: to }, { status: read.status });
  return ports.moveBatch(read, to, isoTime(ports.now()), note);
}

/** The entry of the audit log of a batch that is made, or comes into another state; it stands for all of its payouts. */
export function noteBatch(
  ports: NoteChangePorts,
  { programId, batchId, status, count, total, currency }: PayoutBatch,
  before: { readonly status: PayoutBatchStatus } | null,
): AuditEntry | undefined {
  return noteChange(ports, {
    programId,
    action: `payout_batch.${status}`,
    target: { type: 'payout_batch', id: batchId },
    before,
    after: { status, count, total, currency },
  });
}
