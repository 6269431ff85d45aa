import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Payout } from '../../domain/money/payout.ts';
import {
  addToTotals,
  type BatchTotals,
  noTotals,
  type PayoutBatch,
  type Skipped,
} from '../../domain/payouts/batch.ts';
import type { MoveBatchPorts } from './move-batch.ts';
import { type WalkBatchPorts, walkBatch } from './walk-batch.ts';

export interface ReadBatchPorts extends WalkBatchPorts, Pick<MoveBatchPorts, 'findBatch'> {
  listSkipped(batch: PayoutBatch): Promise<readonly Skipped[]>;
}

/** A batch with its sums by state, and those of the chosen who are not in it. */
export interface BatchReport {
  readonly batch: PayoutBatch;
  readonly totals: BatchTotals;
  readonly skipped: readonly Skipped[];
}

/** Reads a batch and sums up its payouts. */
export async function readBatch(ports: ReadBatchPorts, batchId: string): Promise<BatchReport | Refusal> {
  const found = await ports.findBatch(batchId);
  if (found === undefined) return refuse('payout_batch_not_found');
  let totals = noTotals;
  for await (const records of walkBatch(ports, found.batch)) {
    totals = records.reduce((sum, { payout }) => addToTotals(sum, payout), totals);
  }
  return { batch: found.batch, totals, skipped: await ports.listSkipped(found.batch) };
}

/** Most payouts in one file: an answer of a function has at most 6 MB. */
const mostInFile = 20_000;

/**
 * All payouts of a batch whose set is frozen, for a file that is paid by.
 *
 * @param after key of the participant where the file before ended
 * @returns `unavailable` while the index does not show all of them yet: a file with gaps would be believed
 */
export async function exportBatch(
  ports: ReadBatchPorts,
  batchId: string,
  after?: string,
): Promise<{ readonly batch: PayoutBatch; readonly payouts: readonly Payout[]; after?: string } | Refusal> {
  const found = await ports.findBatch(batchId);
  if (found === undefined) return refuse('payout_batch_not_found');
  const { batch } = found;
  if (batch.status === 'freezing') return refuse('payout_batch_not_frozen', { extra: { batch } });
  const payouts: Payout[] = [];
  let from = after;
  do {
    const page = await ports.listBatchPayouts(batch, 100, from);
    payouts.push(...page.records.map((record) => record.payout));
    from = page.after;
  } while (from !== undefined && payouts.length < mostInFile);
  if (from === undefined && after === undefined && payouts.length < batch.count) return refuse('unavailable');
  return { batch, payouts, ...(from !== undefined && { after: from }) };
}
