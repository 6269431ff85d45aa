import { describe, expect, it } from 'vitest';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import { byTime, type Fact, factOf, timeOf } from '../../../shared/domain/rewards/fact.ts';
import { eventOf, now } from './play.ts';

const terms = { programVersion: 4 };

describe('the fact of an event', () => {
  const all: Required<ReportedEvent> = {
    programId: 'default',
    eventId: 'e1',
    type: 'order.paid',
    userId: 'bob',
    acceptedAt: now,
    occurredAt: '2026-04-30T12:00:00+02:00',
    batchPosition: 2,
    amount: 1_000,
    currency: 'USD',
    tax: 70,
    shipping: 20,
    fees: 10,
    lines: [{ productId: 'shoe', amount: 900 }],
    coupon: 'SPRING',
    paymentMethod: 'card',
    orderId: 'o1',
    paymentId: 'p1',
    disputeId: 'd1',
    amountRefunded: 5,
    properties: { plan: 'pro', seats: 3 },
  };

  it('keeps all that can matter, at its time in UTC, and no property that nobody looks at', () => {
    const { programId: _, userId: __, acceptedAt: ___, occurredAt: ____, orderId: _____, ...kept } = all;
    expect(factOf(all, terms, new Set(['plan', 'region']))).toStrictEqual({
      ...kept,
      subject: 'o1',
      at: '2026-04-30T10:00:00.000Z',
      terms,
      properties: { plan: 'pro' },
    });
  });

  it('has nothing where the event says nothing', () => {
    const bare = { eventId: 'e1', type: 'order.paid', subject: 'e1', at: now, terms };
    expect(factOf(eventOf({ eventId: 'e1' }), terms, new Set(['plan']))).toStrictEqual(bare);
    const unseen = eventOf({ eventId: 'e1', properties: { seats: 3 } });
    expect(factOf(unseen, terms, new Set(['plan']))).toStrictEqual(bare);
  });

  it('keeps what is nothing or false, as it was said', () => {
    const zero = eventOf({ eventId: 'e1', amount: 0, batchPosition: 0, properties: { plan: false } });
    expect(factOf(zero, terms, new Set(['plan']))).toMatchObject({
      amount: 0,
      batchPosition: 0,
      properties: { plan: false },
    });
  });
});

describe('the time of an event', () => {
  it('is what its sender says, else when it was accepted, as texts sort', () => {
    expect(timeOf({ acceptedAt: '2026-05-01T10:00:00Z' })).toBe(now);
    expect(timeOf({ acceptedAt: now, occurredAt: '2026-05-01T01:00:00-05:00' })).toBe(
      '2026-05-01T06:00:00.000Z',
    );
  });
});

describe('the order of facts', () => {
  const fact = (eventId: string, at: string, batchPosition?: number): Fact => ({
    eventId,
    type: 'order.paid',
    subject: 'o',
    at,
    terms,
    ...(batchPosition !== undefined && { batchPosition }),
  });
  it.each([
    ['time', fact('b', '2026-05-01T10:00:00.000Z', 9), fact('a', '2026-05-01T10:00:00.001Z', 1)],
    ['place in the report', fact('b', now, 1), fact('a', now, 2)],
    ['place in the report, none being the first', fact('b', now), fact('a', now, 1)],
    ['event', fact('a', now, 1), fact('b', now, 1)],
  ])('is by %s', (_, earlier, later) => {
    expect(byTime(earlier, later)).toBeLessThan(0);
    expect(byTime(later, earlier)).toBeGreaterThan(0);
  });

  it('leaves a fact where it is beside itself', () => {
    expect(byTime(fact('a', now), fact('a', now, 0))).toBe(0);
  });
});
