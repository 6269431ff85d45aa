import { describe, expect, it } from 'vitest';
import { checkProgram } from '../../../shared/domain/programs/check-program.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import type { Finding } from '../../../shared/domain/programs/finding.ts';
import type {
  Milestone,
  Program,
  ProgramSettings,
  Rule,
  SimpleAmount,
} from '../../../shared/domain/programs/program.ts';
import { itemsOfEvent } from '../../../shared/domain/programs/transaction-size.ts';

const standard = defaultSettings('Test', 'https://example.com/');
const [commission] = standard.rules as [Rule];

const programOf = (changes: Partial<ProgramSettings>): Program => ({
  programId: 'test',
  ...standard,
  ...changes,
  version: 1,
  createdAt: '2026-11-21T10:00:00.000Z',
  updatedAt: '2026-11-21T10:00:00.000Z',
});
const ruleOf = (changes: Partial<Rule>): Rule => ({ ...commission, ...changes });
const percent = (rate: string): SimpleAmount => ({ type: 'percentage', rate });
const flat = (amount: number, currency = 'USD'): SimpleAmount => ({ type: 'flat', amount, currency });

const fieldsOf = (findings: readonly Finding[]) => findings.map(({ field }) => field);
const errorsOf = (changes: Partial<ProgramSettings>) => fieldsOf(checkProgram(programOf(changes)).errors);
const warningsOf = (changes: Partial<ProgramSettings>) => fieldsOf(checkProgram(programOf(changes)).warnings);
const errorsOfRule = (changes: Partial<Rule>) => errorsOf({ rules: [ruleOf(changes)] });
const warningsOfRule = (changes: Partial<Rule>) => warningsOf({ rules: [ruleOf(changes)] });

const tier = (
  tierId: string,
  value: number,
  metric: 'paidOrders' | 'revenue' = 'paidOrders',
  currency?: string,
) => ({
  tierId,
  name: tierId,
  threshold: { metric, value, ...(currency && { currency }) },
});
const milestone = (milestoneId: string, value: number, changes: Partial<Milestone> = {}): Milestone => ({
  milestoneId,
  name: milestoneId,
  kind: 'badge',
  threshold: { metric: 'completedReferrals', value },
  grant: 'claim',
  onReversal: 'keep',
  ...changes,
});

it('finds nothing in the default program', () => {
  expect(checkProgram(programOf({}))).toEqual({ errors: [], warnings: [] });
});

it('warns of a sum that holds nothing, since it is rejected before', () => {
  expect(warningsOf({ fraud: { holdScore: 80, rejectScore: 10 } })).toEqual(['fraud.holdScore']);
  expect(warningsOf({ fraud: { holdScore: 80, rejectScore: 80 } })).toEqual(['fraud.holdScore']);
  expect(warningsOf({ fraud: { holdScore: 80, rejectScore: 81 } })).toEqual([]);
  expect(warningsOf({ fraud: { rejectScore: 10 } })).toEqual([]);
});

describe('currencies', () => {
  it('are refused wherever ISO 4217 does not list them', () => {
    const rule = ruleOf({
      amount: { type: 'stepped', steps: [{ times: 1, amount: flat(5, 'XYZ') }], after: flat(4, 'XYZ') },
      caps: [{ period: 'day', amount: 5, currency: 'XYZ' }],
    });
    expect(
      errorsOf({
        rules: [commission, rule],
        budgets: [{ currency: 'XYZ', amount: 5, period: 'ever' }],
        tiers: [tier('a', 5, 'revenue', 'XYZ')],
        milestones: [
          milestone('a', 5, {
            kind: 'cash',
            threshold: { metric: 'revenue', value: 5, currency: 'XYZ' },
            amount: { amount: 5, currency: 'XYZ' },
          }),
        ],
        payouts: {
          minimums: [{ currency: 'XYZ', amount: 5 }],
          requires: [{ metric: 'revenue', value: 5, currency: 'XYZ' }],
          limits: [{ period: 'day', amount: 5, currency: 'XYZ' }],
        },
      }),
    ).toEqual([
      'rules.1.amount.steps.0.amount.currency',
      'rules.1.amount.after.currency',
      'rules.1.caps.0.currency',
      'budgets.0.currency',
      'tiers.0.threshold.currency',
      'milestones.0.threshold.currency',
      'milestones.0.amount.currency',
      'payouts.minimums.0.currency',
      'payouts.requires.0.currency',
      'payouts.limits.0.currency',
    ]);
  });

  it('may be points', () => {
    const rule = ruleOf({
      kind: 'points',
      amount: flat(5, 'points'),
      caps: [{ period: 'day', amount: 50, currency: 'points' }],
    });
    const budgets = [{ currency: 'points', amount: 500, period: 'ever' as const }];
    expect(checkProgram(programOf({ rules: [rule], budgets }))).toEqual({ errors: [], warnings: [] });
  });

  it('of a cap are warned of where the rule never pays in them', () => {
    const caps = [{ period: 'day' as const, amount: 5, currency: 'EUR' }];
    expect(warningsOfRule({ caps, amount: flat(1) })).toEqual(['rules.0.caps.0.currency']);
    expect(warningsOfRule({ caps, amount: flat(1, 'EUR') })).toEqual([]);
    expect(warningsOfRule({ caps })).toEqual([]);
    expect(warningsOfRule({ caps: [{ period: 'day', amount: 5, currency: 'points' }] })).toEqual([
      'rules.0.caps.0.currency',
    ]);
  });
});

