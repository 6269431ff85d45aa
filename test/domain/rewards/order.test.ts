import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../shared/domain/rewards/fact.ts';
import { foldOrder, type Order, ordersOf } from '../../../shared/domain/rewards/order.ts';
import { minute } from './play.ts';

let count = 0;
const fact = (more: Partial<Fact>): Fact => ({
  eventId: `f${String(++count).padStart(5, '0')}`,
  type: 'order.paid',
  subject: 'o',
  at: minute(count),
  terms: { programVersion: 1 },
  ...more,
});
const paid = (amount: number, more: Partial<Fact> = {}): Fact => fact({ amount, currency: 'USD', ...more });
const changed = (type: string, more: Partial<Fact> = {}): Fact => fact({ type: `order.${type}`, ...more });
const refunded = (amountRefunded: number, more: Partial<Fact> = {}): Fact =>
  changed('refunded', { amountRefunded, ...more });
const one = (...facts: Fact[]): Order => {
  const [order, ...others] = ordersOf(facts);
  expect(others).toEqual([]);
  return order as Order;
};
const left = (...facts: Fact[]): number => one(...facts).left.part;

describe('an order', () => {
  it('is what was paid', () => {
    const lines = [{ productId: 'a', amount: 5 }];
    expect(one(paid(1_000, { tax: 100, shipping: 20, fees: 3, lines }))).toMatchObject({
      subject: 'o',
      currency: 'USD',
      current: { gross: 1_000, extras: 123, lines },
      left: { part: 1_000, all: 1_000 },
      voidedAt: undefined,
    });
  });

  it('has no more extras than it has amount', () => {
    expect(one(paid(10, { tax: 100 })).current?.extras).toBe(10);
  });

  it('adds up its payments, each once, by time', () => {
    const order = one(
      paid(300, { paymentId: 'p1', tax: 10, at: minute(2_001) }),
      paid(700, { paymentId: 'p2', tax: 5, at: minute(2_000), lines: [{ amount: 7 }] }),
      paid(999, { paymentId: 'p1', at: minute(2_002) }),
    );
    expect(order.current).toEqual({ gross: 1_000, extras: 15, lines: [{ amount: 7 }] });
    expect(order.placed.paymentId).toBe('p2');
    expect(order.states.map((state) => state.gross)).toEqual([1_000, 700, 300]);
  });

  it('takes a payment of nothing for none, where another report says more', () => {
    const order = one(paid(0), paid(500));
    expect([order.current?.gross, order.placed.amount]).toEqual([500, 500]);
    expect(one(paid(0), paid(0)).current?.gross).toBe(0);
  });

  it('leaves out what is in another currency', () => {
    const order = one(
      paid(300, { paymentId: 'p1' }),
      paid(700, { paymentId: 'p2', currency: 'EUR' }),
      refunded(100, { currency: 'EUR' }),
      changed('updated', { amount: 5, currency: 'EUR' }),
      refunded(50),
    );
    expect(order.left).toEqual({ part: 250, all: 300 });
  });

  it('without an amount is whole until it is cancelled, and is given none by an edit', () => {
    expect(one(fact({}), changed('updated', { amount: 500 }))).toMatchObject({
      current: undefined,
      states: [],
      left: { part: 1, all: 1 },
    });
    expect(left(fact({}), refunded(500))).toBe(1);
    expect(left(fact({}), changed('cancelled'))).toBe(0);
  });

  it('of several types is as many occasions, all changed by the same', () => {
    const orders = ordersOf([paid(1_000), paid(1_000, { type: 'order.shipped' }), refunded(400)]);
    expect(orders.map((order) => [order.placed.type, order.left.part])).toEqual([
      ['order.paid', 600],
      ['order.shipped', 600],
    ]);
  });

  it('is not refunded by what its payment says', () => {
    expect(left(paid(1_000, { amountRefunded: 400 }))).toBe(1_000);
  });

  it('that is only changed is none', () => {
    expect(ordersOf([refunded(5), changed('cancelled')])).toEqual([]);
  });
});

describe('what is left', () => {
  it.each<[string, Fact[], number]>([
    ['after refunds: the highest sum', [refunded(300), refunded(500), refunded(400)], 500],
    ['after a refund of more', [refunded(5_000)], 0],
    ['after a charge-back of the whole', [changed('charged_back')], 0],
    ['after one of a part', [changed('charged_back', { amount: 300 })], 700],
    [
      'after its reversal',
      [changed('charged_back', { amount: 300 }), changed('charge_back_reversed')],
      1_000,
    ],
    ['heard of the other way round', [changed('charge_back_reversed'), changed('charged_back')], 1_000],
    [
      'after two of three disputes were reversed',
      [
        changed('charged_back', { amount: 100, disputeId: 'a' }),
        changed('charge_back_reversed', { disputeId: 'b' }),
        changed('charged_back', { amount: 200, disputeId: 'b' }),
        changed('charged_back', { amount: 400, disputeId: 'c' }),
        changed('charge_back_reversed', { disputeId: 'a' }),
      ],
      600,
    ],
    ['after a cancellation', [changed('cancelled'), changed('updated', { amount: 5_000 })], 0],
    ['after an edit', [changed('updated', { amount: 400 })], 400],
    ['after two edits', [changed('updated', { amount: 400 }), changed('updated', { amount: 700 })], 700],
    ['after an edit that says no amount', [changed('updated', { amount: 400 }), changed('updated')], 400],
    ['after an edit and a refund', [refunded(300), changed('updated', { amount: 2_000 })], 1_700],
    ['after an edit to less than was refunded', [refunded(300), changed('updated', { amount: 200 })], 0],
  ])('%s', (_, changes, part) => {
    expect(left(paid(1_000), ...changes)).toBe(part);
  });
});

