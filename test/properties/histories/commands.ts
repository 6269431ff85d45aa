import fc from 'fast-check';
import type { EventInput } from '../../../shared/usecases/events/record-events.ts';
import { type Fate, faults } from './kill-switch.ts';
import type { Model } from './model.ts';
import type { Request } from './requests.ts';
import { milestones, programId, type World } from './world.ts';

/** What a client does with a request: it tries with each of these fates until an answer comes, then gives up. */
export type Tries = readonly (Fate | null)[];

export interface Report {
  readonly type: 'paid' | 'refund' | 'other';
  readonly user: number;
  readonly order: number;
  /** Another event of the same order; a later sum refunded. */
  readonly copy: number;
  /** The same id with other content. */
  readonly twist: boolean;
}

/** What one client wants, in numbers that mean something in any history. */
export type Wish =
  | { readonly wish: 'link'; readonly user: number; readonly vanity: number | null }
  | { readonly wish: 'participant'; readonly user: number; readonly email: number }
  | {
      readonly wish: 'signUp';
      readonly user: number;
      readonly link: number;
      readonly byClick: boolean;
      readonly email: number | null;
    }
  | {
      readonly wish: 'click';
      readonly link: number;
      readonly visitor: number;
      readonly human: boolean;
      readonly remembers: boolean;
    }
  | { readonly wish: 'report'; readonly reports: readonly Report[] }
  | {
      readonly wish: 'claim';
      readonly user: number;
      readonly milestone: number;
      readonly asker: number | null;
    }
  | {
      readonly wish: 'payout';
      readonly user: number;
      readonly share: 'one' | 'half' | 'all' | 'more';
      readonly currency: 'EUR' | 'JPY';
    }
  | { readonly wish: 'cancel'; readonly payout: number }
  /** A request from before once more. */
  | { readonly wish: 'again'; readonly back: number };

/** One function that runs; several of them can run at once. */
export type Run =
  | { readonly run: 'ask'; readonly wish: Wish; readonly tries: Tries }
  | { readonly run: 'relay'; readonly size: number; readonly diesAfter: number | null }
  | { readonly run: 'count'; readonly back: number; readonly size: number; readonly fate: Fate | null }
  | {
      readonly run: 'deliver';
      readonly message: number;
      readonly again: boolean;
      readonly fate: Fate | null;
    };

export type Command =
  | Run
  | { readonly run: 'race'; readonly runs: readonly Run[]; readonly picks: readonly number[] }
  | { readonly run: 'wait'; readonly ms: number }
  /** The stream and the queue get on with all that waits. */
  | { readonly run: 'settle' }
  | { readonly run: 'check' };

export interface History {
  /** How many users have signed up by a link of the first before anything goes wrong, and have a link each. */
  readonly opening: number;
  readonly commands: readonly Command[];
  /** Whether everything is delivered once more when all is done. */
  readonly encore: boolean;
}

const user = fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(8) });
const fate: fc.Arbitrary<Fate> = fc.record({
  call: fc.integer({ min: 1, max: 9 }),
  fault: fc.constantFrom(...faults),
});
const nothing = fc.constant(null);
const perhapsFate = fc.oneof({ weight: 2, arbitrary: nothing }, { weight: 1, arbitrary: fate });
const tries: fc.Arbitrary<Tries> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([null]) },
  { weight: 1, arbitrary: fate.map((first) => [first, null]) },
  { weight: 1, arbitrary: fc.array(perhapsFate, { minLength: 1, maxLength: 3 }) },
);

const report: fc.Arbitrary<Report> = fc.record({
  type: fc.oneof(
    { weight: 5, arbitrary: fc.constant('paid' as const) },
    { weight: 4, arbitrary: fc.constant('refund' as const) },
    { weight: 1, arbitrary: fc.constant('other' as const) },
  ),
  user: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 2 }) }, { weight: 1, arbitrary: user }),
  order: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(5) }),
  copy: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(4) }),
  twist: fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

/** All the orders of a referee, which are more than are paid. */
const spree: fc.Arbitrary<Report[]> = fc
  .integer({ min: 1, max: 3 })
  .map((of) =>
    [0, 1, 2, 3, 4, 5].map((order) => ({ type: 'paid', user: of, order, copy: 0, twist: false }) as const),
  );

/** An order and its refunds, in any order. */
const haggle: fc.Arbitrary<Report[]> = fc
  .tuple(fc.integer({ min: 1, max: 2 }), fc.nat(2), fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 2 }))
  .map(([of, order, sums]) => [
    { type: 'paid', user: of, order, copy: 0, twist: false },
    ...sums.map((copy) => ({ type: 'refund', user: of, order, copy, twist: false }) as const),
  ]);

