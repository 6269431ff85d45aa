import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Payout } from '../../domain/money/payout.ts';
import { whileContended } from '../retry.ts';
import { isoTime, type System } from '../system.ts';

export interface CancelPayoutPorts extends System {
  findPayout(payoutId: string): Promise<Payout | undefined>;
  cancelPayout(payout: Payout, ulid: string): Promise<'cancelled' | 'not_requested' | 'conflict'>;
}

/** Cancels a payout that has not left and gives its amount back, once. */
export async function cancelPayout(ports: CancelPayoutPorts, payoutId: string): Promise<Payout | Refusal> {
  const payout = await ports.findPayout(payoutId);
  if (payout === undefined) return refuse('payout_not_found');
  const at = ports.now();
  const cancelled: Payout = { ...payout, status: 'cancelled', cancelledAt: isoTime(at) };
  const ulid = ports.ulid(at);
  const result = await whileContended(async () => {
    const attempt = await ports.cancelPayout(cancelled, ulid);
    return attempt === 'conflict' ? 'again' : attempt;
  });
  if (result === undefined) return refuse('contended');
  if (result === 'cancelled') return cancelled;
  return refuse('payout_not_cancellable', { extra: { payout: await ports.findPayout(payoutId) } });
}
