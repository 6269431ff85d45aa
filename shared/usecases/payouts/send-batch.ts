import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import type { PayoutRecord } from '../../domain/money/payout.ts';
import type { PayoutBatch } from '../../domain/payouts/batch.ts';
import { cancelPayout } from './cancel-payout.ts';
import { type MoveBatchPorts, moveBatch } from './move-batch.ts';
import type { PayoutProvider, ProviderPort } from './provider.ts';
import { handOver, type SendPayoutPorts } from './send-payout.ts';
import { inLanes, type WalkBatchPorts, walkBatch } from './walk-batch.ts';

export type SendBatchPorts = SendPayoutPorts & ProviderPort & MoveBatchPorts & WalkBatchPorts;

/** Calls that are under way at once. */
const lanes = 10;

/** So many calls without a clear answer end the run: a provider in trouble is left alone. */
const mostUncertain = 10;

/**
 * Hands the payouts of a frozen batch to its provider, each at most once: what has left `requested` is never sent
 * here again. What a ban or a debt keeps from leaving is cancelled, and its amount returns. `sent` when none waits.
 *
 * @param until milliseconds since 1970: no payout is handed over after it; the next call goes on
 */
export async function sendBatch(
  ports: SendBatchPorts,
  batchId: string,
  until: number,
): Promise<PayoutBatch | Refusal> {
  const found = await ports.findBatch(batchId);
  if (found === undefined) return refuse('payout_batch_not_found');
  const { batch } = found;
  if (batch.status === 'sent') return batch;
  if (batch.status !== 'frozen' && batch.status !== 'sending') {
    return refuse('payout_batch_not_frozen', { extra: { batch } });
  }
  const provider = await ports.findProvider(batch.provider);
  if (provider === undefined) return refuse('payout_provider_not_set_up');
  const sending = batch.status === 'sending' ? batch : await moveBatch(ports, batch, 'sending');
  if (sending === undefined) return (await ports.findBatch(batchId))?.batch ?? batch;
  // The batch is noted, not each of its payouts.
  if (!(await sendAll({ ...ports, operator: undefined }, provider, sending, until))) return sending;
  return (await moveBatch(ports, sending, 'sent')) ?? sending;
}

/** @returns whether every payout of the set has been seen, and none of them waits */
async function sendAll(
  ports: SendBatchPorts,
  provider: PayoutProvider,
  batch: PayoutBatch,
  until: number,
): Promise<boolean> {
  let seen = 0;
  let uncertain = 0;
  const stop = (): boolean => ports.now() >= until || uncertain >= mostUncertain;
  for await (const records of walkBatch(ports, batch)) {
    const waiting = records.filter(({ payout }) => payout.status === 'requested');
    let tried = 0;
    const work = async (record: (typeof waiting)[number]): Promise<void> => {
      const answer = await handOver(ports, provider, record);
      if (answer !== undefined && isRefusal(answer)) {
        if (await isCancelled(ports, record, answer)) tried += 1;
        return;
      }
      if (answer?.status === 'uncertain') uncertain += 1;
      if (answer !== undefined || (await hasMovedOn(ports, record))) tried += 1;
    };
    await inLanes(waiting, lanes, work, stop);
    if (tried < waiting.length) return false;
    seen += records.length;
  }
  return seen === batch.count;
}

/** What may not leave any more goes back, and says why: a batch waits for nobody. */
async function isCancelled(ports: SendBatchPorts, record: PayoutRecord, against: Refusal): Promise<boolean> {
  if (against.refused !== 'contended') await cancelPayout(ports, record.payout.payoutId, against.refused);
  return hasMovedOn(ports, record);
}

/** Somebody else was at it; unless they gave up, there is nothing left to do. */
async function hasMovedOn(ports: SendBatchPorts, { payout }: PayoutRecord): Promise<boolean> {
  return (await ports.findPayout(payout.payoutId))?.payout.status !== 'requested';
}
