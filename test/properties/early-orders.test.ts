import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { rewardMessagesOf } from '../../functions/stream/relay-changes/reward-messages.ts';
import type { Referral } from '../../shared/domain/referrals/referral.ts';
import type { ReportedEvent } from '../../shared/domain/rewards/event.ts';
import { type Engine, startEngine } from '../support/table.ts';
import { checkTable } from './histories/invariants.ts';
import { type Fate, faults, type Gate } from './histories/kill-switch.ts';
import { drain, handle, survives } from './histories/play.ts';
import { serve } from './histories/requests.ts';
import { interleave } from './histories/schedule.ts';
import { readState, type State } from './histories/state.ts';
import { createWorld, programId, saveShortProgram, type World } from './histories/world.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Something that is done for Zoe, who may have no referral yet. */
type Step =
  | { readonly do: 'signUp' }
  | { readonly do: 'report' | 'refund'; readonly order: number }
  /** One of the messages that are on the queue, which it leaves where that ends well, unless it is to come `again`. */
  | { readonly do: 'deliver'; readonly message: number; readonly again: boolean };

interface Act {
  readonly step: Step;
  readonly fate: Fate | null;
}

/** What happens at the same moment, and how long after what went before. */
interface Moment {
  readonly after: number;
  /** Whether all that went before has been worked on by then. */
  readonly isSettled: boolean;
  readonly acts: readonly Act[];
  readonly picks: readonly number[];
}

const order = fc.nat(4);
const signUp = fc.constant<Step>({ do: 'signUp' });
const report = fc.record({ do: fc.constant('report' as const), order });
const deliver = fc.record({ do: fc.constant('deliver' as const), message: fc.nat(4), again: fc.boolean() });
const other: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: report },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refund' as const), order }) },
  { weight: 5, arbitrary: deliver },
);
const step = fc.oneof({ weight: 1, arbitrary: signUp }, { weight: 4, arbitrary: other });

const fate: fc.Arbitrary<Fate> = fc.record({
  call: fc.integer({ min: 1, max: 8 }),
  fault: fc.constantFrom(...faults),
});
const actOf = (arbitrary: fc.Arbitrary<Step>): fc.Arbitrary<Act> =>
  fc.record({
    step: arbitrary,
    fate: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fate }),
  });

const momentOf = (acts: fc.Arbitrary<readonly Act[]>): fc.Arbitrary<Moment> =>
  fc.record({
    after: fc.constantFrom(1, hour, 13 * hour, 25 * hour),
    isSettled: fc.boolean(),
    acts,
    picks: fc.array(fc.nat(3), { minLength: 4, maxLength: 24 }),
  });
const some = (arbitrary: fc.Arbitrary<Step>, most: number) =>
  fc.array(momentOf(fc.array(actOf(arbitrary), { minLength: 1, maxLength: 4 })), { maxLength: most });

/** The sign-up, and messages about orders of before. */
const race = momentOf(fc.tuple(actOf(signUp), actOf(deliver), actOf(fc.oneof(deliver, report))));
const moments: fc.Arbitrary<readonly Moment[]> = fc.oneof(
  some(step, 6),
  fc.tuple(some(other, 3), race, some(step, 2)).map(([before, one, after]) => [...before, one, ...after]),
);

const amountOf = (number: number): number => 1_000 * (number + 1);
/** The last of the orders was placed long before the history begins. */
const placedAt = (world: World, number: number): object =>
  number === 4 ? { occurredAt: new Date(began(world) - 30 * hour).toISOString() } : {};
const starts = new WeakMap<World, number>();
const began = (world: World): number => starts.get(world) ?? 0;

function toInput(world: World, number: number) {
  const base = { programId, userId: 'zoe', type: 'order.paid', currency: 'EUR' };
  const id = `paid-${number}`;
  return { ...base, id, orderId: `order-${number}`, amount: amountOf(number), ...placedAt(world, number) };
}

function toRefund(number: number) {
  const base = { programId, userId: 'zoe', type: 'order.refunded', currency: 'EUR' };
  return { ...base, id: `back-${number}`, orderId: `order-${number}`, amountRefunded: amountOf(number) / 2 };
}

