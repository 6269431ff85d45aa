import fc from 'fast-check';
import type { ReviewDecision } from '../../../shared/domain/fraud/review.ts';
import type { EventInput } from '../../../shared/usecases/events/record-events.ts';
import { type Fate, faults } from '../histories/kill-switch.ts';
import type { Luck } from './payment-system.ts';
import { documentNames } from './programs.ts';

/** What a customer's backend can report of an order, or of its user. */
const whats = [
  'paid',
  'part',
  'copy',
  'refund',
  'update',
  'cancel',
  'dispute',
  'undispute',
  'delivered',
  'verified',
] as const;

export interface Happening {
  readonly what: (typeof whats)[number];
  /** Which referee. */
  readonly of: number;
  readonly order: number;
  /** Which of several such events. */
  readonly copy: number;
  /** Hours after the sign-ups; null: nobody says when it was. */
  readonly hour: number | null;
}

/** What runs once, and can die. Numbers mean something in any history. */
/** `most`: so many rewards go into one transaction. */
export type Run =
  | { readonly run: 'report'; readonly events: readonly number[]; readonly fate: Fate | null }
  | {
      readonly run: 'deliver';
      readonly of: number;
      readonly events: readonly number[];
      readonly most: number;
      readonly fate: Fate | null;
    }
  | { readonly run: 'claim'; readonly reward: number; readonly fate: Fate | null }
  | {
      readonly run: 'payout';
      readonly user: number;
      readonly share: 'one' | 'all' | 'more';
      readonly fate: Fate | null;
    }
  | { readonly run: 'cancel'; readonly payout: number; readonly fate: Fate | null }
  | { readonly run: 'progress'; readonly user: number; readonly fate: Fate | null }
  | { readonly run: 'completed'; readonly of: number; readonly fate: Fate | null }
  | {
      readonly run: 'policy';
      readonly user: number;
      readonly rate: string | null;
      /** 0: as the rules say; 3: none. */
      readonly limit: number;
      readonly fate: Fate | null;
    }
  | { readonly run: 'status'; readonly user: number; readonly active: boolean; readonly fate: Fate | null }
  /** Something is found of an event. */
  | {
      readonly run: 'hold';
      readonly of: number;
      readonly cause: number;
      readonly most: number;
      readonly fate: Fate | null;
    }
  | {
      readonly run: 'decide';
      readonly of: number;
      readonly decision: ReviewDecision;
      readonly most: number;
      readonly fate: Fate | null;
    }
  | { readonly run: 'send'; readonly payout: number; readonly luck: Luck; readonly fate: Fate | null }
  /** Looks after a payout in doubt. */
  | { readonly run: 'reconcile'; readonly payout: number; readonly luck: Luck; readonly fate: Fate | null }
  /** The payment system reports, or contradicts what it has reported. */
  | { readonly run: 'result'; readonly payout: number; readonly lies: boolean; readonly fate: Fate | null }
  | { readonly run: 'load'; readonly codes: readonly number[]; readonly fate: Fate | null }
  | { readonly run: 'coupon'; readonly reward: number; readonly fate: Fate | null }
  | { readonly run: 'fill'; readonly fate: Fate | null }
  /** What is left of a decision moves on. */
  | { readonly run: 'stage'; readonly of: number; readonly most: number; readonly fate: Fate | null };

export type Step =
  | Run
  | { readonly run: 'race'; readonly runs: readonly Run[]; readonly picks: readonly number[] }
  | { readonly run: 'wait'; readonly days: number }
  | { readonly run: 'newVersion' };

export interface MoneyHistory {
  readonly document: string;
  readonly referees: number;
  /** Whether a new version of the program comes before the last referee signs up. */
  readonly changed: boolean;
  /** Whether the newest version counts for everybody. */
  readonly latest: boolean;
  readonly events: readonly Happening[];
  /** How many of the events have come and been worked on before anything goes wrong. */
  readonly arrived: number;
  readonly steps: readonly Step[];
  /** How what is left is delivered at the end. */
  readonly order: readonly number[];
}

const fate: fc.Arbitrary<Fate | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({ call: fc.integer({ min: 1, max: 6 }), fault: fc.constantFrom(...faults) }),
  },
);

