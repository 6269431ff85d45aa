import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { isRefusal } from '../../../shared/contract/problems.ts';
import {
  journalRewardId,
  milestoneRewardId,
  participantKey,
  referralIdOf,
} from '../../../shared/domain/ids.ts';
import { balanceAt } from '../../../shared/domain/money/balance.ts';
import type { Program } from '../../../shared/domain/programs/program.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import type { Table } from '../../../shared/table/client.ts';
import { processEvents } from '../../../shared/usecases/events/process-events.ts';
import { type EventInput, recordEvents } from '../../../shared/usecases/events/record-events.ts';
import { rewardReferral } from '../../../shared/usecases/events/reward-referral.ts';
import { grantMilestones } from '../../../shared/usecases/milestones/grant-milestones.ts';
import { cancelPayout } from '../../../shared/usecases/payouts/cancel-payout.ts';
import { createPayout } from '../../../shared/usecases/payouts/create-payout.ts';
import { claimReward } from '../../../shared/usecases/rewards/claim-reward.ts';
import { type AllPorts, allPorts } from '../../support/ports.ts';
import type { Engine } from '../../support/table.ts';
import { createKillSwitch, type Fate, type Gate, watchTable } from '../histories/kill-switch.ts';
import { isInjected } from '../histories/play.ts';
import { interleave } from '../histories/schedule.ts';
import { checkBooks, readBooks } from './books.ts';
import { checkEnd } from './clean.ts';
import { everybody, type MoneyHistory, type Run, refereeOf, toInput, uplineOf } from './market.ts';
import { programOf } from './programs.ts';

const programId = 'shop';
const start = Date.UTC(2026, 2, 2, 10, 30);
const dayMs = 86_400_000;

interface Play {
  readonly table: Table;
  readonly ports: AllPorts;
  readonly history: MoneyHistory;
  readonly inputs: readonly EventInput[];
  readonly clock: { now: number };
  readonly system: Pick<AllPorts, 'now' | 'ulid' | 'random'>;
  readonly programs: Map<number, Program>;
  readonly referrals: Referral[];
}

const clients = new WeakMap<Engine, DynamoDBClient>();

const unsigned = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=AKIATEST/20260302/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260302T000000Z',
};

/** One client for all histories of an engine. It does not sign, which the engine does not look at and costs time. */
function clientOf(engine: Engine): DynamoDBClient {
  const client =
    clients.get(engine) ??
    new DynamoDBClient({
      endpoint: engine.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' },
      signer: { sign: async (request) => ({ ...request, headers: { ...request.headers, ...unsigned } }) },
    });
  clients.set(engine, client);
  return client;
}

const iso = (at: number): string => new Date(at).toISOString();

/** Plays a history on a table of its own, and checks the books after every step and at the end. */
export async function playMoney(engine: Engine, history: MoneyHistory): Promise<void> {
  const table = await engine.makeTable(clientOf(engine));
  try {
    const play = await open(table, history);
    for (const step of history.steps) {
      if (step.run === 'wait') play.clock.now += step.days * dayMs;
      else if (step.run === 'newVersion') await saveVersion(play);
      else if (step.run === 'report') await performAlone(play, step);
      else if (step.run === 'race') {
        await interleave(
          step.runs.map((run) => (gate: Gate) => perform(play, run, gate)),
          step.picks,
        );
      } else await performAlone(play, step);
      if (step.run !== 'report' && step.run !== 'newVersion') {
        checkBooks(await readBooks(table), iso(play.clock.now));
      }
    }
    await settle(play);
  } finally {
    await table.documents.send(new DeleteTableCommand({ TableName: table.name }));
  }
}