/** Puts on the queue what the stream has brought. */
async function relay(world: World): Promise<void> {
  await world.pull();
  const changes = world.changes.slice(world.cursors.relay);
  world.queue.push(
    ...rewardMessagesOf(changes.map(({ effects }) => effects)).map((message) => ({ message })),
  );
  world.cursors.relay = world.changes.length;
}

type Task = (gate: Gate) => Promise<void>;

/** Finds out what a step is to do, where the history stands. */
function taskOf(world: World, { step: one, fate: faces }: Act): Task {
  if (one.do === 'signUp') {
    const request = { kind: 'signUp', newUserId: 'zoe', referralCode: 'ann-link' } as const;
    return (gate) => survives(world, faces, gate, (ports) => serve(ports, request)).then(() => undefined);
  }
  if (one.do !== 'deliver') {
    const inputs = [one.do === 'report' ? toInput(world, one.order) : toRefund(one.order)];
    return (gate) =>
      survives(world, faces, gate, (ports) => serve(ports, { kind: 'events', inputs })).then(() => undefined);
  }
  const queued = world.queue[one.message % Math.max(1, world.queue.length)];
  return async (gate) => {
    if (queued === undefined) return;
    const done = await survives(world, faces, gate, (ports) => handle(ports, queued.message));
    const place = world.queue.indexOf(queued);
    if (done && !one.again && place >= 0) world.queue.splice(place, 1);
  };
}

/** Whether an order must be paid for; undefined where that is for the last moment to say. */
function counts(event: ReportedEvent, { createdAt }: Referral): boolean | undefined {
  const signedUp = Date.parse(createdAt);
  const came = Date.parse(event.acceptedAt);
  const isOld = Date.parse(event.occurredAt ?? event.acceptedAt) < signedUp - day;
  if (came === signedUp && isOld) return undefined;
  return came >= signedUp || (came >= signedUp - day && !isOld);
}

/** What Ann is to have: a tenth of what is left of the first three orders by their time that count. */
function expected(state: State, orders: readonly ReportedEvent[]): number {
  const timeOf = ({ occurredAt, acceptedAt }: ReportedEvent) => Date.parse(occurredAt ?? acceptedAt);
  const inTurn = [...orders].sort((a, b) => timeOf(a) - timeOf(b) || (a.eventId < b.eventId ? -1 : 1));
  return inTurn.slice(0, 3).reduce((sum, { eventId, amount = 0 }) => {
    const isRefunded = state.events.has(eventId.replace('paid', 'back'));
    return sum + amount / (isRefunded ? 20 : 10);
  }, 0);
}

async function check(world: World): Promise<void> {
  const state = await readState(world);
  await checkTable(world, state);
  const referral = state.referrals.get('zoe');
  const orders = [...state.events.values()]
    .map(({ event }) => event)
    .filter((one) => one.type === 'order.paid');
  const due = orders.filter((event) => referral !== undefined && counts(event, referral) === true);
  const open = orders.filter((event) => referral !== undefined && counts(event, referral) === undefined);
  const has = state.balances.reduce((sum, balance) => sum + Number(balance['available'] ?? 0), 0);
  expect([expected(state, due), expected(state, [...due, ...open])]).toContain(has);
}

describe('orders before, beside and after the sign-up of their user', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });

  const numRuns = Math.min(200, Number(process.env['PLUSONE_HISTORIES'] ?? 100));

  it('are paid for as their times say, once, whatever comes first or dies on its way', async () => {
    await fc.assert(
      fc.asyncProperty(moments, fc.boolean(), async (history, isRepeated) => {
        const world = await createWorld(engine);
        try {
          starts.set(world, world.clock.now);
          await saveShortProgram(world);
          await serve(world.ports, { kind: 'link', userId: 'ann', code: 'ann-link' });
          for (const { after, isSettled, acts, picks } of history) {
            if (isSettled) await drain(world);
            await relay(world);
            world.clock.now += after;
            await interleave(
              acts.map((act) => taskOf(world, act)),
              picks,
            );
          }
          await drain(world);
          await check(world);
          if (isRepeated) world.cursors.relay = 0;
          world.clock.now += day;
          await drain(world);
          await check(world);
        } finally {
          await world.close();
        }
      }),
      { numRuns },
    );
  }, 240_000);
});
