import { describe, expect, it } from 'vitest';
import type { Program, ProgramSettings, Rule } from '../../../shared/domain/programs/program.ts';
import { type Earned, earn } from '../../../shared/domain/rewards/earned.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import {
  type CalculatedReward,
  type Fact,
  factOf,
  type Standing,
} from '../../../shared/domain/rewards/fact.ts';
import { denialKey } from '../../../shared/domain/rewards/outcome.ts';
import { eventOf, minute, order, programOf, referralOf, refund, ruleOf } from './play.ts';

const factsOf = (events: readonly ReportedEvent[], standings?: Record<string, Standing>): Fact[] =>
  events.map((event) => {
    const terms = { programVersion: 4, ...(standings && { standings }) };
    return factOf(event, terms, new Set(['plan']));
  });
const earnedIn = (program: Program, facts: readonly Fact[], denied: readonly string[] = []): Earned =>
  earn({
    facts,
    referral: referralOf(),
    programs: new Map([[program.version, program]]),
    denied: new Set(denied),
  });
/** What each rule pays whom for which order: `rule alice o-a 100`. */
const paidBy = ({ rewards }: Earned): string[] =>
  [...rewards.values()].map(
    ({ ruleId, beneficiaryId, subject, net }) => `${ruleId} ${beneficiaryId} ${subject} ${net}`,
  );
const play = (settings: Partial<ProgramSettings>, ...events: readonly ReportedEvent[]): string[] =>
  paidBy(earnedIn(programOf(settings), factsOf(events)));
const at = (minutes: number) => ({ occurredAt: minute(minutes) });
const part = (orderId: string, paymentId: string, minutes: number, more: Partial<ReportedEvent> = {}) =>
  order(`${orderId}-${paymentId}`, 500, { orderId, paymentId, ...at(minutes), ...more });

describe('a reward that is earned', () => {
  it('says whose it is, for what, and what it counts towards', () => {
    const rule = ruleOf({ caps: [{ period: 'ever', rewards: 5 }], hold: { days: 1 } });
    const budgets = [
      { currency: 'USD', amount: 9_000, period: 'ever' as const },
      { currency: 'EUR', amount: 9_000, period: 'ever' as const },
    ];
    const program = programOf({ rules: [rule], budgets });
    const { rewards, skips } = earnedIn(program, factsOf([order('a'), refund('r', 'a', 400)]));
    expect(skips).toStrictEqual([]);
    expect([...rewards]).toStrictEqual([
      [
        'commission alice o-a USD',
        {
          key: 'commission alice o-a USD',
          ruleId: 'commission',
          beneficiaryId: 'alice',
          subject: 'o-a',
          currency: 'USD',
          type: 'order.paid',
          level: 1,
          kind: 'cash',
          full: 100,
          net: 60,
          bucket: '2026-05-03',
          programVersion: 4,
          counters: [
            { owner: 'alice', name: 'CAP#commission#rewards#ever', limit: 5, measure: 'rewards' },
            { name: 'BUDGET#USD#ever', limit: 9_000, measure: 'amount' },
          ],
        },
      ],
    ]);
  });

  it('of a coupon says its name and pool, and is in no currency; of a referee it is at no level', () => {
    const { amount: _, ...given } = ruleOf({ side: 'referee', kind: 'coupon', name: 'Off', pool: 'summer' });
    const { rewards } = earnedIn(programOf({ rules: [given] }), factsOf([order('a')]));
    expect([...rewards.values()]).toStrictEqual([
      {
        key: 'commission bob o-a ',
        ruleId: 'commission',
        beneficiaryId: 'bob',
        subject: 'o-a',
        type: 'order.paid',
        kind: 'coupon',
        name: 'Off',
        pool: 'summer',
        full: 1,
        net: 1,
        bucket: 'available',
        programVersion: 4,
        counters: [],
      },
    ]);
  });

  it('asks caps for what the order pays once it meets its condition, though it did so only by a refund', () => {
    const small = { all: [{ field: 'event.amount', operator: 'at_most', value: 900 } as const] };
    const program = programOf({ rules: [ruleOf({ conditions: small })] });
    const { rewards } = earnedIn(program, factsOf([order('a'), refund('r', 'a', 300)]));
    expect([...rewards.values()]).toMatchObject([{ full: 70, net: 70 }]);
  });
});