/** Program, referrer and referees; the last referee may have signed up under a later version. */
async function open(table: Table, history: MoneyHistory): Promise<Play> {
  const clock = { now: start };
  let drawn = 0;
  const system = {
    now: () => clock.now,
    ulid: (at: number) => at.toString(32).padStart(10, '0') + String(++drawn).padStart(16, '0'),
    random: (bytes: number) => new Uint8Array(bytes).fill(++drawn % 32),
  };
  const { events, referees } = history;
  const inputs = events.map((one) => toInput(programId, { ...one, of: one.of % referees }, start));
  const unique = [...new Map(inputs.map((input) => [input.id, input])).values()];
  const ports = { ...allPorts(table), ...system };
  const play: Play = {
    ...{ table, ports, history, inputs: unique, clock, system },
    ...{ programs: new Map(), referrals: [] },
  };
  await saveVersion(play);
  const createdAt = iso(start);
  await ports.createParticipant({ programId, userId: 'ann', status: 'active', links: 0, createdAt });
  for (let number = 0; number < referees; number++) {
    if (history.changed && number === referees - 1) await saveVersion(play);
    await signUp(play, number);
  }
  clock.now += 2 * dayMs;
  return play;
}

async function saveVersion({ ports, programs, history, clock }: Play): Promise<void> {
  const version = programs.size + 1;
  const program = programOf(programId, history.document, version, iso(clock.now));
  await ports.saveProgram(program);
  programs.set(version, program);
}

async function signUp({ ports, programs, referrals, clock }: Play, number: number): Promise<void> {
  const refereeId = refereeOf(number);
  const upline = uplineOf(number);
  const createdAt = iso(clock.now);
  const isPending = (programs.get(1)?.qualification.length ?? 0) > 0;
  const referral: Referral = {
    referralId: referralIdOf(participantKey(programId, refereeId)),
    programId,
    referrerId: upline[0] ?? '',
    refereeId,
    code: 'code2345',
    upline,
    status: isPending ? 'pending' : 'completed',
    programVersion: programs.size,
    createdAt,
    ...(!isPending && { completedAt: createdAt }),
  };
  const createReferee = { programId, userId: refereeId, status: 'active', links: 0, createdAt } as const;
  const stored = await ports.storeReferral({ referral, createReferee, unchanged: [] });
  expect(stored).toBe('stored');
  referrals.push(referral);
}

/** A payout or claim that got through left its account no debt. */
async function performAlone(play: Play, run: Run): Promise<void> {
  await perform(play, run, undefined, async (userId, currency, kind) => {
    const account = await play.ports.findAccount({ programId, userId, kind, currency });
    expect(balanceAt(account, iso(play.clock.now)).available, 'rule 3').toBeGreaterThanOrEqual(0);
  });
}

type Spent = (userId: string, currency: string, kind: 'cash' | 'credit' | 'points') => Promise<void>;

/** Runs one function under its fate; what is no fault of ours is thrown. */
async function perform(play: Play, run: Run, gate: Gate | undefined, spent?: Spent): Promise<void> {
  const { ports, end } = portsFor(play, run.fate, gate);
  try {
    await act(play, run, ports, spent);
  } catch (error) {
    if (!isInjected(error)) throw error;
  } finally {
    await end();
  }
}

function portsFor({ table, system }: Play, fate: Fate | null, gate: Gate | undefined) {
  const killSwitch = createKillSwitch(fate ?? undefined, gate);
  const ports = { ...allPorts(watchTable(table, killSwitch)), ...system };
  return { ports, end: () => killSwitch.settled() };
}

