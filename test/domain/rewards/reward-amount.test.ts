import { describe, expect, it } from 'vitest';
import type { RewardAmount, Rule, SimpleAmount } from '../../../shared/domain/programs/program.ts';
import type { OrderLine } from '../../../shared/domain/rewards/event.ts';
import {
  type AmountChoice,
  needsAmount,
  rewardFor,
  type Valuation,
} from '../../../shared/domain/rewards/reward-amount.ts';
import { ruleOf } from './play.ts';

const pct = (rate: string): SimpleAmount => ({ type: 'percentage', rate });
const flat = (amount: number, currency = 'USD'): SimpleAmount => ({ type: 'flat', amount, currency });
const choice: AmountChoice = { tierId: undefined, before: 0, rate: undefined };
const valuation = (gross: number, part = gross, lines: OrderLine[] = [], extras = 0): Valuation => ({
  amounts: { gross, extras, lines },
  currency: 'USD',
  left: { part, all: gross },
});
const noAmount: Valuation = { amounts: undefined, currency: undefined, left: { part: 1, all: 1 } };
const usd = (amount: number) => ({ amount, currency: 'USD' });
const worth = (amount: RewardAmount, order: Valuation, more: Partial<AmountChoice> = {}) =>
  rewardFor(ruleOf({ amount }), order, { ...choice, ...more });

describe('a reward', () => {
  it.each([
    ['a share of an order', worth(pct('2.5'), valuation(1_000)), usd(25)],
    ['a share of what is left', worth(pct('10'), valuation(1_000, 333)), usd(33)],
    ['a share of nothing', worth(pct('10'), valuation(0)), 'reward_rounds_to_zero'],
    ['a share of an event without an amount', worth(pct('10'), noAmount), 'event_has_no_amount'],
    [
      'a share of an amount without a currency',
      worth(pct('10'), { ...valuation(1_000), currency: undefined }),
      'event_has_no_amount',
    ],
    ['a flat sum for an order', worth(flat(250, 'EUR'), valuation(1)), { amount: 250, currency: 'EUR' }],
    ['a flat sum for the last cent of it', worth(flat(250), valuation(1_000, 1)), usd(250)],
    ['a flat sum for nothing', worth(flat(250), valuation(1_000, 0)), 'reward_rounds_to_zero'],
    ['a flat sum for an event without an amount', worth(flat(250), noAmount), usd(250)],
    ['a flat sum of nothing', worth(flat(0), valuation(1_000)), 'reward_rounds_to_zero'],
  ])('%s', (_, found, expected) => expect(found).toEqual(expected));

  it('in points has no other currency', () => {
    const points = ruleOf({ kind: 'points', amount: pct('10') });
    expect(rewardFor(points, { ...valuation(1_000), currency: undefined }, choice)).toEqual({
      amount: 100,
      currency: 'points',
    });
  });

  it('that is no sum is one, as long as anything is left', () => {
    const { amount: _, ...badge } = ruleOf({ kind: 'badge', name: 'First' });
    expect(rewardFor(badge, valuation(1_000, 1), choice)).toEqual({ amount: 1, currency: '' });
    expect(rewardFor(badge, valuation(1_000, 0), choice)).toBe('reward_rounds_to_zero');
    expect(rewardFor(badge, noAmount, choice)).toEqual({ amount: 1, currency: '' });
  });
});

describe('steps', () => {
  const stepped: RewardAmount = {
    type: 'stepped',
    steps: [
      { times: 1, amount: flat(500) },
      { times: 2, amount: pct('20') },
    ],
    after: pct('5'),
  };
  it.each([
    [0, 500],
    [1, 200],
    [2, 200],
    [3, 50],
    [99, 50],
  ])('after %d times', (before, amount) => {
    expect(worth(stepped, valuation(1_000), { before })).toEqual(usd(amount));
  });
  it('take a rate in place of their shares, and keep their flat sums', () => {
    expect(worth(stepped, valuation(1_000), { before: 0, rate: '30' })).toEqual(usd(500));
    expect(worth(stepped, valuation(1_000), { before: 1, rate: '30' })).toEqual(usd(300));
    expect(worth(stepped, valuation(1_000), { before: 3, rate: '30' })).toEqual(usd(300));
  });
});

describe('tiers', () => {
  const tiered: RewardAmount = {
    type: 'by_tier',
    tiers: [
      { tierId: 'silver', amount: pct('15') },
      { tierId: 'gold', amount: flat(500) },
    ],
    otherwise: pct('10'),
  };
  it.each([
    [undefined, 100],
    ['bronze', 100],
    ['silver', 150],
    ['gold', 500],
  ])('%s', (tierId, amount) => {
    expect(worth(tiered, valuation(1_000), { tierId })).toEqual(usd(amount));
  });
});