describe('a skip', () => {
  const skipOf = (earned: Earned) => earned.skips;
  const common = { subject: 'o-a', type: 'order.paid', programVersion: 4 };

  it('says that nobody stands at a level, for good', () => {
    const program = programOf({ rules: [ruleOf({ side: 'upline', level: 2 })] });
    expect(skipOf(earnedIn(program, factsOf([order('a')])))).toStrictEqual([
      { ...common, ruleId: 'commission', reason: 'no_such_level', isOpen: false },
    ]);
  });

  it('says why the first payment is none, for good', () => {
    const program = programOf({ rules: [ruleOf({ excludedPaymentMethods: ['voucher'] })] });
    const facts = factsOf([
      part('o-a', 'p', 1, { paymentMethod: 'voucher' }),
      eventOf({ eventId: 'q', orderId: 'o-a', paymentId: 'q', ...at(2) }),
    ]);
    const reason = 'payment_method_excluded';
    expect(skipOf(earnedIn(program, facts))).toStrictEqual([
      { ...common, ruleId: 'commission', beneficiaryId: 'alice', reason, isOpen: false },
    ]);
  });

  it('says that a cap has left nothing, for good', () => {
    const earned = earnedIn(programOf(), factsOf([order('a')]), ['commission alice o-a USD']);
    expect(earned.rewards.size).toBe(0);
    expect(skipOf(earned)).toStrictEqual([
      { ...common, ruleId: 'commission', beneficiaryId: 'alice', reason: 'cap_reached', isOpen: false },
    ]);
  });

  it('says that a condition is not met, until an edit', () => {
    const large = { all: [{ field: 'event.amount', operator: 'at_least', value: 5_000 } as const] };
    const program = programOf({ rules: [ruleOf({ conditions: large })] });
    expect(skipOf(earnedIn(program, factsOf([order('a')])))).toStrictEqual([
      {
        ...common,
        ruleId: 'commission',
        beneficiaryId: 'alice',
        reason: 'condition_not_met',
        isOpen: true,
      },
    ]);
  });

  it('says that an event without an amount meets no condition on it', () => {
    const small = { all: [{ field: 'event.amount', operator: 'at_most', value: 900 } as const] };
    const amount = { type: 'flat', amount: 5, currency: 'USD' } as const;
    const program = programOf({ rules: [ruleOf({ event: 'user.seen', amount, conditions: small })] });
    const earned = earnedIn(program, factsOf([eventOf({ eventId: 's', type: 'user.seen' })]));
    expect(skipOf(earned)).toMatchObject([{ subject: 's', reason: 'condition_not_met', isOpen: true }]);
  });

  it('says which rule of the group pays instead, as long as it does', () => {
    const rules = [
      ruleOf({ ruleId: 'low', group: 'g' }),
      ruleOf({ ruleId: 'high', group: 'g', priority: 1 }),
    ];
    const earned = earnedIn(programOf({ rules }), factsOf([order('a')]));
    expect(paidBy(earned)).toEqual(['high alice o-a 100']);
    expect(skipOf(earned)).toStrictEqual([
      { ...common, ruleId: 'low', beneficiaryId: 'alice', reason: 'rule_high_pays_instead', isOpen: true },
    ]);
  });

  const seen = (more: Partial<Rule> = {}): Rule =>
    ruleOf({
      event: 'user.seen',
      amount: { type: 'flat', amount: 5, currency: 'USD' },
      limitPerReferee: 1,
      ...more,
    });
  const isSeen = { field: 'event.type', operator: 'equals', value: 'user.seen' } as const;
  const isLarge = { field: 'event.amount', operator: 'at_least', value: 1 } as const;
  const sum = { amount: 1_000, currency: 'USD' };

  it.each<[string, Partial<ProgramSettings>, Partial<ReportedEvent>, Partial<ReportedEvent>, boolean]>([
    ['for good', {}, {}, {}, false],
    ['unless the program gives back', { freedLimits: 'returned' }, {}, {}, true],
    ['unless its own order is told of again', {}, {}, { orderId: 'o-b' }, true],
    ['unless the other order is told of again', {}, { orderId: 'o-a' }, {}, true],
    ['unless a payment is told of again', {}, {}, sum, true],
    ['unless another rule of the group pays', { rules: [seen({ group: 'g' })] }, {}, {}, true],
    [
      'unless the other stops meeting a condition on its amount',
      { rules: [seen({ conditions: { any: [isLarge, isSeen] } })] },
      {},
      {},
      true,
    ],
    [
      'for good where the condition is on what no edit changes',
      { rules: [seen({ conditions: { all: [isSeen] } })] },
      {},
      {},
      false,
    ],
  ])('says that the limit is taken, %s', (_, settings, first, second, isOpen) => {
    const program = programOf({ rules: [seen()], ...settings });
    const facts = factsOf([
      eventOf({ eventId: 'a', type: 'user.seen', ...first }),
      eventOf({ eventId: 'b', type: 'user.seen', ...at(1), ...second }),
    ]);
    expect(skipOf(earnedIn(program, facts))).toMatchObject([
      { subject: second.orderId ?? 'b', reason: 'limit_per_referee_reached', isOpen },
    ]);
  });

  it('says that the limit of an order is taken, unless the order is told of again', () => {
    const program = programOf({ rules: [seen({ event: 'order.placed' })] });
    const facts = factsOf(['a', 'b'].map((eventId) => eventOf({ eventId, type: 'order.placed' })));
    expect(skipOf(earnedIn(program, facts))).toMatchObject([{ subject: 'b', isOpen: true }]);
  });

  it('of a limit asks only for what has taken a place of the same rule', () => {
    const rules = [seen({ ruleId: 'once' }), ruleOf({ ruleId: 'always', event: 'trial.paid' })];
    const facts = factsOf([
      eventOf({ eventId: 'a', type: 'user.seen', ...at(1) }),
      order('t', 1_000, { type: 'trial.paid', paymentId: 'p', ...at(2) }),
      eventOf({ eventId: 'b', type: 'user.seen', ...at(3) }),
    ]);
    expect(skipOf(earnedIn(programOf({ rules }), facts))).toMatchObject([{ ruleId: 'once', isOpen: false }]);
  });
});

