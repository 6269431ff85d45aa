import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../shared/domain/programs/program.ts';
import { counterKey } from '../../../shared/domain/rewards/counter.ts';
import { decideEvent } from '../../../shared/domain/rewards/decide-event.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import { foldJournal } from '../../../shared/domain/rewards/journal.ts';
import {
  change,
  earnedBy,
  entryOf,
  eventOf,
  happen,
  journalOf,
  minute,
  now,
  order,
  reasonsOf,
  referralOf,
  refund,
  ruleOf,
  worldBy,
  worldOf,
} from './play.ts';

describe('a limit that an order has taken', () => {
  const least = (minimum: number): Rule =>
    ruleOf({
      limitPerReferee: 1,
      basis: { type: 'gross', minimum, excludedProducts: [], excludedCategories: [] },
    });

  it('stays taken when the order is edited back to where it would not have taken it', () => {
    const at = worldBy(least(1_000));
    happen(at, order('e1', 400, { occurredAt: minute(1) }));
    happen(at, change('u1', 'updated', 'e1', { occurredAt: minute(2), amount: 1_500, currency: 'USD' }));
    expect(earnedBy(at)).toBe(150);
    expect(reasonsOf(happen(at, order('e2', 2_000, { occurredAt: minute(3) })))).toStrictEqual([
      'limit_per_referee_reached',
    ]);
    happen(at, change('u2', 'updated', 'e1', { occurredAt: minute(4), amount: 400, currency: 'USD' }));
    expect(earnedBy(at)).toBe(0);
    expect(reasonsOf(happen(at, order('e3', 2_000, { occurredAt: minute(5) })))).toStrictEqual([
      'limit_per_referee_reached',
    ]);
  });

  it('can come free where an order stops meeting a condition on its amount: those who wait are kept', () => {
    const at = worldBy(
      ruleOf({
        limitPerReferee: 1,
        conditions: { all: [{ field: 'event.amount', operator: 'at_most', value: 900 }] },
      }),
    );
    happen(at, order('e1', 1_000, { occurredAt: minute(1) }));
    happen(at, change('c1', 'charged_back', 'e1', { amount: 300, currency: 'USD', occurredAt: minute(2) }));
    happen(at, order('e2', 500, { occurredAt: minute(3) }));
    expect(earnedBy(at)).toBe(70);
    happen(at, change('c2', 'charge_back_reversed', 'e1', { occurredAt: minute(4) }));
    expect(earnedBy(at)).toBe(50);
  });
});

describe('a limit that an order paid in parts has taken', () => {
  it('comes free when it turns out to have begun without the coupon', () => {
    const at = worldBy(
      ruleOf({
        limitPerReferee: 1,
        conditions: { all: [{ field: 'event.coupon', operator: 'equals', value: 'SPRING' }] },
      }),
    );
    const part = { orderId: 'o', paymentId: 'p2', coupon: 'SPRING', occurredAt: minute(2) };
    happen(at, order('e2', 500, part));
    happen(at, order('other', 1_000, { coupon: 'SPRING', occurredAt: minute(3) }));
    expect(earnedBy(at)).toBe(50);
    happen(at, order('e1', 500, { orderId: 'o', paymentId: 'p1', occurredAt: minute(1) }));
    expect(earnedBy(at)).toBe(100);
  });
});

