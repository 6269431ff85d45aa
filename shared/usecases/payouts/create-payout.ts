import { type Refusal, refuse } from '../../contract/problems.ts';
import { participantKey, payoutIdOf } from '../../domain/ids.ts';
import { currencyExponent } from '../../domain/money/currencies.ts';
import type { Payout } from '../../domain/money/payout.ts';
import type { Participant } from '../../domain/participant.ts';
import { whileContended } from '../retry.ts';
import { isoTime, type System } from '../system.ts';

export interface CreatePayoutPorts extends System {
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  requestPayout(payout: Payout, ulid: string): Promise<'requested' | 'insufficient_balance' | 'conflict'>;
}

export interface PayoutInput {
  readonly programId: string;
  readonly userId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}

/** Takes an amount from what is available and makes a payout of it, in one step. */
export async function createPayout(ports: CreatePayoutPorts, input: PayoutInput): Promise<Payout | Refusal> {
  const { programId, userId, currency } = input;
  if (currencyExponent(currency) === undefined) {
    const errors = [{ field: 'currency', message: 'is not a currency of ISO 4217' }];
    return refuse('invalid_request', { errors });
  }
  if ((await ports.findParticipant(programId, userId)) === undefined) return refuse('participant_not_found');
  const at = ports.now();
  const ulid = ports.ulid(at);
  const payout: Payout = {
    payoutId: payoutIdOf(participantKey(programId, userId), ulid),
    ...input,
    status: 'requested',
    createdAt: isoTime(at),
  };
  const result = await whileContended(async () => {
    const attempt = await ports.requestPayout(payout, ulid);
    return attempt === 'conflict' ? 'again' : attempt;
  });
  if (result === undefined) return refuse('contended');
  return result === 'requested' ? payout : refuse('insufficient_balance');
}
