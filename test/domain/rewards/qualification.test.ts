import { expect, it } from 'vitest';
import type { Fact } from '../../../shared/domain/rewards/fact.ts';
import { isQualified } from '../../../shared/domain/rewards/qualification.ts';
import { minute } from './play.ts';

const fact = (eventId: string, type: string, more: Partial<Fact> = {}): Fact => ({
  eventId,
  type,
  subject: eventId,
  at: minute(Number(eventId.slice(1))),
  terms: { programVersion: 1 },
  ...more,
});
const paid = (eventId: string, amount: number, more: Partial<Fact> = {}): Fact =>
  fact(eventId, 'order.paid', { amount, currency: 'USD', ...more });
const refunded = (subject: string, amountRefunded: number): Fact =>
  fact('e99', 'order.refunded', { subject, amountRefunded });
const verified = fact('e1', 'email.verified');
const order = (times: number, minimumAmount?: number) => ({
  event: 'order.paid',
  times,
  ...(minimumAmount !== undefined && { minimumAmount }),
});

it.each([
  ['nothing is asked for', [], [], true],
  ['something is asked for', [{ event: 'email.verified', times: 1 }], [], false],
  ['it has come', [{ event: 'email.verified', times: 1 }], [verified], true],
  ['something else has come', [{ event: 'phone.verified', times: 1 }], [verified], false],
  ['one of two', [{ event: 'email.verified', times: 1 }, order(1)], [verified], false],
  ['two of two', [{ event: 'email.verified', times: 1 }, order(1)], [verified, paid('e2', 1)], true],
  ['two orders of two', [order(2)], [paid('e2', 1), paid('e3', 1)], true],
  [
    'one order, reported twice',
    [order(2)],
    [paid('e2', 1, { subject: 'o' }), paid('e3', 1, { subject: 'o' })],
    false,
  ],
  ['one of two is refunded whole', [order(2)], [paid('e2', 5), paid('e3', 5), refunded('e3', 5)], false],
  ['one of two is refunded in part', [order(2)], [paid('e2', 5), paid('e3', 5), refunded('e3', 4)], true],
  ['an order of nothing', [order(1)], [paid('e2', 0)], false],
  ['an order below the minimum', [order(1, 1_000)], [paid('e2', 999)], false],
  ['an order of the minimum', [order(1, 1_000)], [paid('e2', 1_000)], true],
  [
    'an order refunded to below the minimum',
    [order(1, 1_000)],
    [paid('e2', 1_500), refunded('e2', 501)],
    false,
  ],
  [
    'two payments that reach it together',
    [order(1, 1_000)],
    [paid('e2', 500, { subject: 'o', paymentId: 'a' }), paid('e3', 500, { subject: 'o', paymentId: 'b' })],
    true,
  ],
  [
    'an event without an amount, where one is asked for',
    [{ event: 'email.verified', times: 1, minimumAmount: 1 }],
    [verified],
    false,
  ],
])('%s', (_, requirements, facts, expected) => {
  expect(isQualified(requirements, facts)).toBe(expected);
});