export const happening: fc.Arbitrary<Happening> = fc.record({
  what: fc.oneof(
    { weight: 10, arbitrary: fc.constant('paid' as const) },
    { weight: 4, arbitrary: fc.constant('refund' as const) },
    { weight: 8, arbitrary: fc.constantFrom(...whats) },
  ),
  of: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
  order: fc.oneof({ weight: 2, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(4) }),
  copy: fc.nat(3),
  // A few days in which much meets, and weeks around them.
  hour: fc.oneof(
    { weight: 6, arbitrary: fc.nat(4) },
    { weight: 3, arbitrary: fc.nat(45).map((day) => day * 24 - 48) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
});

const some = fc.array(fc.nat(11), { minLength: 1, maxLength: 4 });
const most = fc.constantFrom(1, 2, 100);
const deliver: fc.Arbitrary<Run> = fc.record({
  run: fc.constant('deliver' as const),
  of: fc.nat(2),
  events: some,
  most,
  fate,
});
const claim: fc.Arbitrary<Run> = fc.record({ run: fc.constant('claim' as const), reward: fc.nat(5), fate });
const payout: fc.Arbitrary<Run> = fc.record({
  run: fc.constant('payout' as const),
  user: fc.constantFrom(0, 0, 0, 1, 2),
  share: fc.constantFrom('one' as const, 'all' as const, 'more' as const),
  fate,
});
const of = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) });
const standing: fc.Arbitrary<Run> = fc.oneof(
  fc.record({
    run: fc.constant('policy' as const),
    user: fc.nat(1),
    rate: fc.constantFrom(null, '0', '12.5', '33.333'),
    limit: fc.nat(3),
    fate,
  }),
  fc.record({ run: fc.constant('status' as const), user: fc.nat(1), active: fc.boolean(), fate }),
);
const hold: fc.Arbitrary<Run> = fc.record({
  run: fc.constant('hold' as const),
  of,
  cause: fc.nat(1),
  most,
  fate,
});
const decide: fc.Arbitrary<Run> = fc.record({
  run: fc.constant('decide' as const),
  of,
  decision: fc.constantFrom('approve' as const, 'reject' as const, 'ban' as const, 'undo' as const),
  most,
  fate,
});
const stage: fc.Arbitrary<Run> = fc.record({ run: fc.constant('stage' as const), of, most, fate });

const luck: fc.Arbitrary<Luck> = fc.record({
  moves: fc.constantFrom('paid' as const, 'failed' as const),
  tells: fc.constantFrom('all' as const, 'later' as const, 'nothing' as const, 'lost' as const),
});
const which = { payout: fc.nat(2), fate };
const leaving: fc.Arbitrary<Run> = fc.oneof(
  fc.record({ run: fc.constant('send' as const), luck, ...which }),
  fc.record({ run: fc.constant('reconcile' as const), luck, ...which }),
  fc.record({ run: fc.constant('result' as const), lies: fc.boolean(), ...which }),
  fc.record({ run: fc.constant('cancel' as const), ...which }),
);
const coupon: fc.Arbitrary<Run> = fc.record({ run: fc.constant('coupon' as const), reward: fc.nat(5), fate });
const load: fc.Arbitrary<Run> = fc.record({
  run: fc.constant('load' as const),
  codes: fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }),
  fate,
});
const handing: fc.Arbitrary<Run> = fc.oneof(
  { weight: 2, arbitrary: coupon },
  { weight: 1, arbitrary: load },
  { weight: 1, arbitrary: fc.record({ run: fc.constant('fill' as const), fate }) },
);

const run: fc.Arbitrary<Run> = fc.oneof(
  { weight: 2, arbitrary: leaving },
  { weight: 1, arbitrary: handing },
  { weight: 2, arbitrary: standing },
  { weight: 2, arbitrary: hold },
  { weight: 3, arbitrary: decide },
  { weight: 1, arbitrary: stage },
  {
    weight: 4,
    arbitrary: fc.record({ run: fc.constant('report' as const), events: some, fate }),
  },
  { weight: 6, arbitrary: deliver },
  { weight: 2, arbitrary: claim },
  { weight: 2, arbitrary: payout },
  {
    weight: 1,
    arbitrary: fc.record({ run: fc.constant('cancel' as const), payout: fc.nat(2), fate }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ run: fc.constant('progress' as const), user: fc.nat(3), fate }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ run: fc.constant('completed' as const), of: fc.nat(2), fate }),
  },
);

const race: fc.Arbitrary<Step> = fc.record({
  run: fc.constant('race' as const),
  runs: fc.oneof(
    fc.array(run, { minLength: 2, maxLength: 3 }),
    fc.array(deliver, { minLength: 2, maxLength: 3 }),
    claim.map((one) => [one, one]),
    payout.map((one) => [one, one]),
    decide.map((one) => [one, one]),
    fc.tuple(fc.oneof(hold, decide, stage), fc.oneof(deliver, decide, stage)),
    leaving.map((one) => [one, one]),
    fc.tuple(leaving, leaving),
    fc.array(handing, { minLength: 2, maxLength: 3 }),
  ),
  picks: fc.array(fc.nat(3), { maxLength: 12 }),
});

/** So long that whoever was at work on a payout has ended. */
const minutes: fc.Arbitrary<Step> = fc.constant({ run: 'wait' as const, days: 0.002 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: run },
  { weight: 3, arbitrary: race },
  { weight: 1, arbitrary: fc.record({ run: fc.constant('wait' as const), days: fc.constantFrom(1, 4, 30) }) },
  { weight: 1, arbitrary: minutes },
  { weight: 1, arbitrary: fc.constant({ run: 'newVersion' as const }) },
);

const steps = (given: fc.Arbitrary<Step>, minLength: number, maxLength: number): fc.Arbitrary<Step[]> =>
  fc.array(given, { minLength, maxLength, size: 'max' });

