import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Payout } from '../../domain/money/payout.ts';
import { type SettlePayoutPorts, settlePayout } from './settle-payout.ts';

/**
 * Cancels a payout that has not left and gives its amount and its places in limits back, once.
 *
 * @param reason why, where nobody asked for it
 */
export function cancelPayout(
  ports: SettlePayoutPorts,
  payoutId: string,
  reason?: Payout['reason'],
): Promise<Payout | Refusal> {
  return settlePayout(ports, payoutId, (record, at) => {
    const { payout } = record;
    if (ports.isRepeat && payout.cancelledAt === at) return { stands: payout };
    if (payout.status !== 'requested') return refuse('payout_not_cancellable', { extra: { payout } });
    const why = reason === undefined ? {} : { reason };
    return { ...record, payout: { ...payout, status: 'cancelled', ...why, cancelledAt: at } };
  });
}