describe('budgets', () => {
  it.each([
    ['ever', 'ever', true],
    ['day', 'month', true],
    ['month', 'ever', true],
    ['week', 'month', false],
    ['ever', 'day', false],
  ] as const)('of a cap a %s and a budget a %s: %s', (period, budgetPeriod, expected) => {
    const rules = [ruleOf({ caps: [{ period, amount: 101, currency: 'USD' }] })];
    const budgets = [{ currency: 'USD', amount: 100, period: budgetPeriod }];
    expect(warningsOf({ rules, budgets })).toEqual(expected ? ['rules.0.caps.0.amount'] : []);
  });

  it('are not passed by a cap of as much, or in another currency', () => {
    const budgets = [{ currency: 'USD', amount: 100, period: 'ever' as const }];
    for (const cap of [
      { amount: 100, currency: 'USD' },
      { amount: 101, currency: 'EUR' },
    ]) {
      expect(warningsOf({ rules: [ruleOf({ caps: [{ period: 'ever', ...cap }] })], budgets })).toEqual([]);
    }
  });
});

describe('tiers', () => {
  it('must be known where an amount goes by them, and named once', () => {
    const amount = {
      type: 'by_tier' as const,
      tiers: ['gold', 'silver', 'gold'].map((tierId) => ({ tierId, amount: percent('5') })),
      otherwise: percent('1'),
    };
    expect(errorsOf({ rules: [ruleOf({ amount })], tiers: [tier('gold', 5)] })).toEqual([
      'rules.0.amount.tiers.1.tierId',
      'rules.0.amount.tiers.2.tierId',
    ]);
    const known = { ...amount, tiers: amount.tiers.slice(0, 2) };
    expect(
      errorsOf({ rules: [ruleOf({ amount: known })], tiers: [tier('silver', 5), tier('gold', 6)] }),
    ).toEqual([]);
  });

  it('must ascend in each metric', () => {
    expect(errorsOf({ tiers: [tier('a', 5), tier('b', 5)] })).toEqual(['tiers.1.threshold.value']);
    expect(errorsOf({ tiers: [tier('a', 5), tier('b', 9, 'revenue', 'USD'), tier('c', 4)] })).toEqual([
      'tiers.2.threshold.value',
    ]);
    expect(
      errorsOf({ tiers: [tier('a', 5, 'revenue', 'USD'), tier('b', 5, 'revenue', 'EUR'), tier('c', 5)] }),
    ).toEqual([]);
  });
});

describe('milestones', () => {
  it('must ascend among those that give the same', () => {
    expect(errorsOf({ milestones: [milestone('a', 5), milestone('b', 5)] })).toEqual([
      'milestones.1.threshold.value',
    ]);
    expect(errorsOf({ milestones: [milestone('a', 5), milestone('b', 4)] })).toEqual([
      'milestones.1.threshold.value',
    ]);
    const cash = { kind: 'cash' as const, amount: { amount: 5, currency: 'USD' } };
    expect(errorsOf({ milestones: [milestone('a', 5), milestone('b', 5, cash), milestone('c', 6)] })).toEqual(
      [],
    );
  });
});

