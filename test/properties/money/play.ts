import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { isRefusal } from '../../../shared/contract/problems.ts';
import { reviewIdOf } from '../../../shared/domain/fraud/review.ts';
import {
  journalRewardId,
  milestoneRewardId,
  participantKey,
  referralIdOf,
} from '../../../shared/domain/ids.ts';
import { balanceAt } from '../../../shared/domain/money/balance.ts';
import type { Payout } from '../../../shared/domain/money/payout.ts';
import type { Policy } from '../../../shared/domain/participant.ts';
import type { Program } from '../../../shared/domain/programs/program.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import type { Terms } from '../../../shared/domain/rewards/fact.ts';
import { foldJournal } from '../../../shared/domain/rewards/journal.ts';
import type { Table } from '../../../shared/table/client.ts';
import { assignCoupon } from '../../../shared/usecases/coupons/assign-coupon.ts';
import { fillPool } from '../../../shared/usecases/coupons/fill-pool.ts';
import { loadCoupons } from '../../../shared/usecases/coupons/load-coupons.ts';
import { processEvents } from '../../../shared/usecases/events/process-events.ts';
import { type EventInput, recordEvents } from '../../../shared/usecases/events/record-events.ts';
import { rewardReferral } from '../../../shared/usecases/events/reward-referral.ts';
import { continueSettlement } from '../../../shared/usecases/fraud/continue-settlement.ts';
import { decideReview } from '../../../shared/usecases/fraud/decide-review.ts';
import { openReview } from '../../../shared/usecases/fraud/open-review.ts';
import { grantMilestones } from '../../../shared/usecases/milestones/grant-milestones.ts';
import { changeKnown } from '../../../shared/usecases/participants/change-participant.ts';
import { cancelPayout } from '../../../shared/usecases/payouts/cancel-payout.ts';
import { createPayout } from '../../../shared/usecases/payouts/create-payout.ts';
import { reconcilePayout } from '../../../shared/usecases/payouts/reconcile-payout.ts';
import { recordResult } from '../../../shared/usecases/payouts/record-result.ts';
import { sendPayout } from '../../../shared/usecases/payouts/send-payout.ts';
import { claimReward } from '../../../shared/usecases/rewards/claim-reward.ts';
import { type AllPorts, allPorts, takingAtMost } from '../../support/ports.ts';
import type { Engine } from '../../support/table.ts';
import { createKillSwitch, type Fate, type Gate, watchTable } from '../histories/kill-switch.ts';
import { isInjected } from '../histories/play.ts';
import { interleave } from '../histories/schedule.ts';
import { type Books, checkBooks, readBooks } from './books.ts';
import { checkEnd, type Stamps } from './clean.ts';
import { checkAllServed, checkCoupons, couponRewards } from './coupons.ts';
import { everybody, type MoneyHistory, type Run, refereeOf, type Step, toInput, uplineOf } from './market.ts';
import { checkPayouts, type PaymentSystem, providerWith } from './payment-system.ts';
import { apply, type Change, checkPeople, type People, readPeople, termsNow } from './people.ts';
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
  people: People;
  /** The terms under which each event was worked on, as far as anybody can know. */
  readonly stamps: Stamps;
  readonly outside: PaymentSystem;
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
    for (const step of history.steps) await take(play, step);
    await settle(play);
  } finally {
    await table.documents.send(new DeleteTableCommand({ TableName: table.name }));
  }
}

async function take(play: Play, step: Step): Promise<void> {
  const { clock, table } = play;
  if (step.run === 'wait') {
    clock.now += step.days * dayMs;
    return;
  }
  if (step.run === 'newVersion') return saveVersion(play);
  const before = termsOfAll(play);
  const runs = step.run === 'race' ? step.runs : [step];
  if (step.run === 'race') {
    await interleave(
      runs.map((run) => (gate: Gate) => perform(play, run, gate)),
      step.picks,
    );
  } else await performAlone(play, step);
  const books = await readBooks(table);
  const isSure = notePeople(play, runs, books);
  stamp(play, books, isSure ? before : 'unsure');
  checkAll(play, books);
}

function checkAll({ clock, outside }: Play, books: Books): void {
  checkBooks(books, iso(clock.now));
  checkPayouts(books.payouts, outside);
  checkCoupons(books, programId);
}

/** @returns whether it is known how everybody stood all the while */
function notePeople(play: Play, runs: readonly Run[], books: Books): boolean {
  const changes = runs.flatMap((run) => changeBy(run, play.history) ?? []);
  const [only] = runs;
  const isCertain = changes.length === 0 || (runs.length === 1 && only?.fate === null);
  const stored = readPeople(books);
  noteFlagged(play, books);
  if (isCertain) {
    for (const change of changes) apply(play.people, change);
    checkPeople(books, play.people);
  } else play.people = stored;
  return changes.length === 0;
}

/** A case that nobody decides can also come of what a fraud rule found of an event. */
function noteFlagged({ people }: Play, books: Books): void {
  for (const [refereeId, one] of readPeople(books).cases) {
    if (one.state === 'flagged' && !people.cases.has(refereeId)) people.cases.set(refereeId, one);
  }
}