describe('a place in a limit', () => {
  const byCard = ruleOf({ ruleId: 'card', limitPerReferee: 1, excludedPaymentMethods: ['balance'] });

  it('is taken by the first payment that its rule can take, whatever other rules can', () => {
    const paid = play(
      { rules: [ruleOf({ ruleId: 'any' }), byCard] },
      part('o', 'p', 1, { paymentMethod: 'balance' }),
      order('x', 700, at(2)),
      part('o', 'q', 3),
    );
    expect(paid.filter((one) => one.startsWith('card'))).toEqual(['card alice o-x 70']);
    expect(paid.filter((one) => one.startsWith('any'))).toEqual(['any alice o 100', 'any alice o-x 70']);
  });

  it('is taken by the first payment that any rule of a group can take', () => {
    const little = ruleOf({
      ruleId: 'little',
      group: 'g',
      amount: { type: 'percentage', rate: '1' },
      excludedPaymentMethods: ['balance'],
    });
    const once = ruleOf({ ruleId: 'once', group: 'g', limitPerReferee: 1 });
    const paid = play(
      { rules: [little, once] },
      part('o', 'p', 1, { paymentMethod: 'balance' }),
      order('x', 700, at(2)),
      part('o', 'q', 3),
    );
    expect(paid).toEqual(['once alice o 100', 'little alice o-x 7']);
  });

  it('is taken once for both sides, and counted for each rule alone', () => {
    const both = ruleOf({ ruleId: 'both', side: 'both', limitPerReferee: 2 });
    const other = ruleOf({ ruleId: 'other', limitPerReferee: 1 });
    expect(
      play({ rules: [both, other] }, order('a', 10, at(1)), order('b', 20, at(2)), order('c', 30, at(3))),
    ).toEqual([
      'both alice o-a 1',
      'both bob o-a 1',
      'other alice o-a 1',
      'both alice o-b 2',
      'both bob o-b 2',
    ]);
  });

  it.each([
    ['before the next order', 2, ['commission alice o-a 0', 'commission alice o-b 70']],
    ['at the time of the next order', 3, ['commission alice o-a 0', 'commission alice o-b 70']],
    ['after the next order', 4, ['commission alice o-a 0']],
  ])('that is given back %s is free for it or not', (_, minutes, expected) => {
    const rules = [ruleOf({ limitPerReferee: 1 })];
    const events = [order('a', 500, at(1)), refund('r', 'a', 500, at(minutes)), order('b', 700, at(3))];
    expect(play({ rules, freedLimits: 'returned' }, ...events)).toEqual(expected);
    expect(play({ rules }, ...events)).toEqual(['commission alice o-a 0']);
  });

  it('that is given back is so by the order as the first side has it', () => {
    const rules = [ruleOf({ side: 'both', limitPerReferee: 1 })];
    const [first, ...more] = [part('o', 'p', 1), part('o', 'q', 2), order('b', 700, at(4))];
    const late = eventOf({
      eventId: 'r',
      type: 'order.refunded',
      orderId: 'o',
      amountRefunded: 500,
      ...at(3),
    });
    const facts = [
      ...factsOf([first as ReportedEvent], { bob: { inactive: true } }),
      ...factsOf([...more, late]),
    ];
    const program = programOf({ rules, freedLimits: 'returned' });
    expect(paidBy(earnedIn(program, facts))).toEqual(['commission alice o 50', 'commission bob o 0']);
  });

  it.each([
    ['referrer', undefined, 2],
    ['both', undefined, 2],
    ['upline', 1, 2],
    ['upline', 2, 1],
    ['referee', undefined, 1],
  ] as const)(
    'of the side %s and level %s is limited by the policy of the referrer',
    (side, level, times) => {
      const rule = ruleOf({ side, limitPerReferee: 1, ...(level !== undefined && { level }) });
      const facts = factsOf([order('a', 10), order('b', 10), order('c', 10)], { alice: { triggerLimit: 2 } });
      const { rewards } = earn({
        facts,
        referral: referralOf({ upline: ['alice', 'zoe'] }),
        programs: new Map([[4, programOf({ rules: [rule] })]]),
        denied: new Set(),
      });
      expect(new Set([...rewards.values()].map((one) => one.subject)).size).toBe(times);
    },
  );

  it('of a referrer without limit is always free', () => {
    const rule = ruleOf({ limitPerReferee: 1 });
    const facts = factsOf([order('a'), order('b')], { alice: { triggerLimit: null } });
    expect(paidBy(earnedIn(programOf({ rules: [rule] }), facts)).length).toBe(2);
  });
});