describe('products', () => {
  const products: RewardAmount = {
    type: 'by_product',
    products: [
      { productIds: ['shoe'], amount: pct('20') },
      { categories: ['books'], amount: flat(30) },
    ],
    otherwise: pct('5'),
  };
  const lines = [
    { productId: 'shoe', category: 'books', amount: 400 },
    { productId: 'b', category: 'books', amount: 200, quantity: 3 },
    { amount: 400 },
  ];
  it('pay by line, by the first entry that names it, flat sums by piece', () => {
    expect(worth(products, valuation(1_000, 1_000, lines))).toEqual(usd(80 + 90 + 20));
    expect(worth(products, valuation(1_000, 500, lines))).toEqual(usd(40 + 90 + 10));
    expect(worth(products, valuation(1_000, 0, lines))).toBe('reward_rounds_to_zero');
  });
  it('take a rate in place of all shares', () => {
    expect(worth(products, valuation(1_000, 1_000, lines), { rate: '10' })).toEqual(usd(40 + 90 + 40));
  });
  it('in another currency than the order pay nothing', () => {
    const foreign: RewardAmount = { ...products, otherwise: flat(1, 'EUR') };
    expect(worth(foreign, valuation(1_000, 1_000, lines))).toBe('currencies_differ');
  });
  it('of an event without an amount pay nothing', () => {
    expect(worth(products, noAmount)).toBe('event_has_no_amount');
  });
  it('of lines that cost nothing pay nothing', () => {
    expect(worth(products, valuation(0, 0, [{ productId: 'shoe', amount: 0 }]))).toBe(
      'reward_rounds_to_zero',
    );
  });
});

describe('the basis', () => {
  const basis = (more: Partial<Rule['basis']>): Rule =>
    ruleOf({ basis: { type: 'gross', excludedProducts: [], excludedCategories: [], ...more } });
  it('is the gross, or the net without extras', () => {
    expect(rewardFor(basis({}), valuation(1_190, 1_190, [], 190), choice)).toEqual(usd(119));
    expect(rewardFor(basis({ type: 'net' }), valuation(1_190, 1_190, [], 190), choice)).toEqual(usd(100));
  });
  it('is the share of lines that are not excluded', () => {
    const given = [
      { productId: 'a', category: 'x', amount: 300 },
      { productId: 'b', category: 'y', amount: 500 },
      { amount: 200 },
    ];
    const order = valuation(1_000, 1_000, given);
    expect(rewardFor(basis({ excludedProducts: ['a'] }), order, choice)).toEqual(usd(70));
    expect(rewardFor(basis({ excludedCategories: ['y'] }), order, choice)).toEqual(usd(50));
    expect(rewardFor(basis({ excludedProducts: ['a', 'b'] }), order, choice)).toEqual(usd(20));
    const none = valuation(800, 800, given.slice(0, 2));
    expect(rewardFor(basis({ excludedProducts: ['a', 'b'] }), none, choice)).toBe('products_excluded');
  });
  it.each([
    [1_000, 1_000, usd(100)],
    [999, 999, 'below_minimum'],
    [2_000, 999, 'below_minimum'],
    [2_000, 1_000, usd(100)],
  ])('of %d with %d left, from 1000 on', (gross, part, expected) => {
    expect(rewardFor(basis({ minimum: 1_000 }), valuation(gross, part), choice)).toEqual(expected);
  });
  it('has to be there where there is a minimum', () => {
    const rule = { ...basis({ minimum: 1 }), amount: flat(100) };
    expect(rewardFor(rule, noAmount, choice)).toBe('event_has_no_amount');
  });
});

describe('needsAmount', () => {
  const by = (...amounts: SimpleAmount[]): RewardAmount[] => [
    {
      type: 'by_tier',
      tiers: amounts.slice(1).map((amount) => ({ tierId: 't', amount })),
      otherwise: amounts[0] as SimpleAmount,
    },
    {
      type: 'stepped',
      steps: amounts.slice(1).map((amount) => ({ times: 1, amount })),
      after: amounts[0] as SimpleAmount,
    },
  ];
  it('is so where all that a rule can pay is a share', () => {
    const of = (amount: RewardAmount): boolean => needsAmount(ruleOf({ amount }));
    expect(of(pct('10'))).toBe(true);
    expect(of(flat(5))).toBe(false);
    expect(of({ type: 'by_product', products: [], otherwise: flat(5) })).toBe(true);
    expect(by(pct('1'), pct('2')).map(of)).toEqual([true, true]);
    expect(by(pct('1'), flat(2)).map(of)).toEqual([false, false]);
    expect(by(flat(1), pct('2')).map(of)).toEqual([false, false]);
    const { amount: _, ...badge } = ruleOf({ kind: 'badge' });
    expect(needsAmount(badge)).toBe(false);
    expect(needsAmount({ ...badge, basis: { ...badge.basis, minimum: 1 } })).toBe(true);
  });
});