describe('qualification', () => {
  it('is not by what changes an order', () => {
    expect(errorsOf({ qualification: [{ event: 'order.refunded', times: 1 }] })).toEqual([
      'qualification.0.event',
    ]);
    expect(errorsOf({ qualification: [{ event: 'order.paid', times: 1 }] })).toEqual([]);
  });

  it('is doubted where it asks for a sum of what usually has none, or for nothing more', () => {
    const both = [
      { event: 'email.verified', times: 1, minimumAmount: 5 },
      { event: 'order.paid', times: 1 },
      { event: 'order.paid', times: 2, minimumAmount: 100 },
    ];
    expect(warningsOf({ qualification: both })).toEqual(['qualification.0.minimumAmount', 'qualification.1']);
    const fine = [
      { event: 'order.paid', times: 3 },
      { event: 'order.paid', times: 1, minimumAmount: 100 },
    ];
    expect(warningsOf({ qualification: fine })).toEqual([]);
    expect(warningsOf({ qualification: [fine[0]!, fine[0]!] })).toEqual(['qualification.1']);
  });
});

describe('a rule', () => {
  it.each([
    'order.refunded',
    'order.updated',
    'order.cancelled',
    'order.charged_back',
    'order.charge_back_reversed',
  ])('is not paid for %s', (event) => expect(errorsOfRule({ event })).toEqual(['rules.0.event']));

  it('does not wait for its own event', () => {
    expect(errorsOfRule({ hold: { untilEvent: 'order.paid' } })).toEqual(['rules.0.hold.untilEvent']);
    expect(errorsOfRule({ hold: { untilEvent: 'order.delivered' } })).toEqual([]);
  });

  it('has conditions that can hold', () => {
    const more = { field: 'event.amount', operator: 'greater_than', value: 10 } as const;
    const less = { field: 'event.amount', operator: 'less_than', value: 5 } as const;
    expect(
      checkProgram(programOf({ rules: [ruleOf({ conditions: { all: [more, less] } })] })).errors,
    ).toEqual([
      {
        field: 'rules.0.conditions',
        message: 'can never hold: nothing satisfies what they ask of event.amount',
      },
    ]);
    expect(errorsOfRule({ conditions: { any: [more, less] } })).toEqual([]);
  });

  it('looks at fields that there are', () => {
    const at = (field: string) =>
      warningsOfRule({ conditions: { all: [{ field, operator: 'exists', value: true }] } });
    for (const field of [
      'event.tax',
      'event.plan',
      'event.properties.a.b',
      'referrer.plan',
      'referral.status',
    ]) {
      expect(at(field)).toEqual(['rules.0.conditions']);
    }
    for (const field of ['event.products', 'event.properties.plan', 'referee.fields.plan', 'referrer.tier']) {
      expect(at(field)).toEqual([]);
    }
  });

  it('pays something', () => {
    expect(errorsOfRule({ amount: flat(0) })).toEqual(['rules.0.amount.amount']);
    expect(
      errorsOfRule({ amount: { type: 'stepped', steps: [{ times: 1, amount: flat(0) }], after: flat(0) } }),
    ).toEqual(['rules.0.amount']);
    expect(
      errorsOfRule({ amount: { type: 'stepped', steps: [{ times: 1, amount: flat(5) }], after: flat(0) } }),
    ).toEqual([]);
  });

  it.each(['0', '0.0', '00.000000'])('is doubted with %s percent, unless there are other rates', (rate) => {
    expect(errorsOfRule({ amount: percent(rate) })).toEqual([]);
    expect(warningsOfRule({ amount: percent(rate) })).toEqual(['rules.0.amount.rate']);
    const rules = [ruleOf({ amount: percent(rate) })];
    expect(warningsOf({ rules, rates: [{ coupon: 'SPRING', rate: '5' }] })).toEqual([]);
    expect(warningsOf({ rules, rates: [{ coupon: 'SPRING', rate: '0' }] })).toEqual(['rules.0.amount.rate']);
  });

  it('reaches its steps', () => {
    const amount = {
      type: 'stepped' as const,
      steps: [2, 1, 5].map((times) => ({ times, amount: percent('5') })),
      after: percent('1'),
    };
    expect(warningsOfRule({ amount, limitPerReferee: 3 })).toEqual(['rules.0.amount.steps.2']);
    expect(warningsOfRule({ amount, limitPerReferee: 4 })).toEqual([]);
    expect(warningsOfRule({ amount, limitPerReferee: null })).toEqual([]);
  });

  it('is for events that carry what it needs', () => {
    const products = {
      type: 'by_product' as const,
      products: [{ productIds: ['a'], amount: flat(5) }],
      otherwise: flat(0),
    };
    const basis = { ...commission.basis, minimum: 5 };
    const event = 'user.registered';
    expect(warningsOfRule({ event })).toEqual(['rules.0.amount']);
    expect(warningsOfRule({ event, amount: products })).toEqual(['rules.0.amount']);
    expect(warningsOfRule({ event, amount: flat(5), basis })).toEqual(['rules.0.basis.minimum']);
    expect(warningsOfRule({ event, amount: flat(5) })).toEqual([]);
    expect(warningsOfRule({ amount: products, basis })).toEqual([]);
  });

  it('has entries that are used', () => {
    const entry = (productIds: string[], categories: string[] = []) => ({
      productIds,
      categories,
      amount: flat(5),
    });
    const amount = (...products: ReturnType<typeof entry>[]) =>
      ({ type: 'by_product', products, otherwise: flat(1) }) as const;
    expect(
      warningsOfRule({ amount: amount(entry(['a'], ['x']), entry(['b']), entry(['a', 'b'], ['x'])) }),
    ).toEqual(['rules.0.amount.products.2']);
    expect(warningsOfRule({ amount: amount(entry(['a']), entry(['a', 'b'])) })).toEqual([]);
  });
});

