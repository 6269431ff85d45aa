import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import type {
  Milestone,
  Program,
  ProgramSettings,
  RewardAmount,
  Rule,
  SimpleAmount,
  Tier,
} from '../../../shared/domain/programs/program.ts';

const percent = (rate: string): SimpleAmount => ({ type: 'percentage', rate });
const flat = (amount: number, currency = 'EUR'): SimpleAmount => ({ type: 'flat', amount, currency });

const rule = (ruleId: string, amount: RewardAmount | undefined, more: Partial<Rule> = {}): Rule => ({
  ruleId,
  event: 'order.paid',
  side: 'referrer',
  kind: 'cash',
  ...(amount && { amount }),
  basis: { type: 'gross', excludedProducts: [], excludedCategories: [] },
  limitPerReferee: null,
  months: null,
  caps: [],
  excludedPaymentMethods: [],
  priority: 0,
  ...more,
});

const milestone = (milestoneId: string, more: Partial<Milestone>): Milestone => ({
  milestoneId,
  name: milestoneId,
  kind: 'cash',
  threshold: { metric: 'paidOrders', value: 2 },
  amount: { amount: 1000, currency: 'EUR' },
  grant: 'automatic',
  onReversal: 'take_back',
  ...more,
});

const tier = (tierId: string, value: number): Tier => ({
  tierId,
  name: tierId,
  threshold: { metric: 'completedReferrals', value },
});

const nothingElse = { milestones: [] } as const;

/** Flags referrals of whoever brings many orders that are given back, and counts these. */
const refundsCounted = { rules: { refund_rate: { action: 'flag', limit: 2 } } } as const;