describe('when nothing was left', () => {
  const at = (...changes: Fact[]): string | undefined =>
    one(paid(1_000, { at: minute(0) }), ...changes).voidedAt;
  it.each<[string, Fact[], string | undefined]>([
    ['something is', [refunded(999, { at: minute(1) })], undefined],
    ['one refund', [refunded(1_000, { at: minute(1) })], minute(1)],
    ['several', [refunded(500, { at: minute(1) }), refunded(1_000, { at: minute(2) })], minute(2)],
    ['a late repeat', [refunded(1_000, { at: minute(1) }), refunded(1_000, { at: minute(9) })], minute(1)],
    [
      'a charge-back reversed',
      [changed('charged_back', { at: minute(1) }), changed('charge_back_reversed', { at: minute(2) })],
      undefined,
    ],
    ['a cancellation', [changed('cancelled', { at: minute(3) })], minute(3)],
    ['an edit to nothing', [changed('updated', { amount: 0, at: minute(4) })], minute(4)],
  ])('%s', (_, changes, expected) => {
    expect(at(...changes)).toBe(expected);
  });
});

describe('an order of which payments are dealt with apart', () => {
  const restOf = (own: number, apart: number, ...changes: Fact[]) =>
    foldOrder({ subject: 'o', placings: [paid(own)], changes }, apart).left;

  it.each([
    ['its share of a refund', 600, 300, 300, 400],
    ['the odd unit where its remainder is the larger', 2, 1, 1, 1],
    ['not the odd unit where its remainder is the smaller', 1, 2, 1, 1],
    ['the odd unit of equal remainders', 1, 1, 1, 0],
    ['nothing where it came to nothing', 0, 5, 3, 0],
    ['no more than it came to', 600, 300, 2_000, 0],
  ])('bears %s', (_, own, apart, refund, part) => {
    expect(restOf(own, apart, refunded(refund))).toEqual({ part, all: own });
  });

  it('is what an edit says of the whole, without the other part', () => {
    const edited = (...more: Partial<Fact>[]) =>
      restOf(600, 300, ...more.map((one) => changed('updated', one)));
    expect(edited({ amount: 1_200 })).toEqual({ part: 900, all: 900 });
    expect(edited({ amount: 200 })).toEqual({ part: 0, all: 0 });
    expect(edited({})).toEqual({ part: 600, all: 600 });
  });

  it('bears its share of a charge-back of a sum, and of one of the whole', () => {
    expect(restOf(600, 300, changed('charged_back', { amount: 300 }))).toEqual({ part: 400, all: 600 });
    expect(restOf(600, 300, changed('charged_back'))).toEqual({ part: 0, all: 600 });
  });

  it('bears so much that what is left to the other part is not more than that came to', () => {
    const amount = fc.integer({ min: 0, max: 999_999_999_999 });
    fc.assert(
      fc.property(amount, amount, fc.nat(1_000_000), (own, apart, permille) => {
        const refund = Number((BigInt(own + apart) * BigInt(permille)) / 1_000_000n);
        const borne = own - restOf(own, apart, refunded(refund)).part;
        expect(borne).toBeGreaterThanOrEqual(0);
        expect(refund - borne).toBeGreaterThanOrEqual(0);
        expect(refund - borne).toBeLessThanOrEqual(apart);
      }),
    );
  });
});

describe('the facts of orders', () => {
  const facts = fc.array(
    fc.oneof(
      fc
        .record({
          amount: fc.integer({ min: 0, max: 900 }),
          paymentId: fc.constantFrom('p1', 'p2', 'p3'),
          subject: fc.constantFrom('o', 'p'),
          at: fc.integer({ min: 0, max: 5 }).map(minute),
        })
        .map((more) => paid(more.amount, more)),
      fc
        .record({
          type: fc.constantFrom('refunded', 'updated', 'cancelled', 'charged_back', 'charge_back_reversed'),
          amount: fc.integer({ min: 0, max: 900 }),
          disputeId: fc.constantFrom('d1', 'd2'),
          at: fc.integer({ min: 0, max: 5 }).map(minute),
        })
        .map(({ type, amount, ...more }) =>
          type === 'refunded' ? refunded(amount, { at: more.at }) : changed(type, { amount, ...more }),
        ),
    ),
    { maxLength: 10 },
  );

  it('say the same in any order, and never leave more than all or less than nothing', () => {
    fc.assert(
      fc.property(
        facts.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(ordersOf(shuffled)).toEqual(ordersOf(all));
          for (const { left: rest, voidedAt } of ordersOf(all)) {
            expect(rest.part).toBeGreaterThanOrEqual(0);
            expect(rest.part).toBeLessThanOrEqual(rest.all);
            if (voidedAt !== undefined) expect(rest.part).toBe(0);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