async function act(play: Play, run: Run, ports: AllPorts, spent: Spent | undefined): Promise<void> {
  switch (run.run) {
    case 'report':
      await recordEvents(ports, picked(play, run.events));
      return;
    case 'deliver': {
      const userId = refereeOf(run.of % play.history.referees);
      const ids = picked(play, run.events).filter((one) => one.userId === userId);
      await deliver(
        ports,
        userId,
        ids.map(({ id }) => id),
      );
      return;
    }
    case 'claim': {
      const rewardId = await rewardAt(play, run.reward);
      const reward = rewardId === undefined ? undefined : await claimReward(ports, rewardId);
      if (!reward || isRefusal(reward) || reward.currency === undefined || reward.kind === 'cash') return;
      if (reward.milestoneId === undefined)
        await spent?.(reward.userId, reward.currency, reward.kind as never);
      return;
    }
    case 'payout': {
      const userId = everybody[run.user] ?? 'ann';
      const account = await play.ports.findAccount({ programId, userId, kind: 'cash', currency: 'EUR' });
      const { available } = balanceAt(account, iso(play.clock.now));
      const amount = Math.max(1, { one: 1, all: available, more: available + 1 }[run.share]);
      const made = await createPayout(ports, { programId, userId, amount, currency: 'EUR' });
      if (isRefusal(made)) return;
      if (spent) expect(available, 'rule 3: a payout of more than there was').toBeGreaterThanOrEqual(amount);
      await spent?.(userId, 'EUR', 'cash');
      return;
    }
    case 'cancel': {
      const { payouts } = await readBooks(play.table);
      const payout = payouts[run.payout % Math.max(1, payouts.length)];
      if (payout) await cancelPayout(ports, payout.payoutId);
      return;
    }
    case 'progress':
      return grantMilestones(ports, programId, everybody[run.user] ?? 'ann');
    case 'completed':
      return rewardReferral(ports, programId, refereeOf(run.of % play.history.referees));
  }
}

function picked({ inputs }: Play, places: readonly number[]): EventInput[] {
  const found = places.map((place) => inputs[place % inputs.length] as EventInput);
  return [...new Set(found)];
}

/** Any of the rewards that can perhaps be claimed. */
async function rewardAt({ table }: Play, place: number): Promise<string | undefined> {
  const { journal, milestones } = await readBooks(table);
  const ids = [
    ...milestones.map((one) =>
      milestoneRewardId(participantKey(programId, one.userId), one.terms.milestoneId),
    ),
    ...journal
      .filter(({ posting }) => posting && !posting.adjusts)
      .map(({ refereeKey, entry, part }) => journalRewardId(refereeKey, entry.position, part)),
  ].sort();
  return ids.length === 0 ? undefined : ids[place % ids.length];
}

async function deliver(ports: AllPorts, userId: string, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return;
  const failed = await processEvents(ports, programId, userId, eventIds);
  for (const { error } of failed) {
    if (!isInjected(error) && !String(error).includes('not stored')) throw error;
  }
}

/** Everything is reported and delivered, then once more; what it comes to does not depend on how. */
async function settle(play: Play): Promise<void> {
  const { ports, inputs, history, referrals } = play;
  for (const user of [...new Set(inputs.map(({ userId }) => userId))]) {
    const own = inputs.filter(({ userId }) => userId === user);
    expect(await recordEvents(ports, own)).toHaveProperty('events');
  }
  const left = [...inputs];
  for (let turn = 0; left.length > 0; turn++) {
    const place = (history.order[turn % history.order.length] ?? 0) % left.length;
    const [next] = left.splice(place, 1);
    if (next) await deliver(ports, next.userId, [next.id]);
  }
  for (let round = 0; round < 2; round++) {
    for (const { refereeId } of referrals) await rewardReferral(ports, programId, refereeId);
    for (const userId of ['ann', 'bob']) await grantMilestones(ports, programId, userId);
    if (round === 1) break;
    const before = await readBooks(play.table);
    checkBooks(before, iso(play.clock.now));
    checkEnd(before, play.programs, referrals);
    for (const { refereeId } of referrals) {
      const own = inputs.filter(({ userId }) => userId === refereeId).map(({ id }) => id);
      await deliver(ports, refereeId, own);
    }
    const { journal, ledger } = await readBooks(play.table);
    expect({ journal, ledger }, 'rule 2: delivered again').toEqual({
      journal: before.journal,
      ledger: before.ledger,
    });
  }
}
