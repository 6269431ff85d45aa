import fc from 'fast-check';
import type { EventInput } from '../../../shared/usecases/events/record-events.ts';
import { type Fate, faults } from '../histories/kill-switch.ts';
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
export type Run =
  | { readonly run: 'report'; readonly events: readonly number[]; readonly fate: Fate | null }
  | {
      readonly run: 'deliver';
      readonly of: number;
      readonly events: readonly number[];
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
  | { readonly run: 'completed'; readonly of: number; readonly fate: Fate | null };

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
  readonly events: readonly Happening[];
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

const happening: fc.Arbitrary<Happening> = fc.record({
  what: fc.oneof(
    { weight: 6, arbitrary: fc.constant('paid' as const) },
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
const deliver: fc.Arbitrary<Run> = fc.record({
  run: fc.constant('deliver' as const),
  of: fc.nat(2),
  events: some,
  fate,
});
const claim: fc.Arbitrary<Run> = fc.record({ run: fc.constant('claim' as const), reward: fc.nat(5), fate });
const payout: fc.Arbitrary<Run> = fc.record({
  run: fc.constant('payout' as const),
  user: fc.nat(2),
  share: fc.constantFrom('one' as const, 'all' as const, 'more' as const),
  fate,
});
const run: fc.Arbitrary<Run> = fc.oneof(
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
  ),
  picks: fc.array(fc.nat(3), { maxLength: 12 }),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: run },
  { weight: 3, arbitrary: race },
  { weight: 1, arbitrary: fc.record({ run: fc.constant('wait' as const), days: fc.constantFrom(1, 4, 30) }) },
  { weight: 1, arbitrary: fc.constant({ run: 'newVersion' as const }) },
);

export const moneyHistory: fc.Arbitrary<MoneyHistory> = fc.record({
  document: fc.constantFrom(...documentNames),
  referees: fc.constantFrom(1, 1, 2, 3),
  changed: fc.boolean(),
  events: fc.uniqueArray(happening, { selector: nameOf, minLength: 1, maxLength: 10 }),
  steps: fc.array(step, { maxLength: 8 }),
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