const wish: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      wish: fc.constant('link' as const),
      user,
      vanity: fc.option(fc.nat(1), { freq: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('participant' as const), user, email: fc.nat(2) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      wish: fc.constant('signUp' as const),
      user,
      link: fc.nat(6),
      byClick: fc.boolean(),
      email: fc.option(fc.nat(2), { freq: 2 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      wish: fc.constant('click' as const),
      link: fc.nat(6),
      visitor: fc.nat(2),
      human: fc.oneof(
        { weight: 4, arbitrary: fc.constant(true) },
        { weight: 1, arbitrary: fc.constant(false) },
      ),
      remembers: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      wish: fc.constant('report' as const),
      reports: fc.oneof(
        { weight: 4, arbitrary: fc.array(report, { minLength: 1, maxLength: 4 }) },
        { weight: 1, arbitrary: spree },
        { weight: 1, arbitrary: haggle },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      wish: fc.constant('claim' as const),
      user: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
      milestone: fc.nat(2),
      asker: fc.oneof({ weight: 4, arbitrary: nothing }, { weight: 1, arbitrary: user }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      wish: fc.constant('payout' as const),
      user: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
      share: fc.constantFrom('one', 'half', 'all', 'more'),
      currency: fc.constantFrom('EUR', 'EUR', 'JPY'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ wish: fc.constant('cancel' as const), payout: fc.nat(4) }) },
  { weight: 3, arbitrary: fc.record({ wish: fc.constant('again' as const), back: fc.nat(8) }) },
);

const deliver = fc.record({
  run: fc.constant('deliver' as const),
  message: fc.nat(9),
  again: fc.boolean(),
  fate: perhapsFate,
});

const count = fc.record({
  run: fc.constant('count' as const),
  back: fc.nat(10),
  size: fc.integer({ min: 1, max: 30 }),
  fate: perhapsFate,
});

const run: fc.Arbitrary<Run> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ run: fc.constant('ask' as const), wish, tries }) },
  {
    weight: 3,
    arbitrary: fc.record({
      run: fc.constant('relay' as const),
      size: fc.integer({ min: 1, max: 20 }),
      diesAfter: fc.oneof({ weight: 3, arbitrary: nothing }, { weight: 1, arbitrary: fc.nat(3) }),
    }),
  },
  { weight: 1, arbitrary: count },
  { weight: 4, arbitrary: deliver },
);

const asking = (wanted: Wish, how: Tries): Run => ({ run: 'ask', wish: wanted, tries: how });

/** Several who want the same at once. */
const crowd: fc.Arbitrary<Run[]> = fc
  .tuple(
    fc.oneof(
      wish,
      fc.constantFrom<Wish>(
        { wish: 'link', user: 0, vanity: null },
        { wish: 'claim', user: 0, milestone: 0, asker: null },
        { wish: 'payout', user: 0, share: 'all', currency: 'EUR' },
        { wish: 'cancel', payout: 0 },
      ),
    ),
    fc.array(tries, { minLength: 2, maxLength: 5 }),
  )
  .map(([wanted, each]) => each.map((how) => asking(wanted, how)));

/** Two who can close a circle at once: the stranger invited by one of the first user's, and the first by the stranger. */
const duel: fc.Arbitrary<Run[]> = fc
  .tuple(fc.constantFrom(0, 2, 3), tries, tries)
  .map(([link, one, other]) => [
    asking({ wish: 'signUp', user: 4, link, byClick: false, email: null }, one),
    asking({ wish: 'signUp', user: 0, link: 1, byClick: false, email: null }, other),
  ]);