describe('two rules', () => {
  const pair = (first: Partial<Rule>, second: Partial<Rule>) =>
    warningsOf({ rules: [ruleOf({ ruleId: 'first', ...first }), ruleOf({ ruleId: 'second', ...second })] });

  it('of the same words pay twice', () => {
    expect(pair({}, {})).toEqual(['rules.1']);
    expect(pair({}, { limitPerReferee: 4 })).toEqual([]);
    expect(pair({ group: 'g' }, { group: 'g' })).toEqual([]);
  });

  const unlimited = { group: 'g', limitPerReferee: null, excludedPaymentMethods: [] };
  const winner = { ...unlimited, priority: 9, amount: flat(5) };
  const condition = { all: [{ field: 'event.coupon', operator: 'equals', value: 'X' } as const] };

  it.each<[string, Partial<Rule>, Partial<Rule>, boolean]>([
    ['pays a flat sum for everything', winner, unlimited, true],
    ['pays a higher share of everything', { ...winner, amount: percent('20') }, unlimited, true],
    ['pays a badge', { ...winner, kind: 'badge', name: 'B' }, unlimited, true],
    ['pays a lower share', { ...winner, amount: percent('5') }, unlimited, false],
    [
      'pays a share, and the other a sum',
      { ...winner, amount: percent('20') },
      { ...unlimited, amount: flat(1) },
      false,
    ],
    ['has conditions', { ...winner, conditions: condition }, unlimited, false],
    ['has a limit', { ...winner, limitPerReferee: 3 }, unlimited, false],
    ['ends after months', { ...winner, months: 3 }, unlimited, false],
    ['has a cap', { ...winner, caps: [{ period: 'day', rewards: 1 }] }, unlimited, false],
    ['excludes payment methods', { ...winner, excludedPaymentMethods: ['x'] }, unlimited, false],
    ['has a minimum', { ...winner, basis: { ...commission.basis, minimum: 1 } }, unlimited, false],
    ['is of another group', { ...winner, group: 'h' }, unlimited, false],
    ['is for another event', { ...winner, event: 'order.shipped' }, unlimited, false],
    ['pays another side', { ...winner, side: 'referee' }, unlimited, false],
    ['has a lower priority', { ...winner, priority: -9 }, { ...unlimited, conditions: condition }, false],
  ])('of which the first %s', (_name, first, second, expected) => {
    const { amount: _, ...badge } = ruleOf({ ruleId: 'first', ...first });
    const rules = [
      first.kind === 'badge' ? badge : ruleOf({ ruleId: 'first', ...first }),
      ruleOf({ ruleId: 'second', ...second }),
    ];
    const { warnings } = checkProgram(programOf({ rules }));
    expect(warnings).toEqual(
      expected ? [{ field: 'rules.1', message: 'never pays: first of its group always goes before it' }] : [],
    );
  });

  it('of one group and priority must pay in one unit to be compared', () => {
    const grouped = { group: 'g', amount: flat(5, 'USD') };
    expect(pair(grouped, { ...grouped, amount: flat(5, 'EUR') })).toEqual(['rules.1.priority']);
    expect(pair(grouped, { ...grouped, kind: 'points', amount: flat(5, 'points') })).toEqual([
      'rules.1.priority',
    ]);
    expect(pair(grouped, { ...grouped, amount: flat(6) })).toEqual([]);
    expect(pair(grouped, { ...grouped, amount: flat(5, 'EUR'), priority: -1 })).toEqual([]);
    expect(pair(grouped, { ...grouped, amount: percent('5') })).toEqual([]);
  });
});

