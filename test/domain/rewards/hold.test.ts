import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../shared/domain/rewards/fact.ts';
import { bucketFor, monthsAfter } from '../../../shared/domain/rewards/hold.ts';
import { type Order, ordersOf } from '../../../shared/domain/rewards/order.ts';

const fact = (type: string, at: string, more: Partial<Fact> = {}): Fact => ({
  eventId: `${type}-${at}`,
  type,
  subject: 'o',
  at,
  terms: { programVersion: 1 },
  ...more,
});
const noon = '2026-05-01T12:00:00.000Z';
const orderAt = (at: string, more: Partial<Fact> = {}): Order =>
  ordersOf([fact('order.paid', at, { amount: 1, currency: 'USD', ...more })])[0] as Order;

describe('a hold of days', () => {
  it.each([
    [1, '2026-05-01T00:00:00.000Z', '2026-05-02'],
    [1, '2026-05-01T00:00:00.001Z', '2026-05-03'],
    [7, noon, '2026-05-09'],
    [7, '2026-05-01T23:59:59.999Z', '2026-05-09'],
    [30, '2026-02-15T12:00:00.000Z', '2026-03-18'],
    [365, '2025-12-31T12:00:00.000Z', '2027-01-01'],
  ])('%d days from %s end at the start of %s', (days, at, bucket) => {
    expect(bucketFor({ days }, orderAt(at), [])).toBe(bucket);
  });
});

describe('a hold until an event', () => {
  const hold = { untilEvent: 'order.delivered' };
  const user = (at: string) => fact('order.delivered', at, { eventId: 'x', subject: 'x' });
  it.each<[string, Fact[], string]>([
    ['nothing has come', [], 'waiting'],
    ['another event', [fact('order.shipped', noon)], 'waiting'],
    ['the event of the order', [fact('order.delivered', noon)], 'available'],
    [
      'the event of the order, of an earlier time',
      [fact('order.delivered', '2026-04-01T12:00:00.000Z')],
      'available',
    ],
    ['the event of another order', [fact('order.delivered', noon, { subject: 'other' })], 'waiting'],
    ['an event of the user at the same time', [user(noon)], 'available'],
    ['an event of the user before the order', [user('2026-05-01T11:59:59.999Z')], 'waiting'],
    ['an event of the user after the order', [user('2026-05-01T12:00:00.001Z')], 'available'],
  ])('%s', (_, facts, bucket) => {
    expect(bucketFor(hold, orderAt(noon), facts)).toBe(bucket);
  });
});

describe('an order whose calculation did not answer', () => {
  const order = orderAt(noon, { terms: { programVersion: 1, onHold: true } });
  it('waits until it is approved, then for what its rule says', () => {
    const approved = [fact('order.approved', noon)];
    expect(bucketFor(undefined, order, [])).toBe('waiting');
    expect(bucketFor({ days: 7 }, order, [])).toBe('waiting');
    expect(bucketFor(undefined, order, approved)).toBe('available');
    expect(bucketFor({ days: 7 }, order, approved)).toBe('2026-05-09');
  });
});

it('without a hold a reward is available', () => {
  expect(bucketFor(undefined, orderAt(noon), [])).toBe('available');
});

describe('months', () => {
  it.each([
    ['2025-01-31T12:00:00.000Z', 1, '2025-02-28T12:00:00.000Z'],
    ['2024-01-31T12:00:00.000Z', 1, '2024-02-29T12:00:00.000Z'],
    ['2025-01-31T12:00:00.000Z', 2, '2025-03-31T12:00:00.000Z'],
    ['2025-03-31T00:00:00.000Z', 1, '2025-04-30T00:00:00.000Z'],
    ['2025-12-15T23:59:59.999Z', 1, '2026-01-15T23:59:59.999Z'],
    ['2024-02-29T12:00:00.000Z', 12, '2025-02-28T12:00:00.000Z'],
    ['2024-02-29T12:00:00.000Z', 48, '2028-02-29T12:00:00.000Z'],
    ['2025-11-30T12:00:00.000Z', 3, '2026-02-28T12:00:00.000Z'],
  ])('after %s, %d of them: %s', (from, months, to) => {
    expect(monthsAfter(from, months)).toBe(to);
  });
});