/** One referee by the codes of two at once. */
const rivals: fc.Arbitrary<Run[]> = fc
  .tuple(user, tries, tries)
  .map(([of, one, other]) => [
    asking({ wish: 'signUp', user: of, link: 0, byClick: false, email: null }, one),
    asking({ wish: 'signUp', user: of, link: 1, byClick: false, email: null }, other),
  ]);

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 16, arbitrary: run },
  {
    weight: 3,
    arbitrary: fc.record({
      run: fc.constant('race' as const),
      runs: fc.oneof(
        fc.array(run, { minLength: 2, maxLength: 4 }),
        fc.array(deliver, { minLength: 2, maxLength: 4 }),
        fc.array(count, { minLength: 2, maxLength: 3 }),
        crowd,
        duel,
        rivals,
      ),
      picks: fc.array(fc.nat(3), { maxLength: 24 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      run: fc.constant('wait' as const),
      ms: fc.constantFrom(300, 1000, 3_600_000, 8 * 86_400_000),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ run: 'settle' as const }) },
  { weight: 1, arbitrary: fc.constant({ run: 'check' as const }) },
);

export const history: fc.Arbitrary<History> = fc.record({
  opening: fc.constantFrom(0, 1, 2, 2, 3),
  commands: fc.array(command, { minLength: 1, maxLength: 30, size: 'max' }),
  encore: fc.boolean(),
});

const vanities = ['spring-sale', 'Summer'];
const emails = ['ann@example.com', 'Ann+x@example.com', 'bob@gmail.com'];
const grosses = [999, 15, 12_345, 5, 100_000, 1005, 4, 1_000_000_000_001];
const userId = (number: number): string => `user-${number}`;
const pick = <Value>(from: readonly Value[], index: number): Value | undefined =>
  from.length === 0 ? undefined : from[index % from.length];

/** Makes the request that a wish comes to, where the history stands; undefined if it comes to nothing. */
export async function toRequest(
  world: World,
  model: Model,
  sent: readonly Request[],
  wanted: Wish,
): Promise<Request | undefined> {
  switch (wanted.wish) {
    case 'link': {
      const code = wanted.vanity === null ? undefined : pick(vanities, wanted.vanity);
      return { kind: 'link', userId: userId(wanted.user), code };
    }
    case 'participant':
      return { kind: 'participant', userId: userId(wanted.user), email: pick(emails, wanted.email) ?? '' };
    case 'signUp':
      return signUp(model, wanted);
    case 'click': {
      const ip = `192.0.2.${wanted.visitor}`;
      const code = pick([...model.links.keys()], wanted.link) ?? 'unknown';
      const remembered = wanted.remembers ? model.remembered.get(ip) : undefined;
      return { kind: 'click', code, human: wanted.human, ip, remembered };
    }
    case 'report':
      return { kind: 'events', inputs: wanted.reports.map(toEvent) };
    case 'claim': {
      const ownerId = userId(wanted.user);
      const milestoneId = pick(milestones, wanted.milestone)?.milestoneId ?? '';
      return { kind: 'claim', userId: userId(wanted.asker ?? wanted.user), ownerId, milestoneId };
    }
    case 'payout':
      return payout(world, wanted);
    case 'cancel': {
      const payoutId = pick([...model.payouts.keys()], wanted.payout);
      return payoutId === undefined ? undefined : { kind: 'cancel', payoutId };
    }
    case 'again':
      return sent.at(-1 - (wanted.back % Math.max(1, sent.length)));
  }
}

function signUp(model: Model, wanted: Wish & { wish: 'signUp' }): Request {
  const clickId = wanted.byClick ? pick(model.clickIds, wanted.link) : undefined;
  const referralCode = pick([...model.links.keys()], wanted.link) ?? 'unknown';
  const email = wanted.email === null ? undefined : pick(emails, wanted.email);
  return {
    kind: 'signUp',
    newUserId: userId(wanted.user),
    ...(clickId === undefined ? { referralCode } : { clickId }),
    ...(email !== undefined && { email }),
  };
}

/** Asks for a share of what is there at this moment, so that both answers come up. */
async function payout({ ports }: World, wanted: Wish & { wish: 'payout' }): Promise<Request> {
  const { currency } = wanted;
  const available = await availableOf(ports, userId(wanted.user), currency);
  const amounts = { one: 1, half: Math.floor(available / 2), all: available, more: available + 1 };
  return {
    kind: 'payout',
    userId: userId(wanted.user),
    amount: Math.max(1, amounts[wanted.share]),
    currency,
  };
}

/** What a user can be paid. */
export async function availableOf(ports: World['ports'], of: string, currency: string): Promise<number> {
  const overview = await ports.findOverview(programId, of, new Date(ports.now()).toISOString());
  return overview?.balances.find((balance) => balance.currency === currency)?.available ?? 0;
}

/** The event that a report is: the same numbers give the same event, to the letter. */
export function toEvent({ type, user: number, order, copy, twist }: Report): EventInput {
  const name = `${number}-${order}`;
  // Some orders have no id of their own but their event's.
  const orderId = order === 3 ? `paid-${name}-0` : `order-${name}`;
  const gross = (of: number): number => grosses[(number * 3 + order * 2 + of) % grosses.length] ?? 0;
  const base = { userId: userId(number), programId };
  const currency = order % 3 === 2 ? 'JPY' : 'EUR';
  if (type === 'other')
    return { ...base, id: `other-${name}`, type: twist ? 'phone.verified' : 'email.verified' };
  if (type === 'paid') {
    const again = copy % 2;
    return {
      ...base,
      id: `paid-${name}-${again}`,
      type: 'order.paid',
      amount: gross(again) + (twist ? 1 : 0),
      currency,
      ...(order !== 3 && { orderId }),
      ...(order === 4 && { paymentMethod: 'account_balance' }),
    };
  }
  const sums = [Math.floor(gross(0) / 3), Math.floor((gross(0) * 2) / 3), gross(0), gross(0) + 7, 1];
  const amountRefunded = (sums[copy] ?? 0) + (twist ? 1 : 0);
  return { ...base, id: `refund-${name}-${copy}`, type: 'order.refunded', orderId, currency, amountRefunded };
}
