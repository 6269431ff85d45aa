import { type Refusal, refuse } from '../../contract/problems.ts';
import { participantKey, payoutIdOf } from '../../domain/ids.ts';
import { type Account, balanceAt } from '../../domain/money/balance.ts';
import type { PayoutRecord } from '../../domain/money/payout.ts';
import type { Participant } from '../../domain/participant.ts';
import { batchUlidOf, type PayoutBatch, type Skipped } from '../../domain/payouts/batch.ts';
import {
  firstUnmet,
  leastOf,
  limitsFor,
  mostWithin,
  type PayoutLimit,
  takenOf,
} from '../../domain/payouts/terms.ts';
import type { Program } from '../../domain/programs/program.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import type { ReservePort } from './create-payout.ts';
import { type MoveBatchPorts, moveBatch } from './move-batch.ts';
import type { ProviderPort } from './provider.ts';

export interface FreezeBatchPorts extends ReservePort, MoveBatchPorts, ProviderPort {
  findPayout(payoutId: string): Promise<PayoutRecord | undefined>;
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  findProgramVersion(programId: string, version: number): Promise<Program | undefined>;
  findPayoutAccount(
    programId: string,
    userId: string,
  ): Promise<{ readonly stripeAccount: string } | undefined>;
  findUsed(
    programId: string,
    userId: string,
    limits: readonly PayoutLimit[],
  ): Promise<Readonly<Record<string, number>>>;
  choose(
    batch: PayoutBatch,
    after: string,
  ): Promise<{ readonly userIds: readonly string[]; readonly after: string | undefined }>;
  noteChosen(batch: PayoutBatch, after: string, next: string, skipped: readonly Skipped[]): Promise<boolean>;
}

/** The place where the choosing has come to its end. */
const end = 'end';

/**
 * Freezes the set of a batch: reserves what each participant can be paid, page by page, each payout in a transaction
 * of its own that also counts it at the batch. A payout's id follows from batch and participant, so a page that is
 * done again, after a death or beside another, finds what has been reserved. The last step closes the set, and a
 * reservation that comes later fails on it.
 *
 * @param until milliseconds since 1970: no page is begun after it; the next call goes on
 * @returns the batch: `frozen`, or still `freezing`
 */
export async function freezeBatch(
  ports: FreezeBatchPorts,
  batchId: string,
  until: number,
): Promise<PayoutBatch | Refusal> {
  for (;;) {
    const found = await ports.findBatch(batchId);
    if (found === undefined) return refuse('payout_batch_not_found');
    const { batch, after } = found;
    if (batch.status !== 'freezing') return batch;
    if (after === end) {
      const frozen = await moveBatch(ports, batch, 'frozen');
      if (frozen !== undefined) return frozen;
      continue;
    }
    if (ports.now() >= until) return batch;
    await freezePage(ports, batch, after);
  }
}

/** What holds for a whole batch. */
interface Frame {
  readonly batch: PayoutBatch;
  readonly terms: Program['payouts'];
  readonly needsAccount: boolean;
}

async function freezePage(ports: FreezeBatchPorts, batch: PayoutBatch, after: string): Promise<void> {
  const [program, provider, chosen] = await Promise.all([
    ports.findProgramVersion(batch.programId, batch.programVersion),
    ports.findProvider(batch.provider),
    ports.choose(batch, after),
  ]);
  if (program === undefined) throw new Error('The version of a batch’s program is gone');
  const frame: Frame = { batch, terms: program.payouts, needsAccount: provider?.needsAccount ?? false };
  const accounts = await Promise.all(chosen.userIds.map((userId) => findAccount(ports, batch, userId)));
  const skipped: Skipped[] = [];
  for (const [index, userId] of chosen.userIds.entries()) {
    const outcome = await reserveFor(ports, frame, userId, accounts[index]);
    if (outcome === 'closed') return;
    if (outcome !== 'reserved') skipped.push({ userId, reason: outcome });
  }
  await ports.noteChosen(batch, after, chosen.after ?? end, skipped);
}

