import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../shared/domain/rewards/fact.ts';
import { isChangeable, occasionFacts, wantedNames } from '../../../shared/domain/rewards/occasion-facts.ts';
import { now, referralOf } from './play.ts';

const referral = referralOf({ clickId: 'clk_1' });
const bare: Fact = { eventId: 'e', type: 'order.paid', subject: 'o', at: now, terms: { programVersion: 1 } };
const placed: Fact = {
  ...bare,
  currency: 'USD',
  paymentMethod: 'card',
  coupon: 'SPRING',
  properties: { plan: 'pro', nested: { depth: 1 }, 'not.reached': 1 },
  terms: {
    programVersion: 1,
    standings: { alice: { tierId: 'gold', fields: { country: 'NO' } }, bob: { fields: { age: 30 } } },
  },
};
const lines = [
  { productId: 'shoe', category: 'feet', amount: 1 },
  { category: 'books', amount: 2 },
  { productId: 'hat', amount: 3 },
];

describe('what conditions see', () => {
  it.each([
    ['event.type', 'order.paid'],
    ['event.amount', 700],
    ['event.currency', 'USD'],
    ['event.paymentMethod', 'card'],
    ['event.coupon', 'SPRING'],
    ['event.orderId', 'o'],
    ['event.occurredAt', now],
    ['event.products', ['shoe', 'hat']],
    ['event.categories', ['feet', 'books']],
    ['event.properties.plan', 'pro'],
    ['event.properties.nested.depth', 1],
    ['referral.code', 'abc234de'],
    ['referral.clickId', 'clk_1'],
    ['referral.createdAt', now],
    ['referrer.userId', 'alice'],
    ['referrer.tier', 'gold'],
    ['referrer.fields.country', 'NO'],
    ['referee.userId', 'bob'],
    ['referee.tier', undefined],
    ['referee.fields.age', 30],
    ['event.properties.missing', undefined],
    ['event.properties.plan.length', undefined],
    ['event.properties.missing.deeper', undefined],
    ['event.properties.constructor', undefined],
    ['constructor', undefined],
  ])('as %s is %j', (field, expected) => {
    const amounts = { gross: 1_000, extras: 0, lines };
    expect(occasionFacts(placed, referral, amounts, 700)(field)).toStrictEqual(expected);
  });

  it.each(['event.amount', 'event.products', 'event.categories', 'event.properties.plan', 'referrer.tier'])(
    'of an event that says nothing of %s is nothing',
    (field) => expect(occasionFacts(bare, referral, undefined, undefined)(field)).toBeUndefined(),
  );

  it('of nothing goes no deeper', () => {
    const empty = { ...bare, properties: { plan: null } };
    expect(occasionFacts(empty, referral, undefined, undefined)('event.properties.plan.name')).toBe(
      undefined,
    );
  });

  it('has fields of properties and of people, though there are none', () => {
    const see = occasionFacts(bare, referral, undefined, undefined);
    for (const field of ['event.properties', 'referrer.fields', 'referee.fields'])
      expect(see(field)).toStrictEqual({});
  });
});

it.each([
  ['event.amount', true],
  ['event.products', true],
  ['event.categories', true],
  ['event.coupon', false],
  ['referrer.tier', false],
])('an edit can change what %s is: %s', (field, expected) => expect(isChangeable(field)).toBe(expected));

it('names are wanted by what conditions say after a prefix', () => {
  const fields = ['event.properties.plan', 'event.properties.a.b', 'event.amount', 'my.event.properties.x'];
  expect([...wantedNames(fields, 'event.properties.')]).toEqual(['plan', 'a.b']);
});
