import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RewardAmount, Rule, SimpleAmount } from '../../../shared/domain/programs/program.ts';
import { earn } from '../../../shared/domain/rewards/earned.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import { factOf, type Standing } from '../../../shared/domain/rewards/fact.ts';
import {
  balancesOf,
  entriesOf,
  eventOf,
  happen,
  minute,
  referralOf,
  rewardsOf,
  ruleOf,
  type World,
  withoutNothing,
  worldOf,
} from './play.ts';

const rates = fc.constantFrom('10', '2.5', '33.333333', '0.1', '100');
const share = rates.map((rate): SimpleAmount => ({ type: 'percentage', rate }));
const sums = fc.constantFrom(250, 1, 700);
const simple = fc.oneof(
  share,
  fc
    .record({ amount: sums, currency: fc.constantFrom('USD', 'EUR') })
    .map((flat): SimpleAmount => ({ type: 'flat', ...flat })),
);
const amounts: fc.Arbitrary<RewardAmount> = fc.oneof(
  { weight: 4, arbitrary: simple },
  fc.record({ first: simple, second: simple, after: simple, times: fc.integer({ min: 1, max: 2 }) }).map(
    ({ first, second, after, times }): RewardAmount => ({
      type: 'stepped',
      steps: [
        { times, amount: first },
        { times: 1, amount: second },
      ],
      after,
    }),
  ),
  fc.record({ shoes: share, books: share, otherwise: share }).map(
    ({ shoes, books, otherwise }): RewardAmount => ({
      type: 'by_product',
      products: [
        { productIds: ['shoe'], amount: shoes },
        { categories: ['books'], amount: books },
      ],
      otherwise,
    }),
  ),
);
const conditions = fc.constantFrom<Rule['conditions']>(
  undefined,
  undefined,
  { all: [{ field: 'event.amount', operator: 'at_least', value: 500 }] },
  { all: [{ field: 'event.amount', operator: 'at_most', value: 900 }] },
  { all: [{ field: 'event.coupon', operator: 'equals', value: 'SPRING' }] },
  { any: [{ field: 'event.properties.plan', operator: 'equals', value: 'pro' }] },
  { all: [{ field: 'event.products', operator: 'not_in', value: ['shoe'] }] },
);
const money = fc.record({
  side: fc.constantFrom('referrer', 'referee', 'both'),
  kind: fc.constantFrom('cash', 'credit'),
  amount: amounts,
  limitPerReferee: fc.constantFrom(null, 1, 2),
  minimum: fc.constantFrom(undefined, undefined, 500),
  type: fc.constantFrom('gross', 'net'),
  excludedProducts: fc.constantFrom([], ['shoe']),
  conditions,
  excludedPaymentMethods: fc.constantFrom([], ['account_balance']),
  hold: fc.constantFrom(
    undefined,
    undefined,
    { days: 7 },
    { untilEvent: 'order.delivered' },
    { untilEvent: 'user.verified' },
  ),
  group: fc.constantFrom(undefined, undefined, 'g'),
  priority: fc.integer({ min: 0, max: 1 }),
  months: fc.constantFrom(null, null, 1),
} as const);
const rules: fc.Arbitrary<readonly Rule[]> = fc.array(money, { minLength: 1, maxLength: 3 }).map((list) =>
  list.map(({ minimum, type, excludedProducts, conditions, hold, group, ...rest }, index) =>
    ruleOf({
      ...rest,
      ruleId: `rule-${index + 1}`,
      basis: {
        type: type as 'gross',
        excludedProducts,
        excludedCategories: [],
        ...(minimum !== undefined && { minimum }),
      },
      ...(conditions && { conditions }),
      ...(hold && { hold }),
      ...(group && { group }),
    }),
  ),
);

const minutes = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 44_620, max: 44_660 }));
const gross = fc.constantFrom(0, 4, 333, 500, 900, 1_000, 2_001);
const orders = fc.constantFrom('a', 'b', 'c', 'd');
const details = fc.record({
  paymentMethod: fc.constantFrom('card', 'card', 'account_balance'),
  coupon: fc.constantFrom(undefined, 'SPRING'),
  plan: fc.constantFrom(undefined, 'pro'),
  tax: fc.constantFrom(undefined, 3),
  lines: fc.constantFrom(undefined, 'shoe', 'book', 'both'),
  hasAmount: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
});
const linesOf = (which: string | undefined, amount: number): ReportedEvent['lines'] => {
  const half = Math.floor(amount / 2);
  if (which === undefined) return undefined;
  if (which === 'shoe') return [{ productId: 'shoe', amount }];
  if (which === 'book') return [{ productId: 'b1', category: 'books', amount }];
  return [
    { productId: 'shoe', amount: half },
    { productId: 'b1', category: 'books', amount: amount - half },
  ];
};
const defined = <Fields extends object>(fields: Fields): Partial<ReportedEvent> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** The payments of one order: all of them parts, or one payment that may be reported again. */
const placing = fc.record({
  kind: fc.constant('placing' as const),
  name: orders,
  part: fc.integer({ min: 0, max: 2 }),
  amount: gross,
  details,
});
const changing = fc.record({
  kind: fc.constantFrom('updated', 'cancelled', 'charged_back', 'charge_back_reversed', 'refund', 'refund'),
  name: orders,
  amount: gross,
  details,
  dispute: fc.constantFrom(undefined, 'd1', 'd2'),
});
const release = fc.record({ kind: fc.constantFrom('delivered', 'verified'), name: orders });
const facts = fc.array(
  fc
    .tuple(
      fc.oneof(
        { weight: 5, arbitrary: placing },
        { weight: 4, arbitrary: changing },
        { weight: 1, arbitrary: release },
      ),
      minutes,
    )
    .map(([what, at]) => ({ what, occurredAt: minute(at) })),
  { minLength: 1, maxLength: 14 },
);
type Planned = { what: { kind: string; name: string; [field: string]: unknown }; occurredAt: string };