describe('a rate', () => {
  const rates = [
    { code: 'ABC234DE', rate: '20' },
    { coupon: 'SPRING', rate: '30' },
  ] as const;
  const rateFor = (
    rule: Parameters<typeof ruleOf>[0],
    coupon: string | undefined,
    given: ProgramSettings['rates'],
  ): string[] =>
    paidBy(
      earnedIn(
        programOf({ rules: [ruleOf(rule)], rates: given }),
        factsOf([order('a', 1_000, coupon === undefined ? {} : { coupon })], {
          alice: { rate: '40' },
          bob: { rate: '50' },
        }),
      ),
    ).map((one) => one.split(' ').at(-1) as string);

  it.each([
    ['of the coupon', {}, 'SPRING', rates, ['300']],
    ['of the code, for another coupon', {}, 'AUTUMN', rates, ['200']],
    ['of the code, for none', {}, undefined, rates, ['200']],
    ['of the policy, for another code', {}, undefined, [{ code: 'other', rate: '20' }], ['400']],
    ['of the rule, for points', { kind: 'points' }, 'SPRING', rates, ['100']],
    ['of the rule, for the referee', { side: 'referee' }, 'SPRING', rates, ['100']],
  ] as const)('is that %s', (_, rule, coupon, given, expected) => {
    expect(rateFor(rule, coupon, given)).toEqual(expected);
  });

  it('of no coupon is for no order without one', () => {
    expect(rateFor({}, undefined, [{ coupon: 'SPRING', rate: '30' }])).toEqual(['400']);
  });
});

describe('of a group', () => {
  const flat = (ruleId: string, amount: number, more: Parameters<typeof ruleOf>[0] = {}) =>
    ruleOf({ ruleId, group: 'g', amount: { type: 'flat', amount, currency: 'USD' }, ...more });

  it.each([
    ['what pays most', [flat('a', 10), flat('b', 20), flat('c', 15)], 'b'],
    ['the first of equals', [flat('a', 20), flat('b', 20)], 'a'],
    [
      'the highest priority',
      [flat('a', 90), flat('b', 5, { priority: 2 }), flat('c', 50, { priority: 1 })],
      'b',
    ],
  ])('%s pays', (_, rules, winner) => {
    expect(play({ rules }, order('a')).map((one) => one.split(' ')[0])).toEqual([winner]);
  });

  it('what paid most before a refund of the whole pays, for its trigger', () => {
    const rules = [ruleOf({ ruleId: 'a', group: 'g' }), flat('b', 150), flat('c', 120)];
    expect(play({ rules }, order('a'), refund('r', 'a', 1_000))).toEqual(['b alice o-a 0']);
  });

  it('what pays most of what is left pays, not what would have paid most', () => {
    const half = ruleOf({ ruleId: 'a', group: 'g', amount: { type: 'percentage', rate: '50' } });
    expect(play({ rules: [half, flat('b', 300)] }, order('a'), refund('r', 'a', 500))).toEqual([
      'b alice o-a 300',
    ]);
  });

  it('one pays, and so does one of another group and a rule of none', () => {
    const rules = [flat('a', 10), flat('b', 20), flat('c', 5, { group: 'h' }), ruleOf({ ruleId: 'd' })];
    expect(play({ rules }, order('a'))).toEqual(['b alice o-a 20', 'c alice o-a 5', 'd alice o-a 100']);
  });

  it('no rule stands in the way of one for somebody else', () => {
    const rules = [flat('a', 10), flat('b', 20, { side: 'referee' })];
    expect(play({ rules }, order('a'))).toEqual(['a alice o-a 10', 'b bob o-a 20']);
  });
});