const findAccount = (ports: FreezeBatchPorts, { programId, currency }: PayoutBatch, userId: string) =>
  ports.findAccount({ programId, userId, kind: 'cash', currency });

type Outcome = 'reserved' | 'closed' | Skipped['reason'];

/** Reserves what somebody can be paid. @param first the account as it was read with others, for the first attempt */
async function reserveFor(
  ports: FreezeBatchPorts,
  frame: Frame,
  userId: string,
  first: Account | undefined,
): Promise<Outcome> {
  const { batch } = frame;
  const ulid = batchUlidOf(batch.batchId);
  let read = first;
  const outcome = await whileContended<Outcome>(async () => {
    const now = isoTime(ports.now());
    const account = read ?? (await findAccount(ports, batch, userId));
    read = undefined;
    const planned = await plan(ports, frame, userId, account, now);
    if (typeof planned === 'string') return (await isReserved(ports, batch, userId)) ? 'reserved' : planned;
    const { result } = await ports.reservePayout({ ...planned, ulid, account, now });
    // Limits are read, not waited for: a counter that has moved on makes another amount.
    if (result === 'again' || result === 'limit_reached') return 'again';
    if (result === 'banned') return 'participant_banned';
    return result === 'closed' ? 'closed' : 'reserved';
  });
  if (outcome === undefined) throw new Error('A participant’s balance is too busy to be reserved');
  return outcome;
}

/** Whether somebody who was chosen has a payout of an earlier run, and has nothing left for that reason. */
async function isReserved(ports: FreezeBatchPorts, batch: PayoutBatch, userId: string): Promise<boolean> {
  if (batch.selected === undefined) return false;
  return (await ports.findPayout(payoutIdFor(batch, userId))) !== undefined;
}

const payoutIdFor = ({ batchId, programId }: PayoutBatch, userId: string): string =>
  payoutIdOf(participantKey(programId, userId), batchUlidOf(batchId));

/** The payout that somebody gets, or why none. */
async function plan(
  ports: FreezeBatchPorts,
  { batch, terms, needsAccount }: Frame,
  userId: string,
  account: Account,
  now: string,
): Promise<{ record: PayoutRecord; limits: readonly PayoutLimit[] } | Skipped['reason']> {
  const { batchId, programId, currency } = batch;
  const { available } = balanceAt(account, now);
  const least = Math.max(leastOf(terms, currency), batch.minimum ?? 1);
  if (available < least) return await reasonForLittle(ports, batch, userId, available);
  if (terms.requires.length > 0 && firstUnmet(terms, await ports.findReached(programId, userId))) {
    return 'payout_not_yet_allowed';
  }
  const limits = limitsFor(terms, currency, now);
  const used = limits.length === 0 ? {} : await ports.findUsed(programId, userId, limits);
  const amount = mostWithin(limits, available, used);
  if (amount < least) return 'payout_limit_reached';
  const to = needsAccount ? await ports.findPayoutAccount(programId, userId) : undefined;
  if (needsAccount && to === undefined) return 'payout_account_missing';
  const payoutId = payoutIdFor(batch, userId);
  return {
    limits,
    record: {
      payout: { payoutId, programId, userId, amount, currency, status: 'requested', batchId, createdAt: now },
      counted: limits.map((limit) => ({ counter: limit.counter, amount: takenOf(limit, amount) })),
      ...(to !== undefined && { destination: to.stripeAccount }),
    },
  };
}

/** Of all participants most have nothing, and nobody asks why: only of those who were chosen it is found out. */
async function reasonForLittle(
  ports: FreezeBatchPorts,
  { programId, selected }: PayoutBatch,
  userId: string,
  available: number,
): Promise<Skipped['reason']> {
  if (available > 0) return 'payout_below_minimum';
  const isKnown = selected === undefined || (await ports.findParticipant(programId, userId)) !== undefined;
  return isKnown ? 'insufficient_balance' : 'participant_not_found';
}
