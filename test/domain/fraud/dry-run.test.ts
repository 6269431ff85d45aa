import { describe, expect, it } from 'vitest';
import { dryRun, mostExamples, type SeenReferee } from '../../../shared/domain/fraud/dry-run.ts';
import type { FraudSettings } from '../../../shared/domain/fraud/settings.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import type { Fact } from '../../../shared/domain/rewards/fact.ts';
import type { JournalEntry } from '../../../shared/domain/rewards/journal.ts';

const signedUp = '2026-11-01T12:00:00.000Z';
const signUp = (
  refereeId: string,
  seen: SeenReferee['seen'],
  journal: readonly JournalEntry[] = [],
): SeenReferee => ({
  referral: { refereeId, referrerId: 'alice', createdAt: signedUp } as Referral,
  seen,
  journal,
});

/** An event of a journal, so many seconds after the sign-up. */
const happened = (
  seconds: number,
  more: Partial<Fact> = {},
  rest: Partial<JournalEntry> = {},
): JournalEntry => {
  const at = new Date(Date.parse(signedUp) + seconds * 1000).toISOString();
  const eventId = `${seconds} s`;
  const fact = { eventId, type: 'order.paid', subject: eventId, at, terms: { programVersion: 1 }, ...more };
  return { position: 1, eventId, fact, createdAt: at, postings: [], explanation: [], ...rest };
};
const sameDevice = { referrer: { device: 0 }, referee: { device: 0 } };
const manyOfOneAddress = { referee: { ip: 0 }, uses: { ip: '1.2.1 2.3.1 3.4.1' } };

it('counts what two settings make of sign-ups, by action and by rule, and names those that change', () => {
  const wanted = {
    rules: { same_device: { action: 'hold' }, velocity_ip: { limit: 4, action: 'reject' } },
  } as const;
  const signUps = [
    signUp('a', sameDevice),
    signUp('b', manyOfOneAddress),
    signUp('c', {}),
    signUp('d', { isDisposable: true }),
    signUp('e', undefined),
  ];
  expect(dryRun(signUps, { now: undefined, wanted, since: 0 })).toMatchObject({
    judged: 4,
    unknown: 1,
    incomplete: 0,
    before: { accept: 2, flag: 2, hold: 0, reject: 0 },
    after: { accept: 1, flag: 1, hold: 1, reject: 1 },
    rules: [
      { ruleId: 'same_device', before: 1, after: 1 },
      { ruleId: 'disposable_email', before: 1, after: 1 },
      { ruleId: 'velocity_ip', before: 0, after: 1 },
    ],
    changed: 2,
    examples: [
      { referral: { refereeId: 'a' }, before: { action: 'flag' }, after: { action: 'hold' } },
      {
        referral: { refereeId: 'b' },
        before: { action: 'accept', findings: [] },
        after: { action: 'reject', findings: [{ evidence: { signUps: 4 } }] },
      },
    ],
  });
});

it('names some of many, and says of whom too little is known', () => {
  const signUps = Array.from({ length: 50 }, (_, n) => signUp(`user${n}`, { ...sameDevice, unread: ['ip'] }));
  const report = dryRun(signUps, {
    now: undefined,
    wanted: { rules: { same_device: { action: 'reject' } } },
    since: 0,
  });
  expect([report.changed, report.examples.length, report.incomplete]).toEqual([50, mostExamples, 50]);
});

describe('orders', () => {
  const orders = (referees: readonly SeenReferee[], now: FraudSettings, wanted: FraudSettings, since = 0) =>
    dryRun(referees, { now, wanted, since }).orders;

  it('are judged by both settings, each with what those let stand before it', () => {
    const coupons = ['a', 'b', 'c', 'd'].map((coupon, n) => happened(1_000 * (n + 1), { coupon }));
    const rejecting = { rules: { too_many_coupons: { action: 'reject' } } } as const;
    // By the flag the fourth has four coupons; rejected, the third is none, and the fourth again the third.
    expect(orders([signUp('bob', {}, coupons)], {}, rejecting)).toMatchObject({
      judged: 4,
      before: { accept: 2, flag: 2 },
      after: { accept: 2, reject: 2 },
      rules: [{ ruleId: 'too_many_coupons', before: 2, after: 2 }],
      changed: 2,
      examples: [
        {
          eventId: '3000 s',
          referral: { refereeId: 'bob' },
          after: { findings: [{ evidence: { coupons: 3 } }] },
        },
        { eventId: '4000 s', after: { findings: [{ evidence: { coupons: 3 } }] } },
      ],
    });
  });

  it('that were rejected count where they would not have been, and what could never matter does not', () => {
    const rejected = {
      isMarker: true,
      explanation: [{ outcome: 'rejected', reason: 'fast_order' }],
    } as const;
    const beyond = { isMarker: true, explanation: [{ outcome: 'flagged', reason: 'fast_order' }] } as const;
    const journal = (marker: Partial<JournalEntry>) => [
      happened(5, { coupon: 'a' }, marker),
      happened(1_000, { coupon: 'b' }),
      happened(2_000, { coupon: 'c' }),
    ];
    const fast = { rules: { fast_order: { action: 'reject' } } } as const;
    const found = (marker: Partial<JournalEntry>) =>
      orders([signUp('bob', {}, journal(marker))], fast, {}).rules;
    expect(found(rejected)).toEqual([
      { ruleId: 'fast_order', before: 1, after: 0 },
      { ruleId: 'too_many_coupons', before: 0, after: 1 },
    ]);
    expect(found(beyond)).toEqual([{ ruleId: 'fast_order', before: 1, after: 0 }]);
  });

  it('are counted over all whom a referrer brought, and refunds never rejected', () => {
    const bought = (n: number) => happened(100 + n, { subject: `o${n}`, amount: 100, currency: 'USD' });
    const refunded = (n: number) =>
      happened(200 + n, { type: 'order.refunded', subject: `o${n}`, amountRefunded: 100 });
    const referees = [
      signUp('bob', {}, [bought(1), refunded(1)]),
      signUp('carol', {}, [bought(2), refunded(2)]),
      signUp('dave', {}, [bought(3)]),
    ];
    const wanted = { rules: { refund_rate: { action: 'reject', limit: 3, percent: 60 } } } as const;
    const report = orders(referees, {}, wanted);
    expect(report).toMatchObject({ judged: 5, after: { accept: 4, flag: 1 }, changed: 1 });
    expect(report.examples[0]).toMatchObject({
      eventId: '202 s',
      after: { findings: [{ ruleId: 'refund_rate', evidence: { orders: 3, refundedOrders: 2 } }] },
    });
  });

  it('of before the days are looked at and not judged', () => {
    const journal = ['a', 'b', 'c'].map((coupon, n) => happened(1_000 * (n + 1), { coupon }));
    const since = Date.parse(signedUp) + 2_500_000;
    const report = dryRun([signUp('bob', {}, journal)], { now: {}, wanted: {}, since });
    expect(report).toMatchObject({ judged: 0, orders: { judged: 1, before: { flag: 1 } } });
  });

  it('of other kinds are none', () => {
    expect(orders([signUp('bob', {}, [happened(1, { type: 'referral.reviewed' })])], {}, {}).judged).toBe(0);
  });
});
