import { describe, expect, it } from 'vitest';
import type { ProgramSettings } from '../../../shared/domain/programs/program.ts';
import type { Fact } from '../../../shared/domain/rewards/fact.ts';
import {
  countsPoints,
  countsSales,
  differenceOf,
  measureSales,
} from '../../../shared/domain/rewards/measure-sales.ts';
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
const paid = (subject: string, amount: number, currency = 'USD'): Fact =>
  fact('order.paid', subject, { amount, currency });

describe('sales', () => {
  it('are paid orders of which something is left, and what is left', () => {
    expect(
      measureSales([
        paid('a', 1_000),
        paid('b', 500),
        paid('c', 700, 'EUR'),
        paid('d', 900),
        paid('e', 0),
        fact('order.paid', 'f'),
        fact('order.refunded', 'b', { amountRefunded: 200 }),
        fact('order.cancelled', 'd'),
        fact('order.updated', 'c', { amount: 800, currency: 'EUR' }),
        fact('order.delivered', 'a', { amount: 9_999, currency: 'USD' }),
      ]),
    ).toEqual({ paidOrders: 3, 'revenue:USD': 1_300, 'revenue:EUR': 800 });
  });
  it('of nothing are nothing', () => expect(measureSales([])).toEqual({}));
});

it('a difference is what has to be added', () => {
  expect(differenceOf({ a: 1, b: 2, c: 3 }, { b: 2, c: 5, d: 4 })).toEqual({ a: -1, c: 2, d: 4 });
});

describe('a program', () => {
  const threshold = (metric: 'completedReferrals' | 'paidOrders' | 'revenue' | 'points') => ({
    metric,
    value: 1,
  });
  const of = (metric: Parameters<typeof threshold>[0]): Partial<ProgramSettings>[] => [
    { tiers: [{ tierId: 't', name: 'T', threshold: threshold(metric) }] },
    {
      milestones: [
        {
          milestoneId: 'm',
          name: 'M',
          kind: 'badge',
          threshold: threshold(metric),
          grant: 'claim',
          onReversal: 'keep',
        },
      ],
    },
    { payouts: { minimums: [], limits: [], requires: [threshold(metric)] } },
  ];
  it.each([
    ['completedReferrals', false, false],
    ['paidOrders', true, false],
    ['revenue', true, false],
    ['points', false, true],
  ] as const)('that measures %s counts sales: %s, points: %s', (metric, sales, points) => {
    for (const settings of of(metric)) {
      expect([countsSales(programOf(settings)), countsPoints(programOf(settings))]).toEqual([sales, points]);
    }
  });
  it('that measures nothing counts nothing', () => {
    expect([countsSales(programOf()), countsPoints(programOf())]).toEqual([false, false]);
  });
});
