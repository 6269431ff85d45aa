import { type Refusal, refuse } from '../../contract/problems.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import { isBanned } from '../../domain/fraud/ban.ts';
import { participantKey, payoutIdOf } from '../../domain/ids.ts';
import { type Account, type AccountName, balanceAt } from '../../domain/money/balance.ts';
import { currencyExponent } from '../../domain/money/currencies.ts';
import type { Payout, PayoutRecord } from '../../domain/money/payout.ts';
import type { Participant } from '../../domain/participant.ts';
import {
  firstUnmet,
  leastOf,
  limitsFor,
  type PayoutLimit,
  type Reached,
  takenOf,
} from '../../domain/payouts/terms.ts';
import type { PayoutTerms, Program } from '../../domain/programs/program.ts';
import type { NoteChangePorts } from '../audit/note-change.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import { notePayout } from './note-payout.ts';

export interface ReservePort {
  reservePayout(reservation: {
    record: PayoutRecord;
    ulid: string;
    account: Account;
    limits: readonly PayoutLimit[];
    now: string;
    note?: AuditEntry | undefined;
  }): Promise<
    | { readonly result: 'reserved' | 'exists' | 'closed' | 'banned' | 'again' }
    | { readonly result: 'limit_reached'; readonly limit: PayoutLimit }
  >;
  findAccount(name: AccountName): Promise<Account>;
  findReached(programId: string, userId: string): Promise<Reached>;
}

export interface CreatePayoutPorts extends NoteChangePorts, ReservePort {
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  findProgram(programId: string): Promise<Program | undefined>;
  findPayout(payoutId: string): Promise<PayoutRecord | undefined>;
}

export interface PayoutInput {
  readonly programId: string;
  readonly userId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}

/** Takes an amount from what can be spent and makes a payout of it, in one step, within the program's terms. */
export async function createPayout(ports: CreatePayoutPorts, input: PayoutInput): Promise<Payout | Refusal> {
  const { programId, userId, currency } = input;
  if (currencyExponent(currency) === undefined) {
    const errors = [{ field: 'currency', message: 'is not a currency of ISO 4217' }];
    return refuse('invalid_request', { errors });
  }
  const at = ports.now();
  const ulid = ports.ulid(at);
  const payoutId = payoutIdOf(participantKey(programId, userId), ulid);
  const made = ports.isRepeat ? await ports.findPayout(payoutId) : undefined;
  if (made !== undefined) return made.payout;
  const [participant, program] = await Promise.all([
    ports.findParticipant(programId, userId),
    ports.findProgram(programId),
  ]);
  if (program === undefined) return refuse('program_not_found');
  if (participant === undefined) return refuse('participant_not_found');
  if (isBanned(participant)) return refuse('participant_banned');
  const against = await judge(ports, program.payouts, input);
  if (against !== undefined) return against;
  const payout: Payout = { payoutId, ...input, status: 'requested', createdAt: isoTime(at) };
  return reserve(ports, program.payouts, payout, ulid);
}

async function judge(
  ports: CreatePayoutPorts,
  terms: PayoutTerms,
  { programId, userId, amount, currency }: PayoutInput,
): Promise<Refusal | undefined> {
  const least = leastOf(terms, currency);
  if (amount < least) {
    return refuse('payout_below_minimum', {
      detail: `The least that is paid out is ${least} ${currency} in minor units`,
      extra: { minimum: least, currency },
    });
  }
  if (terms.requires.length === 0) return undefined;
  const unmet = firstUnmet(terms, await ports.findReached(programId, userId));
  if (unmet === undefined) return undefined;
  return refuse('payout_not_yet_allowed', {
    detail: `${unmet.metric} is ${unmet.reached} and must be at least ${unmet.value}`,
    extra: { metric: unmet.metric, required: unmet.value, reached: unmet.reached },
  });
}

async function reserve(
  ports: CreatePayoutPorts,
  terms: PayoutTerms,
  payout: Payout,
  ulid: string,
): Promise<Payout | Refusal> {
  const { programId, userId, amount, currency, createdAt: now } = payout;
  const limits = limitsFor(terms, currency, now);
  const counted = limits.map((limit) => ({ counter: limit.counter, amount: takenOf(limit, amount) }));
  const record = { payout, counted };
  const note = notePayout(ports, payout);
  const outcome = await whileContended(async () => {
    const account = await ports.findAccount({ programId, userId, kind: 'cash', currency });
    if (balanceAt(account, now).available < amount) return refuse('insufficient_balance');
    const reserved = await ports.reservePayout({ record, ulid, account, limits, now, note });
    if (reserved.result === 'limit_reached') return limitReached(reserved.limit);
    if (reserved.result === 'banned') return refuse('participant_banned');
    // Of this very id: an attempt of our own, whose answer was lost on the way.
    return reserved.result === 'reserved' || reserved.result === 'exists' ? payout : 'again';
  });
  return outcome ?? refuse('contended');
}

function limitReached({ period, counts, most }: PayoutLimit): Refusal {
  const when = period === 'ever' ? 'in all' : `a ${period}`;
  return refuse('payout_limit_reached', {
    detail: `The program allows ${most} ${counts === 'amount' ? 'in minor units' : 'payouts'} ${when}`,
    extra: { period, limit: most, counts },
  });
}