const withdrawal: fc.Arbitrary<Step> = fc
  .constantFrom('one' as const, 'all' as const)
  .map((share) => ({ run: 'payout', user: 0, share, fate: null }));

/** Steps that lead somewhere together: events that arrive, cases and what is decided of them, money that leaves. */
const story: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 4, arbitrary: step.map((one) => [one]) },
  {
    weight: 2,
    arbitrary: fc.tuple(some, of, most).map(([events, who, many]): Step[] => [
      { run: 'report', events, fate: null },
      { run: 'deliver', of: who, events, most: many, fate: null },
    ]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        hold,
        steps(
          fc.oneof(
            { weight: 4, arbitrary: decide },
            { weight: 1, arbitrary: deliver },
            { weight: 1, arbitrary: stage },
          ),
          1,
          5,
        ),
      )
      .map(([first, more]) => [first, ...more]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        withdrawal,
        steps(fc.oneof({ weight: 4, arbitrary: leaving }, { weight: 1, arbitrary: minutes }), 1, 5),
      )
      .map(([first, more]) => [first, ...more]),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(load, steps(fc.oneof(handing, deliver), 1, 4))
      .map(([first, more]) => [first, ...more]),
  },
);

export const moneyHistory: fc.Arbitrary<MoneyHistory> = fc.record({
  document: fc.constantFrom(...documentNames, 'coupons of a pool'),
  referees: fc.constantFrom(1, 1, 2, 3),
  changed: fc.boolean(),
  latest: fc.boolean(),
  events: fc.uniqueArray(happening, { selector: nameOf, minLength: 1, maxLength: 10 }),
  arrived: fc.nat(8),
  steps: fc.array(story, { maxLength: 6, size: 'max' }).map((stories) => stories.flat()),
  order: fc.array(fc.nat(11), { minLength: 1, maxLength: 6 }),
});

/** Names a happening: the same name is the same event, to the letter. */
export function nameOf({ what, of, order, copy }: Happening): string {
  if (what === 'verified') return `verified-${of}`;
  const once = what === 'paid' || what === 'copy' || what === 'cancel' || what === 'delivered';
  return once ? `${what}-${of}-${order}` : `${what}-${of}-${order}-${copy}`;
}

const amounts = [1999, 10_005, 4950, 333, 20_000];

/** What an order comes to: tax and shipping within it, and lines that sum to it. */
function worth(amount: number) {
  const third = Math.floor(amount / 3);
  return {
    amount,
    tax: Math.floor(amount / 10),
    shipping: Math.floor(amount / 20),
    lines: [
      { productId: 'sku-a', amount: third },
      { category: 'books', amount: third, quantity: 2 },
      { productId: 'sku-x', amount: amount - 2 * third },
    ],
  };
}

/** The event that a happening is reported as. */
export function toInput(programId: string, one: Happening, start: number): EventInput {
  const { what, of, order, copy, hour } = one;
  const orderId = `order-${of}-${order}`;
  const currency = order === 3 ? 'JPY' : 'EUR';
  const amount = amounts[order] ?? 1;
  const base = {
    id: nameOf(one),
    userId: refereeOf(of),
    programId,
    ...(hour !== null && { occurredAt: new Date(start + hour * 3_600_000).toISOString() }),
  };
  const about = { ...base, orderId };
  switch (what) {
    case 'paid':
    case 'copy':
      return { ...about, type: 'order.paid', currency, paymentMethod: 'card', ...worth(amount) };
    case 'part':
      return { ...about, type: 'order.paid', currency, paymentId: `part-${copy}`, ...worth(1000 + copy) };
    case 'refund': {
      const amountRefunded = [Math.floor(amount / 3), Math.floor((amount * 2) / 3), amount, amount + 7][copy];
      return { ...about, type: 'order.refunded', currency, amountRefunded: amountRefunded ?? 0 };
    }
    case 'update':
      return {
        ...about,
        type: 'order.updated',
        currency,
        ...worth([Math.floor(amount / 2), amount * 2, 4, amount][copy] ?? 0),
      };
    case 'cancel':
      return { ...about, type: 'order.cancelled' };
    case 'dispute':
      return {
        ...about,
        type: 'order.charged_back',
        disputeId: `dispute-${copy}`,
        ...(copy % 2 === 1 && { amount: Math.floor(amount / 2), currency }),
      };
    case 'undispute':
      return { ...about, type: 'order.charge_back_reversed', disputeId: `dispute-${copy}` };
    case 'delivered':
      return { ...about, type: 'order.delivered' };
    case 'verified':
      return { ...base, type: 'email.verified' };
  }
}

/** Who signed up, and who is above them: the last one was brought by the first. */
export const refereeOf = (number: number): string => ['bob', 'carl', 'dora'][number] ?? 'bob';
export const uplineOf = (number: number): readonly string[] =>
  number === 2 ? ['bob', 'ann', 'mid'] : ['ann', 'mid', 'top'];
export const everybody = ['ann', 'bob', 'mid', 'carl', 'top', 'dora'] as const;