describe('a decision on caps and budgets', () => {
  const cap = { period: 'ever' as const, amount: 150, currency: 'USD' };
  const capped = worldOf({
    rules: [ruleOf({ caps: [cap] }), ruleOf({ ruleId: 'free', event: 'trial.paid' })],
    budgets: [{ currency: 'USD', amount: 5_000, period: 'ever' }],
  });
  const ofCap = { owner: 'alice', name: 'CAP#commission#USD#ever' };
  const ofBudget = { name: 'BUDGET#USD#ever' };
  const decide = (event: ReportedEvent, used: Readonly<Record<string, number>>, at = capped) =>
    decideEvent({
      event,
      referral: referralOf(),
      terms: { programVersion: 4 },
      programs: new Map([[4, at.program]]),
      journal: foldJournal(journalOf(at)),
      used: new Map(Object.entries(used)),
      now,
    });

  it('asks for the counters that it has not been told, and for no others', () => {
    expect(decide(order('e1'), {})).toStrictEqual({ do: 'read', counters: [ofCap, ofBudget] });
    expect(decide(order('e1'), { [counterKey(ofCap)]: 0 })).toStrictEqual({
      do: 'read',
      counters: [ofBudget],
    });
    expect(decide(eventOf({ eventId: 'v', type: 'user.verified' }), {}).do).toBe('nothing');
  });

  it('takes from each what the reward gets, and keeps with it what it holds', () => {
    const used = { [counterKey(ofCap)]: 90, [counterKey(ofBudget)]: 7 };
    const entry = entryOf(decide(order('e1'), used));
    const limits = [
      { ...ofCap, limit: 150, measure: 'amount' },
      { ...ofBudget, limit: 5_000, measure: 'amount' },
    ];
    expect(entry.postings).toMatchObject([{ amount: 60, rewardAmount: 60, room: 60, counters: limits }]);
    expect(entry.counters).toStrictEqual([
      { ...ofCap, amount: 60, limit: 150 },
      { ...ofBudget, amount: 60, limit: 5_000 },
    ]);
    expect(entry).not.toHaveProperty('denied');
  });

  it('keeps nothing of an order that finds nothing left, and takes nothing', () => {
    const used = { [counterKey(ofCap)]: 150, [counterKey(ofBudget)]: 7 };
    const decision = decide(order('e1'), used);
    expect([decision.do, reasonsOf(decision)]).toEqual(['nothing', ['cap_reached']]);
  });

  it('notes which reward was denied where another is paid, and does not note it again', () => {
    const at = worldOf({ rules: [ruleOf({ caps: [cap] }), ruleOf({ ruleId: 'welcome', side: 'referee' })] });
    happen(at, order('e1', 1_500));
    const second = entryOf(happen(at, order('e2')));
    expect(second.denied).toStrictEqual(['commission alice o-e2 USD alice CAP#commission#USD#ever']);
    expect(second.postings.map((one) => one.beneficiaryId)).toEqual(['bob']);
    expect(second).not.toHaveProperty('counters');
    const refunded = entryOf(happen(at, refund('r1', 'e2', 500)));
    expect(refunded).not.toHaveProperty('denied');
    expect([earnedBy(at), earnedBy(at, 'bob')]).toEqual([150, 200]);
  });

  it('asks the cap of the month in which an order turns out to have begun', () => {
    const ofMonth = { period: 'month' as const, amount: 150, currency: 'USD' };
    const part = (paymentId: string, occurredAt: string) =>
      order(paymentId, 600, { orderId: 'parts', paymentId, occurredAt });
    const february = part('p1', '2025-02-28T12:00:00.000Z');
    const march = part('p2', '2025-03-02T12:00:00.000Z');
    const other = order('other', 1_500, { occurredAt: '2025-03-01T12:00:00.000Z' });
    for (const events of [
      [february, march, other],
      [other, march, february],
      [other, february, march],
    ]) {
      const at = worldOf({ rules: [ruleOf({ caps: [ofMonth] })] });
      for (const event of events) happen(at, event);
      expect(earnedBy(at)).toBe(150 + 120);
    }
  });

  it('gives back all that a reward held when it is no longer earned', () => {
    const at = worldOf({ rules: [ruleOf({ limitPerReferee: 1, caps: [cap] })] });
    happen(at, order('late', 1_000, { occurredAt: minute(2) }));
    const entry = entryOf(happen(at, order('early', 700, { occurredAt: minute(1) })));
    const [withdrawn, made] = entry.postings;
    expect(withdrawn).toStrictEqual({
      ruleId: 'commission',
      beneficiaryId: 'alice',
      level: 1,
      kind: 'cash',
      currency: 'USD',
      subject: 'o-late',
      rewardAmount: 0,
      amount: -100,
      bucket: 'available',
      room: 0,
      counters: [{ ...ofCap, limit: 150, measure: 'amount' }],
      programVersion: 4,
      adjusts: { position: 1, part: 0 },
    });
    expect(made).toMatchObject({ subject: 'o-early', amount: 70, room: 70 });
    expect(entry.counters).toStrictEqual([{ ...ofCap, amount: -30 }]);
    expect(entryOf(happen(at, refund('r', 'early', 700))).postings.length).toBe(1);
  });

  it('takes nothing back a second time', () => {
    const at = worldOf({ rules: [ruleOf({ limitPerReferee: 1 })] });
    happen(at, order('e3', 1_000, { occurredAt: minute(3) }));
    happen(at, order('e2', 1_000, { occurredAt: minute(2) }));
    const entry = entryOf(happen(at, order('e1', 1_000, { occurredAt: minute(1) })));
    expect(entry.postings.map(({ subject, amount }) => [subject, amount])).toEqual([
      ['o-e2', -100],
      ['o-e1', 100],
    ]);
  });
});