/** Orders `a` and `b` are paid in parts; the others at once, and a second report of them says the same, or nothing. */
function eventsOf(plan: readonly Planned[]): ReportedEvent[] {
  const first = new Map<string, { amount: number }>();
  return plan.flatMap(({ what, occurredAt }, index) => {
    const eventId = `e${index}`;
    const on = { eventId, orderId: `o-${what.name}`, occurredAt };
    if (what.kind === 'delivered') return [eventOf({ ...on, type: 'order.delivered' })];
    if (what.kind === 'verified') return [eventOf({ eventId, occurredAt, type: 'user.verified' })];
    const given = what['details'] as { [field: string]: string | undefined };
    const amount = what['amount'] as number;
    const { plan: level, lines, hasAmount, tax, ...rest } = given as Record<string, never>;
    const inside = { lines: linesOf(lines, amount), ...(amount >= 3 && { tax }) };
    if (what.kind === 'placing') {
      const isPart = what.name < 'c';
      const known = first.get(what.name);
      const mine = isPart || !hasAmount ? amount : amount === 0 ? 0 : (known?.amount ?? amount);
      if (!isPart && hasAmount && mine > 0 && !known) first.set(what.name, { amount: mine });
      return [
        eventOf({
          ...on,
          ...defined({
            ...rest,
            ...inside,
            lines: linesOf(lines, mine),
            ...(mine < 3 && { tax: undefined }),
          }),
          ...(hasAmount ? { amount: mine, currency: 'USD' } : { tax: 0, lines: [] }),
          ...(level !== undefined && { properties: { plan: level } }),
          ...(isPart && { paymentId: `p${what['part']}` }),
        }),
      ];
    }
    if (what.kind === 'refund') {
      return [eventOf({ ...on, type: 'order.refunded', amountRefunded: amount })];
    }
    if (what.kind === 'updated') {
      return [eventOf({ ...on, type: 'order.updated', amount, currency: 'USD', ...defined(inside) })];
    }
    const disputeId = what['dispute'] as string | undefined;
    const disputed = what.kind === 'charged_back' && amount > 0 ? { amount, currency: 'USD' } : {};
    return [eventOf({ ...on, type: `order.${what.kind}`, ...defined({ disputeId }), ...disputed })];
  });
}

/** Every event once or more, in any order. */
function shuffledBy(seeds: readonly number[], events: readonly ReportedEvent[]): ReportedEvent[] {
  const again = seeds.slice(0, 4).map((seed) => events[seed % events.length] as ReportedEvent);
  return [...events, ...again]
    .map((event, index) => ({ event, place: (seeds[index] ?? index) * 7919 + index }))
    .sort((a, b) => (a.place % 1009) - (b.place % 1009))
    .map(({ event }) => event);
}

/** What the whole set of facts has earned, none left out and none dropped. */
function allEarned(world: World, events: readonly ReportedEvent[]): Readonly<Record<string, number>> {
  const referral = referralOf();
  const facts = events.map((event) => {
    const standing = world.standingOf('alice', event);
    const terms = { programVersion: 4, ...(standing && { standings: { alice: standing } }) };
    return factOf(event, terms, new Set(['plan']));
  });
  const { rewards } = earn({ facts, referral, programs: new Map([[4, world.program]]), denied: new Set() });
  const sums: Record<string, number> = {};
  for (const { beneficiaryId, kind, currency, bucket, net } of rewards.values()) {
    const name = `${beneficiaryId} ${kind} ${currency} ${bucket}`;
    sums[name] = (sums[name] ?? 0) + net;
  }
  return withoutNothing(sums);
}

const standings = fc.constantFrom<Standing | undefined>(
  undefined,
  undefined,
  { rate: '12.5' },
  { triggerLimit: 1 },
);
const cases = fc.record({
  rules,
  freedLimits: fc.constantFrom('kept' as const, 'returned' as const),
  plan: facts as fc.Arbitrary<readonly Planned[]>,
  standing: standings,
  inactiveEvery: fc.constantFrom(0, 0, 3),
  seeds: fc.array(fc.nat({ max: 10_000 }), { minLength: 20, maxLength: 20 }),
});