/** Programs that differ in everything that can decide about money. Each is the first version of its program. */
export const documents: Readonly<Record<string, Partial<ProgramSettings>>> = {
  'percentage, refunds counted': {
    rules: [rule('a', percent('10'), { limitPerReferee: 3 })],
    fraud: refundsCounted,
  },
  'both sides, held for days': {
    rules: [rule('a', percent('12.5'), { side: 'both', hold: { days: 7 }, limitPerReferee: 2 })],
  },
  'flat once, and points': {
    rules: [
      rule('a', flat(500), { limitPerReferee: 1 }),
      rule('b', percent('100'), { kind: 'points', side: 'both' }),
    ],
  },
  'stepped, freed limits returned': {
    rules: [
      rule('a', {
        type: 'stepped',
        steps: [
          { times: 1, amount: percent('20') },
          { times: 1, amount: flat(300) },
        ],
        after: percent('5'),
      }),
      rule('b', percent('3'), { limitPerReferee: 2 }),
    ],
    freedLimits: 'returned',
  },
  'by product, of the net': {
    rules: [
      rule(
        'a',
        {
          type: 'by_product',
          products: [
            { productIds: ['sku-a'], amount: percent('20') },
            { categories: ['books'], amount: flat(150) },
          ],
          otherwise: percent('5'),
        },
        {
          basis: { type: 'net', excludedProducts: ['sku-x'], excludedCategories: [] },
          limitPerReferee: 3,
        },
      ),
    ],
  },
  'three levels up, freed limits returned': {
    rules: [1, 2, 3].map((level) =>
      rule(`level-${level}`, percent(['10', '5', '2.5'][level - 1] ?? '1'), {
        side: 'upline',
        level,
        limitPerReferee: 2,
      }),
    ),
    freedLimits: 'returned',
  },
  'groups and conditions': {
    rules: [
      rule('a', percent('10'), { group: 'one', limitPerReferee: 2 }),
      rule('b', flat(700), { group: 'one' }),
      rule('c', percent('20'), {
        group: 'one',
        priority: 1,
        limitPerReferee: 1,
        conditions: { all: [{ field: 'event.amount', operator: 'at_least', value: 10_000 }] },
      }),
    ],
  },
  'held until an event': {
    rules: [
      rule('a', percent('10'), {
        kind: 'credit',
        hold: { untilEvent: 'order.delivered' },
        limitPerReferee: 2,
      }),
      rule('b', percent('10'), { side: 'referee', kind: 'credit', hold: { untilEvent: 'email.verified' } }),
      rule('c', undefined, { kind: 'badge', name: 'Buyer', limitPerReferee: 1 }),
    ],
  },
  'qualification by an event': {
    qualification: [{ event: 'email.verified', times: 1 }],
    rules: [
      rule('a', percent('10'), { limitPerReferee: 2 }),
      rule('b', flat(1000), { event: 'referral.completed' }),
    ],
  },
  'qualification, sales counted': {
    qualification: [{ event: 'email.verified', times: 1 }],
    rules: [rule('a', percent('10'), { limitPerReferee: 1, excludedPaymentMethods: ['card'] })],
    milestones: [milestone('seller', { threshold: { metric: 'paidOrders', value: 2 } })],
    fraud: refundsCounted,
  },
  milestones: {
    rules: [
      rule('a', percent('10'), { limitPerReferee: 3 }),
      rule('b', percent('100'), { kind: 'points', limitPerReferee: 2 }),
    ],
    milestones: [
      milestone('two-orders', {}),
      milestone('revenue', {
        kind: 'credit',
        threshold: { metric: 'revenue', value: 9000, currency: 'EUR' },
      }),
      milestone('points', { threshold: { metric: 'points', value: 2000 }, onReversal: 'keep' }),
      milestone('claimed', { grant: 'claim', threshold: { metric: 'paidOrders', value: 1 } }),
    ],
  },
  'minimum and months, freed limits returned': {
    rules: [
      rule('a', percent('10'), {
        months: 1,
        limitPerReferee: 1,
        hold: { days: 3 },
        basis: { type: 'gross', minimum: 2000, excludedProducts: [], excludedCategories: [] },
      }),
      rule('b', flat(250), { side: 'referee', limitPerReferee: 2 }),
    ],
    freedLimits: 'returned',
  },
  'cap of a month': {
    rules: [rule('a', percent('20'), { caps: [{ period: 'month', amount: 1500, currency: 'EUR' }] })],
  },
  'cap of rewards': {
    rules: [rule('a', percent('10'), { caps: [{ period: 'ever', rewards: 3 }], hold: { days: 5 } })],
    freedLimits: 'returned',
  },
  budget: {
    rules: [rule('a', percent('10'), { side: 'both' })],
    budgets: [{ currency: 'EUR', amount: 2500, period: 'ever' }],
  },
  'budget and cap, with limits': {
    rules: [
      rule('a', percent('15'), {
        limitPerReferee: 2,
        caps: [{ period: 'week', amount: 1000, currency: 'EUR' }],
      }),
      rule('b', flat(400), { side: 'referee', kind: 'credit', limitPerReferee: 3 }),
    ],
    budgets: [{ currency: 'EUR', amount: 3000, period: 'ever' }],
    freedLimits: 'returned',
  },
  'coupons of a pool': {
    rules: [
      rule('a', undefined, {
        kind: 'coupon',
        name: '10% off',
        pool: 'spring',
        side: 'both',
        limitPerReferee: 2,
      }),
      rule('b', undefined, {
        kind: 'coupon',
        name: '5% off',
        pool: 'spring',
        hold: { untilEvent: 'order.delivered' },
      }),
    ],
    milestones: [
      {
        ...{ milestoneId: 'seller', name: 'Seller', kind: 'coupon', pool: 'spring' },
        ...{ threshold: { metric: 'paidOrders', value: 1 }, grant: 'automatic', onReversal: 'take_back' },
      },
    ],
  },
  'by tier, held for days': {
    rules: [
      rule(
        'a',
        {
          type: 'by_tier',
          tiers: [
            { tierId: 'two', amount: percent('15') },
            { tierId: 'one', amount: flat(350) },
          ],
          otherwise: percent('5'),
        },
        { limitPerReferee: 3, hold: { days: 2 } },
      ),
    ],
    tiers: [tier('one', 1), tier('two', 2)],
  },
};

export const documentNames: readonly string[] = Object.keys(documents);

/** A version of a program. The second one pays otherwise, and is for those who sign up after it was saved. */
export function programOf(
  programId: string,
  name: string,
  version: number,
  createdAt: string,
  versioning: Program['versioning'],
): Program {
  const settings: ProgramSettings = {
    ...defaultSettings(name, 'https://example.com/'),
    ...nothingElse,
    ...documents[name],
  };
  const rules =
    version === 1
      ? settings.rules
      : [...settings.rules, rule(`version-${version}`, percent('1'), { limitPerReferee: 1 })];
  return { programId, ...settings, versioning, rules, version, createdAt, updatedAt: createdAt };
}