describe('facts', () => {
  it('of a version of the program that is not known earn nothing', () => {
    const facts = factsOf([order('a')]).map((fact) => ({ ...fact, terms: { programVersion: 9 } }));
    expect(earnedIn(programOf(), facts)).toStrictEqual({ rewards: new Map(), skips: [] });
  });

  it('stand on the terms of the first payment that any rule can take', () => {
    const half = ruleOf({ amount: { type: 'percentage', rate: '50' } });
    const generous = { ...programOf({ rules: [half] }), version: 5 };
    const [first, second] = factsOf([part('o', 'p', 1, { paymentMethod: 'balance' }), part('o', 'q', 2)]) as [
      Fact,
      Fact,
    ];
    const strict = programOf({ rules: [ruleOf({ excludedPaymentMethods: ['balance'] })] });
    const programs = new Map([strict, generous].map((one) => [one.version, one]));
    const late = { ...second, terms: { programVersion: 5 } };
    const { rewards } = earn({ facts: [first, late], referral: referralOf(), programs, denied: new Set() });
    expect([...rewards.values()]).toMatchObject([{ programVersion: 5, net: 250 }]);
  });

  it('of which none could be paid when it came earn nothing by the terms of another', () => {
    const strict = programOf({ rules: [ruleOf({ excludedPaymentMethods: ['balance'] })] });
    const open = { ...programOf(), version: 5 };
    const programs = new Map([strict, open].map((one) => [one.version, one]));
    const [first, second] = factsOf([
      order('a', 1000, { orderId: 'o', ...at(1) }),
      order('b', 1000, { orderId: 'o', ...at(2), paymentMethod: 'balance' }),
    ]) as [Fact, Fact];
    const inactive = { programVersion: 5, standings: { alice: { inactive: true } } } as const;
    const { rewards, skips } = earn({
      facts: [{ ...first, terms: inactive }, second],
      referral: referralOf(),
      programs,
      denied: new Set(),
    });
    expect([...rewards]).toEqual([]);
    expect(skips).toMatchObject([{ reason: 'beneficiary_inactive', isOpen: false }]);
  });

  it('are gone through in the order of their time', () => {
    const rules = [ruleOf({ limitPerReferee: 1 })];
    expect(play({ rules }, order('b', 700, at(2)), order('a', 500, at(1)))).toEqual([
      'commission alice o-a 50',
    ]);
  });
});

