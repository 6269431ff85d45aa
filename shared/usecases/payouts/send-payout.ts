import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import { type Account, type AccountName, balanceAt } from '../../domain/money/balance.ts';
import {
  accepted,
  type Payout,
  type PayoutProviderName,
  type PayoutRecord,
  started,
} from '../../domain/money/payout.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import { notePayout } from './note-payout.ts';
import type { PayoutProvider, ProviderAnswer, ProviderPort } from './provider.ts';
import { recordResult } from './record-result.ts';
import type { SettlePayoutPorts } from './settle-payout.ts';

export interface SendPayoutPorts extends SettlePayoutPorts {
  findAccount(name: AccountName): Promise<Account>;
  /** Stores that a payout is about to leave, if nothing stands against it. @param now ISO 8601 */
  startPayout(
    next: PayoutRecord,
    was: PayoutRecord,
    account: Account,
    now: string,
    note?: AuditEntry,
  ): Promise<'started' | 'changed' | 'banned' | 'again'>;
  movePayout(next: PayoutRecord, was: PayoutRecord, note?: AuditEntry): Promise<'moved' | 'changed'>;
}

/**
 * Hands a payout to its provider. That it is about to leave is stored first, under a key that never changes, by the
 * one write that takes it out of `requested`: so whoever gets that write through is the only one to call.
 *
 * @returns how the provider answered; undefined if somebody else has sent or cancelled it meanwhile; why it may not
 * leave
 */
export async function handOver(
  ports: SendPayoutPorts,
  provider: PayoutProvider,
  record: PayoutRecord,
): Promise<ProviderAnswer | Refusal | undefined> {
  if (record.payout.status !== 'requested') return undefined;
  const leaving = started(record, provider.name, isoTime(ports.now()));
  const begun = await letLeave(ports, leaving, record);
  if (begun === 'changed') return undefined;
  if (begun !== 'started') return begun;
  const answer = await provider.send(leaving, leaving.payout.payoutId);
  await noteAnswer(ports, leaving, answer);
  return answer;
}

/**
 * Stores that a payout is about to leave. Whether its participant may be paid, and has as much, is a condition of the
 * same write: what is in payout beyond what is owed does not leave, be it taken back a moment before.
 *
 * @returns why it may not: `participant_banned`, `insufficient_balance`; or `contended`
 */
export async function letLeave(
  ports: SendPayoutPorts,
  next: PayoutRecord,
  was: PayoutRecord,
): Promise<'started' | 'changed' | Refusal> {
  const { programId, userId, currency } = next.payout;
  const note = notePayout(ports, next.payout, was.payout);
  const outcome = await whileContended(async () => {
    const now = isoTime(ports.now());
    const account = await ports.findAccount({ programId, userId, kind: 'cash', currency });
    if (balanceAt(account, now).available < 0) {
      return refuse('insufficient_balance', { extra: { payout: was.payout } });
    }
    const begun = await ports.startPayout(next, was, account, now, note);
    return begun === 'banned' ? refuse('participant_banned', { extra: { payout: was.payout } }) : begun;
  });
  return outcome ?? refuse('contended');
}

/** Stores that a payout moves on without its money moving, if it is as it was read, and notes it. */
export function moveOn(
  ports: SendPayoutPorts,
  next: PayoutRecord,
  was: PayoutRecord,
): Promise<'moved' | 'changed'> {
  return ports.movePayout(next, was, notePayout(ports, next.payout, was.payout));
}

/** Stores a provider's answer. An uncertain one leaves the payout as it is: in doubt. */
export async function noteAnswer(
  ports: SendPayoutPorts,
  record: PayoutRecord,
  answer: ProviderAnswer,
): Promise<void> {
  const { status, reference, reason } = answer;
  if (status === 'paid' || status === 'failed') {
    await recordResult(ports, record.payout.payoutId, { status, reference, reason });
  }
  if (status === 'accepted' && record.payout.uncertain) {
    await moveOn(ports, accepted(record, reference), record);
  }
}

/** Hands over a payout that is in no batch. */
export async function sendPayout(
  ports: SendPayoutPorts &
    ProviderPort & {
      findPayoutAccount(
        programId: string,
        userId: string,
      ): Promise<{ readonly stripeAccount: string } | undefined>;
    },
  payoutId: string,
  name: PayoutProviderName,
): Promise<Payout | Refusal> {
  const record = await ports.findPayout(payoutId);
  if (record === undefined) return refuse('payout_not_found');
  const { payout } = record;
  if (ports.isRepeat && record.intent?.startedAt === isoTime(ports.now())) return payout;
  if (payout.status !== 'requested' || payout.batchId !== undefined) {
    return refuse('payout_not_sendable', { extra: { payout } });
  }
  const provider = await ports.findProvider(name);
  if (provider === undefined) return refuse('payout_provider_not_set_up');
  const account = provider.needsAccount
    ? await ports.findPayoutAccount(payout.programId, payout.userId)
    : undefined;
  if (provider.needsAccount && account === undefined) return refuse('payout_account_missing');
  const bound = account === undefined ? record : { ...record, destination: account.stripeAccount };
  const answer = await handOver(ports, provider, bound);
  if (answer !== undefined && isRefusal(answer)) return answer;
  const now = (await ports.findPayout(payoutId))?.payout ?? payout;
  return answer === undefined ? refuse('payout_not_sendable', { extra: { payout: now } }) : now;
}
