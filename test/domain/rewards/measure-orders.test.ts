import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../shared/domain/rewards/fact.ts';
import { foldJournal } from '../../../shared/domain/rewards/journal.ts';
import { countsAfter, countsOrders, measureOrders } from '../../../shared/domain/rewards/measure-orders.ts';
import { minute, programOf } from './play.ts';

let count = 0;
const fact = (type: string, subject: string, more: Partial<Fact> = {}): Fact => ({
  eventId: `e${++count}`,
  type,
  subject,
  at: minute(count),
  terms: { programVersion: 1 },
  ...more,
});
const paid = (subject: string, amount?: number): Fact =>
  fact('order.paid', subject, amount === undefined ? {} : { amount, currency: 'USD' });
const refunded = (subject: string, amountRefunded: number): Fact =>
  fact('order.refunded', subject, { amountRefunded });

describe('orders', () => {
  it('are all that were paid, and those of which less than half is left', () => {
    const given: [Fact[], number][] = [
      [[paid('a', 1_000)], 0],
      [[paid('b', 1_000), refunded('b', 500)], 0],
      [[paid('c', 1_000), refunded('c', 501)], 1],
      [[paid('d', 1_000), fact('order.cancelled', 'd')], 1],
      [[paid('e', 1_000), fact('order.charged_back', 'e')], 1],
      [[paid('f', 1_000), fact('order.charged_back', 'f'), fact('order.charge_back_reversed', 'f')], 0],
      [[paid('g'), fact('order.cancelled', 'g')], 1],
      [[paid('h', 1_000), fact('order.updated', 'h', { amount: 400, currency: 'USD' })], 0],
    ];
    for (const [facts, refundedOrders] of given) {
      expect(measureOrders(facts), facts[0]?.subject).toEqual({ orders: 1, refundedOrders });
    }
    const all = given.flatMap(([facts]) => facts);
    expect(measureOrders(all)).toEqual({ orders: 8, refundedOrders: 4 });
  });

  it('are none of what comes to nothing by itself, of other events, and of changes without their order', () => {
    const free = [paid('a', 0), fact('order.cancelled', 'a')];
    const edited = [paid('b', 900), fact('order.updated', 'b', { amount: 0, currency: 'USD' })];
    const others = [fact('order.delivered', 'c', { amount: 5, currency: 'USD' }), refunded('d', 900)];
    expect(measureOrders([...free, ...edited, ...others])).toEqual({ orders: 0, refundedOrders: 0 });
  });

  it('count beside those of others once a fact is noted, by what the journal has added so far', () => {
    const order = paid('a', 1_000);
    const entry = { position: 1, eventId: order.eventId, fact: order, createdAt: order.at, postings: [] };
    const progress = [{ userId: 'alice', changes: { orders: 1, paidOrders: 1 } }];
    const counted = foldJournal([{ ...entry, explanation: [], progress }]);
    const counts = { orders: 7, refundedOrders: 2 };
    const countsWith = (state: typeof counted, next: Fact) =>
      countsAfter(counts, state, 'alice', [...state.facts, next]);
    expect(countsWith(counted, refunded('a', 900))).toEqual({ orders: 7, refundedOrders: 3 });
    expect(countsWith(counted, paid('b', 900))).toEqual({ orders: 8, refundedOrders: 2 });
    const before = foldJournal([{ ...entry, explanation: [] }]);
    expect(countsWith(before, refunded('a', 900))).toEqual({ orders: 8, refundedOrders: 3 });
  });
});

it('are counted where the program looks at them', () => {
  expect(countsOrders(programOf())).toBe(false);
  expect(countsOrders(programOf({ fraud: { rules: { refund_rate: { limit: 5 } } } }))).toBe(false);
  expect(countsOrders(programOf({ fraud: { rules: { refund_rate: { action: 'flag' } } } }))).toBe(true);
});