describe('the facts of a referee, in whatever order and however often they come', () => {
  it('end at what the set of them has earned, in each bucket', () => {
    fc.assert(
      fc.property(cases, ({ rules, freedLimits, plan, standing, inactiveEvery, seeds }) => {
        const events = eventsOf(plan);
        const standingOf = (userId: string, event: ReportedEvent): Standing | undefined => {
          if (userId !== 'alice' || event.type.startsWith('user.')) return undefined;
          const isInactive = inactiveEvery > 0 && Number(event.eventId.slice(1)) % inactiveEvery === 1;
          return isInactive ? { ...standing, inactive: true } : standing;
        };
        const world = worldOf({ rules, freedLimits }, [referralOf()], standingOf);
        for (const event of shuffledBy(seeds, events)) happen(world, event);
        expect(balancesOf(world)).toEqual(allEarned(world, events));
        for (const { posting, amount } of rewardsOf(world))
          expect([posting.rewardAmount, amount >= 0]).toEqual([amount, true]);
        expect(new Set(entriesOf(world).map((entry) => entry.eventId)).size).toBe(entriesOf(world).length);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 1_000) },
    );
  });
});

describe('an order that is told of again, by reports that differ', () => {
  const flat: RewardAmount = { type: 'flat', amount: 250, currency: 'USD' };
  const share: RewardAmount = { type: 'percentage', rate: '10' };
  const report = fc
    .record({
      orderId: fc.constantFrom('o-c', 'o-d'),
      at: fc.integer({ min: 0, max: 3 }),
      says: fc.constantFrom('nothing', 'zero', 'amount', 'amount', 'edit to zero', 'edit', 'cancelled'),
      sum: fc.constantFrom(333, 700),
      lines: fc.constantFrom(undefined, undefined, 'shoe'),
      paymentId: fc.constantFrom(undefined, undefined, 'p', 'q'),
    })
    .map(({ at, ...rest }) => ({ occurredAt: minute(at), ...rest }));
  type Report = typeof report extends fc.Arbitrary<infer One> ? One : never;
  const sets = fc.record({
    amount: fc.constantFrom(flat, flat, share),
    excludedProducts: fc.constantFrom([], [], ['shoe']),
    limitPerReferee: fc.constantFrom(1, 2),
    reports: fc.array(report, { minLength: 2, maxLength: 5 }),
  });

  function told(reports: readonly Report[]): ReportedEvent[] {
    return reports.map(({ says, sum, lines, paymentId, ...about }, index) => {
      const isFirst = reports.findIndex(({ orderId }) => orderId === about.orderId) === index;
      const on = { eventId: isFirst ? about.orderId : `e${index}`, ...about };
      if (says === 'cancelled') return eventOf({ ...on, type: 'order.cancelled' });
      const amount = says.endsWith('zero') ? 0 : sum;
      const money = { amount, currency: 'USD', ...defined({ lines: linesOf(lines, amount) }) };
      if (says.startsWith('edit')) return eventOf({ ...on, type: 'order.updated', ...money });
      return eventOf({ ...on, ...(says !== 'nothing' && money), ...defined({ paymentId }) });
    });
  }

  it('ends at the same in each order in which they come', () => {
    fc.assert(
      fc.property(sets, ({ amount, excludedProducts, limitPerReferee, reports }) => {
        const basis = { type: 'gross' as const, excludedProducts, excludedCategories: [] };
        const rules = [ruleOf({ amount, basis, limitPerReferee })];
        const events = told(reports);
        for (const arriving of ordersIn(events)) {
          const world = worldOf({ rules, freedLimits: 'kept' });
          for (const event of arriving) happen(world, event);
          expect(balancesOf(world)).toEqual(allEarned(world, events));
        }
      }),
      { numRuns: Number(process.env['RUNS'] ?? 100) },
    );
  });

  it.each([
    ['a fixed sum', flat, undefined, 250],
    ['a share', share, 0, 33],
  ])('has an order of %s begin earlier, though another took its place', (_, amount, said, reward) => {
    const more = said === undefined ? {} : { amount: said, currency: 'USD' };
    const events = [
      eventOf({ eventId: 'e0', orderId: 'o-c', amount: 333, currency: 'USD', occurredAt: minute(2) }),
      eventOf({ eventId: 'e1', orderId: 'o-c', ...more, occurredAt: minute(0) }),
      eventOf({ eventId: 'e2', orderId: 'o-d', amount: 700, currency: 'USD', occurredAt: minute(1) }),
      eventOf({ eventId: 'e3', orderId: 'o-c', type: 'order.updated', amount: 333, occurredAt: minute(3) }),
    ];
    for (const arriving of ordersIn(events)) {
      const world = worldOf({ rules: [ruleOf({ amount, limitPerReferee: 1 })], freedLimits: 'kept' });
      for (const event of arriving) happen(world, event);
      expect(balancesOf(world)).toEqual({ 'alice cash USD available': reward });
      const paid = rewardsOf(world).filter((one) => one.amount > 0);
      expect(paid.map(({ posting }) => posting.subject)).toEqual(['o-c']);
    }
  });
});

function ordersIn<One>(all: readonly One[]): One[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((first, index) =>
    ordersIn([...all.slice(0, index), ...all.slice(index + 1)]).map((rest) => [first, ...rest]),
  );
}