describe('hooks', () => {
  const hook = { timeoutMs: 1_000, fallback: 'default' as const };
  const to = (host: string) => ({ hooks: { validation: { ...hook, url: `https://${host}/x` } } });

  it.each(['10.0.0.1', '169.254.169.254', '192.168.1.1', '[fd00::1]', '[::ffff:10.0.0.1]', '0.0.0.0'])(
    'do not lead to %s',
    (host) => expect(errorsOf(to(host))).toEqual(['hooks.validation.url']),
  );

  it.each(['hooks.example.com', '8.8.8.8', '[2606:4700::1111]'])('may lead to %s', (host) => {
    expect(checkProgram(programOf(to(host)))).toEqual({ errors: [], warnings: [] });
  });

  it.each(['127.0.0.1', 'localhost', '[::1]'])('are doubted when they lead to %s', (host) => {
    expect(warningsOf(to(host))).toEqual(['hooks.validation.url']);
  });

  it('need no fallback for what nobody waits for', () => {
    const url = 'https://example.com/x';
    expect(warningsOf({ hooks: { notification: { ...hook, url, fallback: 'reject' } } })).toEqual([
      'hooks.notification.fallback',
    ]);
    expect(warningsOf({ hooks: { notification: { ...hook, url } } })).toEqual([]);
  });
});

describe('what one event changes', () => {
  const many = (count: number, changes: (index: number) => Partial<Rule>) =>
    Array.from({ length: count }, (_, i) => ruleOf({ ruleId: `r${i}`, ...changes(i) }));
  const caps = (['day', 'week', 'month', 'ever'] as const).map((period) => ({ period, rewards: 5 }));

  it('is an entry with its reward, a balance, and what is always written', () => {
    expect(itemsOfEvent(programOf({}), 'order.paid')).toBe(5);
  });

  it('counts each further reward, each balance, each cap and each budget', () => {
    const rules = [
      ruleOf({ ruleId: 'a', side: 'both', caps }),
      ruleOf({ ruleId: 'b', side: 'upline', level: 2 }),
      ruleOf({ ruleId: 'c', kind: 'points', amount: flat(5, 'points') }),
      ruleOf({ ruleId: 'd', event: 'other' }),
    ];
    const budgets = (['day', 'ever'] as const).map((period) => ({ currency: 'USD', amount: 9, period }));
    // 4 rewards, of which one lies in the entry; balances of referrer, referee, level 2, and the referrer's points.
    expect(itemsOfEvent(programOf({ rules, budgets }), 'order.paid')).toBe(4 + 3 + 4 + 8 + 2);
  });

  it('counts two of a group', () => {
    const rules = many(20, () => ({ group: 'g' }));
    expect(itemsOfEvent(programOf({ rules }), 'order.paid')).toBe(6);
  });

  it('must be within a transaction', () => {
    const uplines = many(33, (i) => ({
      side: 'upline',
      level: (i % 10) + 1,
      priority: i,
      caps: caps.slice(0, 2),
    }));
    const { errors } = checkProgram(programOf({ rules: uplines }));
    expect(errors).toEqual([
      {
        field: 'rules',
        message: expect.stringContaining(
          'may change 112 items for one order.paid, and 100 can be changed at once',
        ),
      },
    ]);
    const spread = uplines.map((rule, i) => ({ ...rule, event: i % 2 ? 'order.paid' : 'order.shipped' }));
    expect(errorsOf({ rules: spread })).toEqual([]);
  });
});
