import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Payout } from '../../domain/money/payout.ts';
import { type SettlePayoutPorts, settlePayout } from './settle-payout.ts';

/** Cancels a payout that has not left and gives its amount and its places in limits back, once. */
export function cancelPayout(ports: SettlePayoutPorts, payoutId: string): Promise<Payout | Refusal> {
  return settlePayout(ports, payoutId, (record, at) => {
    const { payout } = record;
    if (payout.status !== 'requested') return refuse('payout_not_cancellable', { extra: { payout } });
    return { ...record, payout: { ...payout, status: 'cancelled', cancelledAt: at } };
  });
}