function changeBy(run: Run, { referees }: MoneyHistory): Change | undefined {
  switch (run.run) {
    case 'policy':
      return { change: 'policy', userId: everybody[run.user] ?? 'ann', policy: policyOf(run) };
    case 'status': {
      const status = run.active ? 'active' : 'inactive';
      return { change: 'status', userId: everybody[run.user] ?? 'ann', status };
    }
    case 'hold':
      return { change: 'hold', refereeId: refereeOf(run.of % referees), cause: causeOf(run) };
    case 'decide':
      return { change: 'decide', refereeId: refereeOf(run.of % referees), decision: run.decision };
    default:
      return undefined;
  }
}

function policyOf({ rate, limit }: Run & { run: 'policy' }): Policy {
  return {
    ...(rate !== null && { commissionRate: rate }),
    ...(limit > 0 && { triggerLimit: limit === 3 ? null : limit }),
    mayInvite: true,
  };
}

const causeOf = ({ cause }: Run & { run: 'hold' }): string => `cause-${cause}`;

/** The first events come, and nothing is wrong with them. */
async function arrive(play: Play): Promise<void> {
  const { ports, inputs, history, referrals } = play;
  for (const { refereeId } of referrals) {
    const own = inputs.slice(0, history.arrived).filter(({ userId }) => userId === refereeId);
    if (own.length > 0) await recordEvents(ports, own);
    await deliver(
      ports,
      refereeId,
      own.map(({ id }) => id),
    );
  }
  const books = await readBooks(play.table);
  stamp(play, books, termsOfAll(play));
  noteFlagged(play, books);
}

/** What counts for each referee's events now. */
function termsOfAll({ people, referrals, programs }: Play): ReadonlyMap<string, Terms> {
  const latest = programs.get(programs.size) as Program;
  return new Map(
    referrals.map((referral) => {
      const kept = programs.get(referral.programVersion) as Program;
      const program = latest.versioning === 'latest' ? latest : kept;
      return [referral.refereeId, termsNow(people, referrals, referral, program)];
    }),
  );
}

/** Notes the terms of events that have been worked on since the last look. */
function stamp({ stamps }: Play, books: Books, terms: ReadonlyMap<string, Terms> | 'unsure'): void {
  const explained = books.events
    .filter(({ explanation }) => explanation !== undefined)
    .map(({ event }) => event);
  const recorded = books.journal.map(({ refereeKey, entry }) => ({ refereeKey, eventId: entry.eventId }));
  const all = [
    ...explained.map(({ userId, eventId }) => ({ refereeKey: participantKey(programId, userId), eventId })),
    ...recorded,
  ];
  const own = new Map(
    ['bob', 'carl', 'dora'].map((userId) => [participantKey(programId, userId), userId] as const),
  );
  for (const { refereeKey, eventId } of all) {
    const name = `${refereeKey} ${eventId}`;
    const found = terms === 'unsure' ? terms : terms.get(own.get(refereeKey) ?? '');
    if (!stamps.has(name) && found !== undefined) stamps.set(name, found);
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
    ...{ programs: new Map(), referrals: [], stamps: new Map() },
    outside: { moved: new Map(), tried: new Map(), sends: 0 },
    people: { persons: new Map(), cases: new Map() },
  };
  await saveVersion(play);
  const createdAt = iso(start);
  for (const userId of ['ann', 'mid', 'top']) {
    await ports.createParticipant({ programId, userId, status: 'active', links: 0, createdAt });
  }
  for (let number = 0; number < referees; number++) {
    if (history.changed && number === referees - 1) await saveVersion(play);
    await signUp(play, number);
  }
  clock.now += 2 * dayMs;
  play.people = readPeople(await readBooks(table));
  await arrive(play);
  return play;
}