describe('what the customer’s own calculation gives', () => {
  const given = [
    { side: 'referrer', kind: 'cash', amount: 300, currency: 'USD' },
    { side: 'referrer', kind: 'credit', amount: 50, currency: 'EUR' },
    { side: 'referee', kind: 'points', amount: 7, currency: 'points' },
  ] as const;
  const budgets = [{ currency: 'EUR', amount: 9_000, period: 'ever' as const }];
  const calculated = (
    events: readonly ReportedEvent[],
    answer: readonly CalculatedReward[] = given,
    standings: Record<string, Standing> = {},
  ): Fact[] =>
    factsOf(events, standings).map((fact) =>
      fact.type === 'order.refunded' ? fact : { ...fact, terms: { ...fact.terms, calculated: answer } },
    );

  it('stands in place of the rules, each reward for itself', () => {
    const { rewards, skips } = earnedIn(programOf({ budgets }), calculated([order('a')]));
    const common = { subject: 'o-a', type: 'order.paid', bucket: 'available', programVersion: 4 };
    expect(skips).toStrictEqual([]);
    expect([...rewards.values()]).toMatchObject([
      {
        ...common,
        ruleId: 'calculation-1',
        beneficiaryId: 'alice',
        level: 1,
        kind: 'cash',
        currency: 'USD',
        full: 300,
        net: 300,
        counters: [],
      },
      {
        ...common,
        ruleId: 'calculation-2',
        beneficiaryId: 'alice',
        level: 1,
        kind: 'credit',
        currency: 'EUR',
        full: 50,
        net: 50,
        counters: [{ name: 'BUDGET#EUR#ever', limit: 9_000, measure: 'amount' }],
      },
      {
        ...common,
        ruleId: 'calculation-3',
        beneficiaryId: 'bob',
        kind: 'points',
        currency: 'points',
        full: 7,
        net: 7,
        counters: [],
      },
    ]);
    expect([...rewards.values()].map((one) => 'level' in one)).toEqual([true, true, false]);
    expect([...rewards].every(([key, reward]) => key === reward.key)).toBe(true);
  });

  it('gives a refund its share, and leaves what caps give room for', () => {
    const { rewards } = earnedIn(programOf(), calculated([order('a', 900), refund('r', 'a', 300)]));
    expect([...rewards.values()].map(({ full, net }) => [full, net])).toEqual([
      [300, 200],
      [50, 33],
      [7, 5],
    ]);
  });

  it('is nothing where it answers nothing, and rules give nothing either', () => {
    const earned = earnedIn(programOf(), calculated([order('a')], []));
    expect(earned).toStrictEqual({ rewards: new Map(), skips: [] });
  });

  it('is nothing for whoever is deactivated, and the other’s is left as it is', () => {
    const facts = calculated([order('a')], given, { alice: { inactive: true }, bob: { rate: '5' } });
    const earned = earnedIn(programOf(), facts);
    expect(paidBy(earned)).toEqual(['calculation-3 bob o-a 7']);
    expect(earned.skips).toStrictEqual(
      ['calculation-1', 'calculation-2'].map((ruleId) => ({
        ruleId,
        beneficiaryId: 'alice',
        subject: 'o-a',
        type: 'order.paid',
        reason: 'beneficiary_inactive',
        isOpen: false,
        programVersion: 4,
      })),
    );
  });

  describe('for one of several payments', () => {
    const cash = { side: 'referrer', kind: 'cash', amount: 40, currency: 'USD' } as const;
    const points = { side: 'referee', kind: 'points', amount: 7, currency: 'points' } as const;
    /** What is paid where `p1` was answered for and the rest was not. */
    const paidFor = (
      events: readonly ReportedEvent[],
      answer: readonly CalculatedReward[] = [cash],
      standings: Record<string, Standing> = {},
    ): string[] => {
      const [first, ...rest] = events;
      const facts = [...calculated([first as ReportedEvent], answer, standings), ...factsOf(rest)];
      return paidBy(earnedIn(programOf(), facts));
    };
    const p1 = part('o-x', 'p1', 1);

    it('leaves the others to the rules, and a refund is shared by what was paid', () => {
      expect(paidFor([p1, part('o-x', 'p2', 2), refund('r', 'x', 200)])).toEqual([
        'calculation-1 alice o-x 32',
        'commission alice o-x 40',
      ]);
    });

    it.each([
      ['another report of it', order('again', 500, { orderId: 'o-x', paymentId: 'p1', ...at(2) })],
      ['what is of another currency', part('o-x', 'p2', 2, { currency: 'EUR' })],
    ])('leaves no rule %s', (_, other) => {
      expect(paidFor([p1, other])).toEqual(['calculation-1 alice o-x 40']);
    });

    it('is nothing of the order where it gives only to whoever is deactivated', () => {
      const inactive = { alice: { inactive: true as const } };
      const events = [p1, part('o-x', 'p2', 2)];
      expect(paidFor(events, [cash], inactive)).toEqual(['commission alice o-x 50']);
      expect(paidFor(events, [cash, points], inactive)).toEqual([
        'calculation-2 bob o-x 7',
        'commission alice o-x 50',
      ]);
    });
  });

  it('is nothing where a budget has left nothing', () => {
    const facts = calculated([order('a')]);
    const [, denied] = [...earnedIn(programOf(), facts).rewards.values()].map(denialKey);
    const earned = earnedIn(programOf(), facts, [denied ?? '']);
    expect(paidBy(earned)).toEqual(['calculation-1 alice o-a 300', 'calculation-3 bob o-a 7']);
    expect(earned.skips).toMatchObject([
      { ruleId: 'calculation-2', beneficiaryId: 'alice', reason: 'cap_reached', isOpen: false },
    ]);
  });
});
