import { type Refusal, refuse } from '../../contract/problems.ts';
import type { PayoutBatch } from '../../domain/payouts/batch.ts';
import { isoTime } from '../system.ts';
import { cancelPayout } from './cancel-payout.ts';
import type { MoveBatchPort } from './freeze-batch.ts';
import type { SettlePayoutPorts } from './settle-payout.ts';
import { inLanes, type WalkBatchPorts, walkBatch } from './walk-batch.ts';

/**
 * Cancels a batch of which nothing has left, and gives back what was reserved. The first step closes the set: no
 * more payouts come, and none is sent.
 *
 * @param until milliseconds since 1970; the next call goes on
 * @returns the batch: `cancelled`, or still `cancelling`
 */
export async function cancelBatch(
  ports: SettlePayoutPorts & MoveBatchPort & WalkBatchPorts,
  batchId: string,
  until: number,
): Promise<PayoutBatch | Refusal> {
  const found = await ports.findBatch(batchId);
  if (found === undefined) return refuse('payout_batch_not_found');
  if (found.batch.status === 'cancelled') return found.batch;
  const at = () => isoTime(ports.now());
  const open = ['freezing', 'frozen', 'cancelling'] as const;
  const closed = await ports.moveBatch(batchId, open, 'cancelling', at());
  if (closed === undefined) {
    return refuse('payout_batch_not_cancellable', { extra: { batch: found.batch } });
  }
  let given = 0;
  const stop = (): boolean => ports.now() >= until;
  for await (const records of walkBatch(ports, closed)) {
    const work = async ({ payout }: (typeof records)[number]): Promise<void> => {
      const isBack =
        payout.status === 'cancelled' || 'payoutId' in (await cancelPayout(ports, payout.payoutId));
      if (isBack || (await ports.findPayout(payout.payoutId))?.payout.status === 'cancelled') given += 1;
    };
    await inLanes(records, 10, work, stop);
    if (stop()) return closed;
  }
  if (given < closed.count) return closed;
  return (await ports.moveBatch(batchId, ['cancelling'], 'cancelled', at())) ?? closed;
}