async function saveVersion({ ports, programs, history, clock }: Play): Promise<void> {
  const version = programs.size + 1;
  const versioning = history.latest ? 'latest' : 'kept';
  const program = programOf(programId, history.document, version, iso(clock.now), versioning);
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
        takingAtMost(ports, run.most),
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
      const mayHave = await mayBePaid(play, { userId, currency: 'EUR' });
      const made = await createPayout(ports, { programId, userId, amount, currency: 'EUR' });
      if (isRefusal(made)) return;
      if (spent) expect(mayHave, 'a payout for whoever is banned, or owes').toBe(true);
      if (spent) expect(available, 'rule 3: a payout of more than there was').toBeGreaterThanOrEqual(amount);
      await spent?.(userId, 'EUR', 'cash');
      return;
    }
    case 'cancel':
    case 'send':
    case 'reconcile':
    case 'result': {
      const { payouts } = await readBooks(play.table);
      const payout = payouts[run.payout % Math.max(1, payouts.length)];
      if (payout) await move(play, run, ports, payout, spent !== undefined);
      return;
    }
    case 'load':
      await loadCoupons(
        ports,
        programId,
        'spring',
        run.codes.map((code) => `CODE-${code}`),
      );
      return;
    case 'coupon': {
      const rewards = couponRewards(await readBooks(play.table), programId);
      const reward = rewards[run.reward % Math.max(1, rewards.length)];
      if (reward) await assignCoupon({ ...ports, poolIsEmpty: () => undefined }, reward.rewardId);
      return;
    }
    case 'fill':
      await fillPool({ ...ports, poolIsEmpty: () => undefined }, programId, 'spring');
      return;
    case 'progress':
      return grantMilestones(ports, programId, everybody[run.user] ?? 'ann');
    case 'completed':
      return rewardReferral(ports, programId, refereeOf(run.of % play.history.referees));
    case 'policy':
      await changeKnown(ports, programId, everybody[run.user] ?? 'ann', { policy: policyOf(run) });
      return;
    case 'status': {
      const status = run.active ? 'active' : 'inactive';
      await changeKnown(ports, programId, everybody[run.user] ?? 'ann', { status });
      return;
    }
    case 'hold': {
      const referee = { programId, refereeId: refereeOf(run.of % play.history.referees) };
      const finding = { ruleId: 'odd_order', score: 40, reason: 'It looks odd', evidence: {} };
      await openReview(takingAtMost(ports, run.most), referee, { cause: causeOf(run), findings: [finding] });
      return;
    }
    case 'decide': {
      const reviewId = reviewIdOf(participantKey(programId, refereeOf(run.of % play.history.referees)));
      const by = { note: 'Because', keyId: 'a key', requestId: 'a request' };
      await decideReview(takingAtMost(ports, run.most), reviewId, { decision: run.decision, ...by });
      return;
    }
    case 'stage': {
      const refereeId = refereeOf(run.of % play.history.referees);
      return continueSettlement(takingAtMost(ports, run.most), programId, refereeId);
    }
  }
}

type Move = Run & { run: 'cancel' | 'send' | 'reconcile' | 'result' };

async function move(play: Play, run: Move, ports: AllPorts, payout: Payout, isAlone: boolean): Promise<void> {
  const { outside } = play;
  const { payoutId, status } = payout;
  if (run.run === 'cancel') {
    await cancelPayout(ports, payoutId);
    return;
  }
  if (run.run === 'result') {
    const moved = outside.moved.get(payoutId);
    if (moved === undefined) return;
    const isOver = status === 'paid' || status === 'failed';
    const told = run.lies && isOver ? { paid: 'failed', failed: 'paid' } : { paid: 'paid', failed: 'failed' };
    await recordResult(ports, payoutId, { status: told[moved] as 'paid' | 'failed' });
    return;
  }
  const findProvider = async () => providerWith(outside, run.luck, ports.now);
  const [mayLeave, { sends }] = [await mayBePaid(play, payout), outside];
  if (run.run === 'send') await sendPayout({ ...ports, findProvider }, payoutId, 'webhook');
  else await reconcilePayout({ ...ports, findProvider }, payoutId);
  if (isAlone && !mayLeave) expect(outside.sends, 'money left for whoever is banned, or owes').toBe(sends);
}

/** Whoever is banned is paid nothing, and whoever owes. */
async function mayBePaid(
  { ports, clock }: Play,
  { userId, currency }: Pick<Payout, 'userId' | 'currency'>,
): Promise<boolean> {
  const participant = await ports.findParticipant(programId, userId);
  const account = await ports.findAccount({ programId, userId, kind: 'cash', currency });
  return participant?.ban === undefined && balanceAt(account, iso(clock.now)).available >= 0;
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
    for (const { refereeId } of referrals) await settleStages(play, refereeId);
    for (const { refereeId } of referrals) await rewardReferral(ports, programId, refereeId);
    for (const userId of ['ann', 'bob']) await grantMilestones(ports, programId, userId);
    await serveAll(play);
    if (round === 1) break;
    const before = await readBooks(play.table);
    stamp(play, before, termsOfAll(play));
    checkAll(play, before);
    checkAllServed(before, programId);
    checkPeople(before, play.people);
    checkEnd(before, play);
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

/** Every reward that is a coupon is looked at, and whoever waits for a code. */
async function serveAll({ ports: given, table }: Play): Promise<void> {
  const ports = { ...given, poolIsEmpty: () => undefined };
  for (const { rewardId } of couponRewards(await readBooks(table), programId)) {
    await assignCoupon(ports, rewardId);
  }
  await fillPool(ports, programId, 'spring');
}

/** What an event or a decision has left to be moved is moved, stage by stage. */
async function settleStages({ ports }: Play, refereeId: string): Promise<void> {
  for (let stages = 0; stages < 50; stages++) {
    const { journal } = await ports.loadRefereeAccount(programId, refereeId);
    if (!foldJournal(journal).isSettling) return;
    await continueSettlement(takingAtMost(ports, 1 + (stages % 3)), programId, refereeId);
  }
  throw new Error(`What ${refereeId} has earned is never settled`);
}
