import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import type { PayoutBatch } from '../../domain/payouts/batch.ts';
import { whileContended } from '../retry.ts';
import { cancelPayout } from './cancel-payout.ts';
import { type MoveBatchPorts, moveBatch } from './move-batch.ts';
import type { SettlePayoutPorts } from './settle-payout.ts';
import { inLanes, type WalkBatchPorts, walkBatch } from './walk-batch.ts';

export type CancelBatchPorts = SettlePayoutPorts & MoveBatchPorts & WalkBatchPorts;

/**
 * Cancels a batch of which nothing has left, and gives back what was reserved. The first step closes the set: no
 * more payouts come, and none is sent.
 *
 * @param until milliseconds since 1970; the next call goes on
 * @returns the batch: `cancelled`, or still `cancelling`
 */
export async function cancelBatch(
  ports: CancelBatchPorts,
  batchId: string,
  until: number,
): Promise<PayoutBatch | Refusal> {
  const closed = (await whileContended(() => close(ports, batchId))) ?? refuse('contended');
  if (isRefusal(closed) || closed.status === 'cancelled') return closed;
  // The batch is noted, not each of its payouts.
  if (!(await giveAllBack({ ...ports, operator: undefined }, closed, until))) return closed;
  return (await moveBatch(ports, closed, 'cancelled')) ?? closed;
}

/** Closes the set of a batch, unless it is closed or things have left. */
async function close(ports: CancelBatchPorts, batchId: string): Promise<PayoutBatch | Refusal | 'again'> {
  const found = await ports.findBatch(batchId);
  if (found === undefined) return refuse('payout_batch_not_found');
  const { batch } = found;
  if (batch.status === 'cancelled' || batch.status === 'cancelling') return batch;
  if (batch.status !== 'freezing' && batch.status !== 'frozen') {
    return refuse('payout_batch_not_cancellable', { extra: { batch } });
  }
  return (await moveBatch(ports, batch, 'cancelling')) ?? 'again';
}

/** @returns whether all payouts of the set are cancelled */
async function giveAllBack(ports: CancelBatchPorts, batch: PayoutBatch, until: number): Promise<boolean> {
  let given = 0;
  const stop = (): boolean => ports.now() >= until;
  for await (const records of walkBatch(ports, batch)) {
    const work = async ({ payout }: (typeof records)[number]): Promise<void> => {
      const isBack =
        payout.status === 'cancelled' || 'payoutId' in (await cancelPayout(ports, payout.payoutId));
      if (isBack || (await ports.findPayout(payout.payoutId))?.payout.status === 'cancelled') given += 1;
    };
    await inLanes(records, 10, work, stop);
    if (stop()) return false;
  }
  return given >= batch.count;
}
