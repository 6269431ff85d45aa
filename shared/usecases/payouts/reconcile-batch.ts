import { type Refusal, refuse } from '../../contract/problems.ts';
import type { MoveBatchPorts } from './move-batch.ts';
import type { ProviderPort } from './provider.ts';
import { type ReconcileOutcome, reconcileRecord } from './reconcile-payout.ts';
import type { SendPayoutPorts } from './send-payout.ts';
import { inLanes, type WalkBatchPorts, walkBatch } from './walk-batch.ts';

/** How many payouts in doubt came to what. */
export type Reconciled = Readonly<Record<Exclude<ReconcileOutcome, 'certain'>, number>> & {
  /** False: time ran out; the next call goes on. */
  readonly complete: boolean;
};

/** Clears up the payouts of a batch that are in doubt. @param until milliseconds since 1970 */
export async function reconcileBatch(
  ports: SendPayoutPorts & ProviderPort & MoveBatchPorts & WalkBatchPorts,
  batchId: string,
  until: number,
): Promise<Reconciled | Refusal> {
  const found = await ports.findBatch(batchId);
  if (found === undefined) return refuse('payout_batch_not_found');
  const provider = await ports.findProvider(found.batch.provider);
  if (provider === undefined) return refuse('payout_provider_not_set_up');
  const counts = { too_early: 0, paid: 0, failed: 0, accepted: 0, uncertain: 0 };
  const stop = (): boolean => ports.now() >= until;
  for await (const records of walkBatch(ports, found.batch)) {
    const inDoubt = records.filter(({ payout }) => payout.status === 'processing' && payout.uncertain);
    await inLanes(
      inDoubt,
      10,
      async (record) => {
        const outcome = await reconcileRecord(ports, provider, record);
        if (outcome !== 'certain') counts[outcome] += 1;
      },
      stop,
    );
    if (stop()) return { ...counts, complete: false };
  }
  return { ...counts, complete: true };
}
