import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import { parsePayoutId } from '../../domain/ids.ts';
import { type Payout, type PayoutResult, saysTheSame, settled } from '../../domain/money/payout.ts';
import { batchUlidOf } from '../../domain/payouts/batch.ts';
import { type SettlePayoutPorts, settlePayout } from './settle-payout.ts';

/**
 * Records what came of a payout that has left. A failed one gives its amount back. A repeat is answered as the
 * first time; a result that contradicts what is known changes nothing.
 */
export function recordResult(
  ports: SettlePayoutPorts,
  payoutId: string,
  result: PayoutResult,
): Promise<Payout | Refusal> {
  return settlePayout(ports, payoutId, (record, at) => {
    const { payout } = record;
    if (payout.status === 'processing') return settled(record, result, at);
    if (payout.status === 'requested') return refuse('payout_not_sent', { extra: { payout } });
    if (saysTheSame(payout, result)) return { stands: payout };
    return refuse('payout_result_conflict', { extra: { payout } });
  });
}

/** What became of one result that was handed in. */
export interface ResultAnswer {
  readonly payoutId: string;
  readonly outcome: 'recorded' | 'conflict' | 'not_sent' | 'not_found' | 'again';
  /** How the payout stands. */
  readonly status?: Payout['status'];
}

const outcomes: Readonly<Record<string, ResultAnswer['outcome']>> = {
  payout_result_conflict: 'conflict',
  payout_not_sent: 'not_sent',
  contended: 'again',
};

/** Records results of a batch's payouts, one by one in their order, and says what became of each. */
export async function recordResults(
  ports: SettlePayoutPorts,
  batchId: string,
  results: readonly (PayoutResult & { readonly payoutId: string })[],
): Promise<readonly ResultAnswer[]> {
  const answers: ResultAnswer[] = [];
  for (const { payoutId, ...result } of results) {
    const isOfBatch = parsePayoutId(payoutId)?.ulid === batchUlidOf(batchId);
    answers.push({
      payoutId,
      ...(isOfBatch ? answerOf(await recordResult(ports, payoutId, result)) : { outcome: 'not_found' }),
    });
  }
  return answers;
}

function answerOf(recorded: Payout | Refusal): Omit<ResultAnswer, 'payoutId'> {
  if (!isRefusal(recorded)) return { outcome: 'recorded', status: recorded.status };
  const standing = recorded.extra?.['payout'] as Payout | undefined;
  const outcome = outcomes[recorded.refused] ?? 'not_found';
  return { outcome, ...(standing && { status: standing.status }) };
}
