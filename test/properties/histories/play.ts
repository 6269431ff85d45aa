import {
  ProvisionedThroughputExceededException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { rewardMessagesOf } from '../../../functions/stream/relay-changes/reward-messages.ts';
import type { RewardMessage } from '../../../shared/queue/messages.ts';
import { countClicks } from '../../../shared/usecases/clicks/count-clicks.ts';
import { assignCoupon } from '../../../shared/usecases/coupons/assign-coupon.ts';
import { fillPool } from '../../../shared/usecases/coupons/fill-pool.ts';
import { processEvents } from '../../../shared/usecases/events/process-events.ts';
import { rewardReferral } from '../../../shared/usecases/events/reward-referral.ts';
import { continueSettlement } from '../../../shared/usecases/fraud/continue-settlement.ts';
import { followBan } from '../../../shared/usecases/fraud/follow-ban.ts';
import { grantMilestones } from '../../../shared/usecases/milestones/grant-milestones.ts';
import { availableOf, type Command, type History, type Run, type Tries, toRequest } from './commands.ts';
import { checkAlways, checkDrained } from './invariants.ts';
import { type Fate, type Gate, Killed } from './kill-switch.ts';
import { createModel, type Model, noteAnswer, noteSending, noteSilence } from './model.ts';
import { type Request, serve } from './requests.ts';
import { interleave } from './schedule.ts';
import { readState } from './state.ts';
import type { Ports, World } from './world.ts';

interface Play {
  readonly world: World;
  readonly model: Model;
  readonly sent: Request[];
}

/** Plays a history and checks the rules on its way and at its end. */
export async function playHistory(world: World, history: History): Promise<void> {
  const play: Play = { world, model: createModel(), sent: [] };
  await open(play, history.opening);
  for (const command of history.commands) await perform(play, command);
  await check(play);
  await drain(world);
  if (history.encore) {
    world.cursors.relay = 0;
    world.cursors.count = 0;
    await drain(world);
  }
  const state = await readState(world);
  await checkAlways(world, play.model, state);
  await checkDrained(world, play.model, state);
}

/** The first user and a stranger have links; some have signed up by that of the first, and have links too. */
async function open(play: Play, signUps: number): Promise<void> {
  if (signUps === 0) return;
  await ask(play, { kind: 'link', userId: 'user-0', code: undefined }, [null]);
  await ask(play, { kind: 'link', userId: 'user-4', code: undefined }, [null]);
  const [referralCode = ''] = play.model.links.keys();
  for (let number = 1; number <= signUps; number++) {
    await ask(play, { kind: 'signUp', newUserId: `user-${number}`, referralCode }, [null]);
    await ask(play, { kind: 'link', userId: `user-${number}`, code: undefined }, [null]);
  }
}

async function perform(play: Play, command: Command): Promise<void> {
  if (command.run === 'wait') play.world.clock.now += command.ms;
  else if (command.run === 'check') await check(play);
  else if (command.run === 'settle') await drain(play.world);
  else if (command.run === 'race') {
    const tasks = await Promise.all(command.runs.map((run) => prepare(play, run)));
    await interleave(tasks, command.picks);
  } else await (await prepare(play, command))(undefined);
}

async function check({ world, model }: Play): Promise<void> {
  await checkAlways(world, model, await readState(world));
}

type Task = (gate: Gate | undefined) => Promise<void>;

/** Finds out what a run is to do, where the history stands; what comes back does it. */
async function prepare(play: Play, run: Run): Promise<Task> {
  const { world } = play;
  if (run.run === 'ask') {
    const request = await toRequest(world, play.model, play.sent, run.wish);
    return async (gate) => (request === undefined ? undefined : ask(play, request, run.tries, gate));
  }
  await world.pull();
  if (run.run === 'relay') return async () => relay(world, run.size, run.diesAfter);
  if (run.run === 'count') return (gate) => count(world, run.back, run.size, run.fate, gate);
  if (world.queue.length === 0) relay(world, world.changes.length, null);
  const queued = world.queue[run.message % Math.max(1, world.queue.length)];
  return async (gate) => {
    if (queued === undefined) return;
    const done = await survives(world, run.fate, gate, (ports) => handle(ports, queued.message));
    const place = world.queue.indexOf(queued);
    if (done && !run.again && place >= 0) world.queue.splice(place, 1);
  };
}

async function ask(play: Play, request: Request, tries: Tries, gate?: Gate): Promise<void> {
  const { world, model } = play;
  play.sent.push(request);
  noteSending(model, request);
  const alone = gate === undefined && tries[0] === null;
  const before =
    alone && request.kind === 'payout'
      ? await availableOf(world.ports, request.userId, request.currency)
      : undefined;
  for (const fate of tries) {
    const answered = await survives(world, fate, gate, async (ports) => {
      const answer = await serve(ports, request);
      noteAnswer(model, request, answer);
      // An update that the SDK sends again finds itself done: the claimer is told that it was claimed.
      if (request.kind === 'claim' && fate?.fault === 'resent') noteSilence(model, request);
      if (before === undefined || request.kind !== 'payout') return;
      expect('refused' in answer, `a payout of ${request.amount} from ${before}`).toBe(
        request.amount > before,
      );
    });
    if (answered) return;
    noteSilence(model, request);
  }
}

/** Runs a function under its fate. @returns whether it lived to its end; what is no fault of ours is thrown */
export async function survives(
  world: World,
  fate: Fate | null,
  gate: Gate | undefined,
  run: (ports: Ports) => Promise<unknown>,
): Promise<boolean> {
  const { ports, killSwitch } = world.functionPorts(fate ?? undefined, gate);
  try {
    await run(ports);
    return true;
  } catch (error) {
    if (!isInjected(error)) throw error;
    return false;
  } finally {
    await killSwitch.settled();
  }
}

export function isInjected(error: unknown): boolean {
  return (
    error instanceof Killed ||
    error instanceof ProvisionedThroughputExceededException ||
    error instanceof TransactionConflictException
  );
}

/** What the queue's function does with one message. */
export async function handle(ports: Ports, message: RewardMessage): Promise<void> {
  const { programId } = message;
  if (message.kind === 'events') {
    const [failed] = await processEvents(ports, programId, message.userId, message.eventIds);
    if (failed) throw failed.error;
  } else if (message.kind === 'referral') await rewardReferral(ports, programId, message.userId);
  else if (message.kind === 'settlement') await continueSettlement(ports, programId, message.userId);
  else if (message.kind === 'ban') await followBan(ports, message.reviewId);
  else if (message.kind === 'progress') await grantMilestones(ports, programId, message.userId);
  else await giveCoupon({ ...ports, poolIsEmpty: () => undefined }, message);
}

async function giveCoupon(
  ports: Ports & { poolIsEmpty(): void },
  message: Extract<RewardMessage, { kind: 'coupon' | 'couponPool' }>,
): Promise<void> {
  if (message.kind === 'coupon') await assignCoupon(ports, message.rewardId);
  else await fillPool(ports, message.programId, message.pool);
}

/** Sends on what the stream brings. A relay that dies has sent a part, and gets the batch again. */
function relay({ changes, cursors, queue }: World, size: number, diesAfter: number | null): void {
  const batch = changes.slice(cursors.relay, cursors.relay + size);
  const messages = rewardMessagesOf(batch.map(({ effects }) => effects));
  queue.push(...messages.slice(0, diesAfter ?? messages.length).map((message) => ({ message })));
  if (diesAfter === null) cursors.relay += batch.length;
}

/** Counts a batch of the stream, which may begin before what was counted last. */
async function count(
  world: World,
  back: number,
  size: number,
  fate: Fate | null,
  gate?: Gate,
): Promise<void> {
  const { changes, cursors } = world;
  const from = Math.max(0, cursors.count - back);
  const batch = changes.slice(from, from + size);
  const visits = batch.flatMap(({ visit }) => visit ?? []);
  const done = await survives(world, fate, gate, (ports) => countClicks(ports, visits));
  if (done) cursors.count = Math.max(cursors.count, from + batch.length);
}

/** Delivers everything that is left, the newest message first. */
export async function drain(world: World): Promise<void> {
  for (;;) {
    await world.pull();
    relay(world, world.changes.length, null);
    await count(world, 0, world.changes.length, null);
    const queued = world.queue.pop();
    if (queued === undefined && world.cursors.relay === world.changes.length) return;
    if (queued !== undefined) await handle(world.ports, queued.message);
  }
}
