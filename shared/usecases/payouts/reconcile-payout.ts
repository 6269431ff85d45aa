import { type Refusal, refuse } from '../../contract/problems.ts';
import {
  type Payout,
  type PayoutIntent,
  type PayoutRecord,
  startedAgain,
} from '../../domain/money/payout.ts';
import { isoTime } from '../system.ts';
import type { PayoutProvider, ProviderPort } from './provider.ts';
import { letLeave, noteAnswer, type SendPayoutPorts } from './send-payout.ts';

/** How long a call to a provider may be under way in another instance: longer than a function may run. */
const underWayMs = 60_000;

/** Kept from the end of a provider's window: a repeat must arrive within it, also by a clock that is off. */
const windowMarginMs = 15 * 60_000;

export type ReconcileOutcome =
  /** There is nothing in doubt. */
  | 'certain'
  /** It has been sent just now: whoever does so may still get an answer. */
  | 'too_early'
  | 'paid'
  | 'failed'
  | 'accepted'
  /** The provider could not say, or does not know it, and the time in which a repeat is safe is over. */
  | 'uncertain';

/**
 * Clears up a payout whose provider gave no clear answer: asks for it by its key. Only what the provider has never
 * heard of is sent again, under the same key, and only within the time for which the provider promises that a
 * repeat does nothing. After that nothing is sent, nor to whoever may not be paid any more: a person decides, and
 * records the result.
 */
export async function reconcileRecord(
  ports: SendPayoutPorts,
  provider: PayoutProvider,
  record: PayoutRecord,
): Promise<ReconcileOutcome> {
  const { payout, intent } = record;
  if (payout.status !== 'processing' || !payout.uncertain || intent === undefined) return 'certain';
  if (ports.now() - Date.parse(intent.attemptedAt) < underWayMs) return 'too_early';
  const found = await provider.find(record, intent.idempotencyKey);
  if (found.status === 'absent') return sendAgain(ports, provider, record, intent);
  await noteAnswer(ports, record, found);
  return found.status;
}

async function sendAgain(
  ports: SendPayoutPorts,
  provider: PayoutProvider,
  record: PayoutRecord,
  intent: PayoutIntent,
): Promise<ReconcileOutcome> {
  const at = ports.now();
  const until = Date.parse(intent.startedAt) + provider.repeatableForMs - windowMarginMs;
  if (at >= until) return 'uncertain';
  const again = startedAgain(record, intent, isoTime(at));
  const begun = await letLeave(ports, again, record);
  if (begun !== 'started') return begun === 'changed' ? 'too_early' : 'uncertain';
  const answer = await provider.send(again, intent.idempotencyKey);
  await noteAnswer(ports, again, answer);
  return answer.status;
}

/** Clears up one payout. */
export async function reconcilePayout(
  ports: SendPayoutPorts & ProviderPort,
  payoutId: string,
): Promise<{ readonly outcome: ReconcileOutcome; readonly payout: Payout } | Refusal> {
  const record = await ports.findPayout(payoutId);
  if (record === undefined) return refuse('payout_not_found');
  if (record.intent === undefined) return { outcome: 'certain', payout: record.payout };
  const provider = await ports.findProvider(record.intent.provider);
  if (provider === undefined) return refuse('payout_provider_not_set_up');
  const outcome = await reconcileRecord(ports, provider, record);
  return { outcome, payout: (await ports.findPayout(payoutId))?.payout ?? record.payout };
}
