import { describe, expect, it } from 'vitest';
import { decideEvent } from '../../../shared/domain/rewards/decide-event.ts';
import type { EarlyEvent } from '../../../shared/domain/rewards/early-event.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import { foldJournal } from '../../../shared/domain/rewards/journal.ts';
import {
  balancesOf,
  change,
  commission,
  earnedBy,
  entryOf,
  eventOf,
  happen,
  journalOf,
  minute,
  now,
  onceWorld,
  order,
  reasonsOf,
  referralOf,
  refund,
  rewardsOf,
  ruleOf,
  worldBy,
  worldOf,
} from './play.ts';

describe('an order', () => {
  it('pays the referrer its share, and becomes the first entry', () => {
    expect(entryOf(happen(worldBy(), order('e1', 3_333)))).toStrictEqual({
      position: 1,
      eventId: 'e1',
      fact: {
        eventId: 'e1',
        type: 'order.paid',
        subject: 'o-e1',
        at: now,
        terms: { programVersion: 4 },
        amount: 3_333,
        currency: 'USD',
      },
      createdAt: now,
      postings: [
        {
          ruleId: 'commission',
          beneficiaryId: 'alice',
          level: 1,
          kind: 'cash',
          currency: 'USD',
          subject: 'o-e1',
          amount: 333,
          rewardAmount: 333,
          bucket: 'available',
          programVersion: 4,
        },
      ],
      explanation: [
        {
          ruleId: 'commission',
          beneficiaryId: 'alice',
          outcome: 'paid',
          reason: 'rule_matched',
          amount: 333,
          currency: 'USD',
          programVersion: 4,
        },
      ],
    });
  });

  it('is known by its event where it has no id of its own', () => {
    const at = worldBy();
    const made = entryOf(happen(at, eventOf({ eventId: 'e1', amount: 1_000, currency: 'USD' })));
    expect(made.fact.subject).toBe('e1');
    happen(at, eventOf({ eventId: 'r1', type: 'order.refunded', orderId: 'e1', amountRefunded: 1_000 }));
    expect(earnedBy(at)).toBe(0);
  });

  it('that is delivered again is in the journal already', () => {
    const at = worldBy();
    happen(at, order('e1'));
    expect(happen(at, order('e1'))).toEqual({ do: 'stop', because: 'recorded' });
  });

  it('pays for the first three of a referee, and says so of the fourth', () => {
    const at = worldBy();
    for (const id of ['e1', 'e2', 'e3']) expect(happen(at, order(id)).do).toBe('append');
    const { postings, explanation } = entryOf(happen(at, order('e4')));
    expect(postings).toEqual([]);
    expect(explanation).toStrictEqual([
      {
        ruleId: 'commission',
        beneficiaryId: 'alice',
        outcome: 'skipped',
        reason: 'limit_per_referee_reached',
        programVersion: 4,
      },
    ]);
  });

  it('pays always where the rule has no limit', () => {
    const at = worldBy(ruleOf());
    for (let i = 0; i < 20; i++) expect(happen(at, order(`e${i}`)).do).toBe('append');
    expect(earnedBy(at)).toBe(2_000);
  });

  it('does not get its place in the limit back by being refunded', () => {
    const at = onceWorld();
    happen(at, order('e1'));
    happen(at, refund('r1', 'e1', 1_000));
    expect(reasonsOf(happen(at, order('e2')))).toEqual(['limit_per_referee_reached']);
  });

  it('of a later time takes the place of one that was refunded, where the program gives it back', () => {
    const at = worldOf({ rules: [ruleOf({ limitPerReferee: 1 })], freedLimits: 'returned' });
    happen(at, order('e1', 1_000, { occurredAt: minute(1) }));
    happen(at, order('e2', 500, { occurredAt: minute(2) }));
    happen(at, order('e3', 700, { occurredAt: minute(4) }));
    expect(earnedBy(at)).toBe(100);
    happen(at, refund('r1', 'e1', 1_000, { occurredAt: minute(3) }));
    expect(earnedBy(at)).toBe(70);
  });

  it.each<[string, ReportedEvent, string, string]>([
    [
      'paid from the balance',
      order('e', 1_000, { paymentMethod: 'account_balance' }),
      'payment_method_excluded',
      'nothing',
    ],
    ['without an amount', eventOf({ eventId: 'e' }), 'event_has_no_amount', 'nothing'],
    ['without a currency', eventOf({ eventId: 'e', amount: 1_000 }), 'event_has_no_amount', 'nothing'],
    ['of another kind', order('e', 1_000, { type: 'order.shipped' }), 'no_rule_for_event', 'nothing'],
    // An edit can make something of these: they are kept.
    ['of nothing', order('e', 0), 'reward_rounds_to_zero', 'append'],
    ['too small for a cent', order('e', 4), 'reward_rounds_to_zero', 'append'],
  ])('%s pays nothing, and takes no place in the limit', (_, reported, reason, what) => {
    const at = worldBy(ruleOf({ limitPerReferee: 1, excludedPaymentMethods: ['account_balance'] }));
    const decision = happen(at, reported);
    expect([decision.do, reasonsOf(decision)]).toEqual([what, [reason]]);
    happen(at, order('next'));
    expect(earnedBy(at)).toBe(100);
  });

  it('paid in another way than the excluded one pays', () => {
    expect(happen(worldBy(), order('e1', 1_000, { paymentMethod: 'card' })).do).toBe('append');
  });

  it('that two events report pays once, by the first', () => {
    const at = worldBy();
    happen(at, order('e1', 1_000, { orderId: 'o' }));
    expect(reasonsOf(happen(at, order('e2', 5_000, { orderId: 'o' })))).toEqual(['order_already_rewarded']);
    expect(earnedBy(at)).toBe(100);
  });

  it('that two events report in the same words leaves one entry', () => {
    const at = worldBy();
    happen(at, order('e1', 1_000, { orderId: 'o' }));
    const again = happen(at, order('e2', 1_000, { orderId: 'o' }));
    expect([again.do, reasonsOf(again)]).toEqual(['nothing', ['order_already_rewarded']]);
  });

  it('that cost nothing by one event and something by another pays by the other', () => {
    const at = worldBy();
    happen(at, order('e1', 0, { orderId: 'o' }));
    happen(at, order('e2', 5_000, { orderId: 'o' }));
    expect(earnedBy(at)).toBe(500);
  });

  it('that comes late takes the limit from one of a later time, and both are explained', () => {
    const at = onceWorld();
    happen(at, order('late', 1_000, { occurredAt: minute(2) }));
    const early = entryOf(happen(at, order('early', 2_000, { occurredAt: minute(1) })));
    expect(early.explanation.map(({ outcome, reason }) => `${outcome} ${reason}`)).toStrictEqual([
      'adjusted order_of_another_time',
      'paid rule_matched',
    ]);
    expect(earnedBy(at)).toBe(200);
  });
});

describe('payments of one order', () => {
  const part = (eventId: string, paymentId: string, more: Partial<ReportedEvent> = {}) =>
    order(eventId, 500, { orderId: 'o', paymentId, ...more });

  it('add up', () => {
    const at = onceWorld();
    happen(at, part('e1', 'p1'));
    expect(entryOf(happen(at, part('e2', 'p2'))).explanation).toMatchObject([
      { outcome: 'adjusted', reason: 'order_changed', amount: 100 },
    ]);
    expect(earnedBy(at)).toBe(100);
  });

  it('are counted to what is left of the order, also where they change no reward', () => {
    const at = worldBy(ruleOf({ amount: { type: 'flat', amount: 250, currency: 'USD' } }));
    happen(at, part('e1', 'p1'));
    expect(reasonsOf(happen(at, part('e2', 'p2')))).toEqual(['reward_unchanged']);
    happen(at, eventOf({ eventId: 'r1', type: 'order.refunded', orderId: 'o', amountRefunded: 500 }));
    expect(earnedBy(at)).toBe(250);
  });

  it.each([
    ['e1', 'e2'],
    ['e2', 'e1'],
  ])('leave out those paid by an excluded method: %s, %s', (...names) => {
    const at = worldBy();
    const events = {
      e1: part('e1', 'p1', { occurredAt: minute(1), paymentMethod: 'account_balance' }),
      e2: part('e2', 'p2', { occurredAt: minute(2), paymentMethod: 'card' }),
    };
    for (const name of names) happen(at, events[name as 'e1']);
    expect(earnedBy(at)).toBe(50);
  });

  it.each([
    ['e1', 'e2'],
    ['e2', 'e1'],
  ])('are of the order whose coupon the first one brought: %s, %s', (...names) => {
    const at = worldBy(
      ruleOf({ conditions: { all: [{ field: 'event.coupon', operator: 'equals', value: 'SPRING' }] } }),
    );
    const events = {
      e1: part('e1', 'p1', { occurredAt: minute(1) }),
      e2: part('e2', 'p2', { occurredAt: minute(2), coupon: 'SPRING' }),
    };
    for (const name of names) happen(at, events[name as 'e1']);
    expect(earnedBy(at)).toBe(0);
  });

  it('in another currency than the first are no part of it', () => {
    const at = worldBy();
    happen(at, part('e1', 'p1'));
    happen(at, part('e2', 'p2', { currency: 'EUR' }));
    expect(balancesOf(at)).toEqual({ 'alice cash USD available': 50 });
  });

  it('found to have begun in another currency are owed in that one, and in no other', () => {
    const at = worldBy();
    happen(at, part('e1', 'p1', { occurredAt: minute(2) }));
    happen(at, part('e0', 'p0', { occurredAt: minute(1), currency: 'EUR', amount: 300 }));
    expect(balancesOf(at)).toEqual({ 'alice cash EUR available': 30 });
  });

  it('that begin earlier than was known take a place in the limit from there', () => {
    const at = onceWorld();
    happen(at, order('other', 1_000, { occurredAt: minute(2) }));
    happen(at, part('e2', 'p2', { occurredAt: minute(3) }));
    happen(at, part('e1', 'p1', { occurredAt: minute(1) }));
    expect(earnedBy(at)).toBe(100);
    expect(
      rewardsOf(at)
        .filter((one) => one.amount > 0)
        .map((one) => one.posting.subject),
    ).toEqual(['o']);
  });
});

describe('somebody', () => {
  const notReferred = [{ outcome: 'skipped', reason: 'user_not_referred' }];

  it('nobody referred makes nobody earn, and what they do waits for their sign-up', () => {
    const event = order('e1');
    expect(happen(worldOf({}, []), event)).toStrictEqual({
      do: 'wait',
      early: [{ eventId: 'e1', acceptedAt: event.acceptedAt }],
      dropped: [],
      explanation: notReferred,
    });
  });

  it('nobody referred has nothing wait twice, nor what is too old', () => {
    const unreferred = (event: ReportedEvent, early: readonly EarlyEvent[]) =>
      decideEvent({
        ...{ event, early, referral: undefined, terms: { programVersion: 0 }, programs: new Map() },
        ...{ journal: foldJournal([]), used: new Map(), now },
      });
    expect(unreferred(order('e1'), [order('e1')])).toEqual({ do: 'stop', because: 'recorded' });
    const old = order('e1', 1_000, { acceptedAt: '2026-01-01T00:00:00.000Z' });
    expect(unreferred(old, [])).toEqual({ do: 'nothing', explanation: notReferred });
  });

  it.each(['in_review', 'pending', 'rejected'] as const)(
    'whose referral is %s has orders kept for later',
    (status) => {
      const at = worldOf({ qualification: [{ event: 'email.verified', times: 1 }] }, [
        referralOf({ status }),
      ]);
      expect(reasonsOf(happen(at, order('e1')))).toEqual([`referral_${status}`]);
      expect(earnedBy(at)).toBe(0);
      at.referrals.set('bob', referralOf());
      happen(at, order('e2'));
      expect(earnedBy(at)).toBe(200);
    },
  );

  it('nobody referred yet has refunds noted, for an order that comes after the sign-up', () => {
    const at = worldOf({}, []);
    const noted = entryOf(happen(at, refund('r1', 'e1', 400)));
    expect(noted).toMatchObject({ position: 1, postings: [], fact: { terms: { programVersion: 0 } } });
    expect(noted.explanation).toStrictEqual([{ outcome: 'skipped', reason: 'no_rewarded_order_yet' }]);
    at.referrals.set('bob', referralOf());
    expect(reasonsOf(happen(at, order('e1')))).toEqual(['rule_matched_less_refund']);
    expect(earnedBy(at)).toBe(60);
  });
});

describe('a pending referral', () => {
  const pending = (settings: Parameters<typeof worldOf>[0]) =>
    worldOf(settings, [referralOf({ status: 'pending' })]);

  it('is completed by what its program asks for, and pays then for what came before', () => {
    const at = pending({ qualification: [{ event: 'email.verified', times: 1 }] });
    happen(at, order('e1'));
    const done = entryOf(happen(at, eventOf({ eventId: 'v', type: 'email.verified' })));
    expect(done.completes).toBe(true);
    expect(done.explanation.map((line) => line.reason)).toStrictEqual([
      'referral_completed',
      'order_of_another_time',
    ]);
    expect(earnedBy(at)).toBe(100);
    expect(entryOf(happen(at, order('e2'))).completes).toBeUndefined();
    expect(earnedBy(at)).toBe(200);
  });

  it('has its orders counted for milestones when it is completed, where no rule pays for them', () => {
    const at = pending({
      qualification: [{ event: 'email.verified', times: 1 }],
      rules: [],
      tiers: [{ tierId: 'top', name: 'Top', threshold: { metric: 'paidOrders', value: 1 } }],
    });
    happen(at, order('e1'));
    const done = entryOf(happen(at, eventOf({ eventId: 'v', type: 'email.verified' })));
    expect(done.progress).toStrictEqual([
      { userId: 'alice', changes: { paidOrders: 1, 'revenue:USD': 1_000 } },
    ]);
  });
});

const forReferee = ruleOf({
  ruleId: 'welcome',
  side: 'referee',
  amount: { type: 'flat', amount: 500, currency: 'EUR' },
  limitPerReferee: 1,
});

describe('a program of two sides', () => {
  it('pays both in one entry, each in its currency', () => {
    const { postings } = entryOf(happen(worldBy(commission, forReferee), order('e1')));
    expect(postings.map((p) => [p.ruleId, p.beneficiaryId, p.level, p.amount, p.currency])).toStrictEqual([
      ['commission', 'alice', 1, 100, 'USD'],
      ['welcome', 'bob', undefined, 500, 'EUR'],
    ]);
  });

  it('holds the limit of each rule apart, and explains each', () => {
    const at = worldBy(commission, forReferee);
    happen(at, order('e1'));
    const second = entryOf(happen(at, order('e2')));
    expect(second.postings.map((p) => p.ruleId)).toEqual(['commission']);
    expect(second.explanation).toMatchObject([
      { ruleId: 'commission', outcome: 'paid', reason: 'rule_matched' },
      { ruleId: 'welcome', outcome: 'skipped', reason: 'limit_per_referee_reached' },
    ]);
  });

  it('takes back from each by their own rule', () => {
    const at = worldBy(commission, forReferee);
    happen(at, order('e1'));
    expect(entryOf(happen(at, refund('r1', 'e1', 400))).postings).toMatchObject([
      { beneficiaryId: 'alice', amount: -40, rewardAmount: 60, adjusts: { position: 1, part: 0 } },
    ]);
    expect(entryOf(happen(at, refund('r2', 'e1', 1_000))).postings).toMatchObject([
      { beneficiaryId: 'alice', amount: -60, rewardAmount: 0, adjusts: { position: 1, part: 0 } },
      { beneficiaryId: 'bob', amount: -500, rewardAmount: 0, adjusts: { position: 1, part: 1 } },
    ]);
  });

  it('pays the one who is active, where the other is not', () => {
    const inactive = (userId: string) => (userId === 'alice' ? { inactive: true as const } : undefined);
    const at = worldOf({ rules: [ruleOf({ side: 'both', limitPerReferee: 1 })] }, [referralOf()], inactive);
    expect(reasonsOf(happen(at, order('e1')))).toEqual(['rule_matched', 'beneficiary_inactive']);
    expect([earnedBy(at), earnedBy(at, 'bob')]).toEqual([0, 100]);
  });
});

describe('a flat reward', () => {
  const flat = ruleOf({ event: 'user.registered', amount: { type: 'flat', amount: 250, currency: 'EUR' } });
  it('needs no amount in the event', () => {
    const { postings } = entryOf(happen(worldBy(flat), eventOf({ eventId: 'e', type: 'user.registered' })));
    expect(postings).toMatchObject([{ amount: 250, currency: 'EUR' }]);
  });

  it('stays whole until nothing is left of the order', () => {
    const at = worldBy({ ...flat, event: 'order.paid' });
    happen(at, order('e1'));
    expect(reasonsOf(happen(at, refund('r1', 'e1', 999)))).toEqual(['reward_unchanged']);
    expect(earnedBy(at, 'alice', 'EUR')).toBe(250);
    happen(at, refund('r2', 'e1', 1_000));
    expect(earnedBy(at, 'alice', 'EUR')).toBe(0);
  });

  it('of the first order goes to an earlier one that comes late, in its own currency', () => {
    const at = worldBy(
      ruleOf({
        amount: {
          type: 'stepped',
          steps: [{ times: 1, amount: { type: 'flat', amount: 20_000, currency: 'USD' } }],
          after: { type: 'percentage', rate: '20' },
        },
      }),
    );
    happen(at, order('e2', 1_000, { currency: 'EUR', occurredAt: minute(2) }));
    happen(at, order('e1', 5_000, { currency: 'EUR', occurredAt: minute(1) }));
    expect(balancesOf(at)).toEqual({ 'alice cash USD available': 20_000, 'alice cash EUR available': 200 });
  });
});

describe('what is not recorded', () => {
  it('is what no rule takes: the journal stays as it is', () => {
    const at = worldBy();
    for (const id of ['e1', 'e2', 'e3']) happen(at, order(id));
    happen(at, order('e6', 900, { paymentMethod: 'account_balance' }));
    happen(at, eventOf({ eventId: 'e7', type: 'user.seen' }));
    expect(journalOf(at).map((entry) => entry.position)).toEqual([1, 2, 3]);
  });

  it('is an event beyond the limit, where it is about no order that another event could tell of again', () => {
    const amount = { type: 'flat', amount: 5, currency: 'USD' } as const;
    const at = worldBy(ruleOf({ event: 'user.seen', amount, limitPerReferee: 1 }));
    for (const eventId of ['e1', 'e2', 'e3']) happen(at, eventOf({ eventId, type: 'user.seen' }));
    expect(journalOf(at).map((entry) => entry.eventId)).toEqual(['e1']);
  });

  it('could as well be: another report of the order, by another method, is paid in either case', () => {
    const other = ruleOf({ ruleId: 'other', side: 'referee' });
    for (const rules of [[commission], [commission, other]]) {
      const at = worldBy(...rules);
      happen(
        at,
        order('e1', 1_000, { orderId: 'o', paymentMethod: 'account_balance', occurredAt: minute(1) }),
      );
      happen(at, order('e2', 1_000, { orderId: 'o', paymentMethod: 'card', occurredAt: minute(2) }));
      expect(earnedBy(at)).toBe(100);
    }
  });
});

describe('what may matter later', () => {
  it('is a report in the same words, where a condition looks at its time', () => {
    const may = {
      field: 'event.occurredAt',
      operator: 'at_least',
      value: '2026-05-01T11:00:00.000Z',
    } as const;
    const at = worldBy(ruleOf({ conditions: { all: [may] } }));
    happen(at, order('e1', 1_000, { orderId: 'o', occurredAt: minute(0) }));
    happen(at, order('e2', 1_000, { orderId: 'o', occurredAt: minute(90) }));
    expect(earnedBy(at)).toBe(100);
  });

  it.each<[string, Partial<ReportedEvent>]>([
    ['of an earlier time', { occurredAt: minute(0) }],
    ['of another type', { type: 'order.renewed' }],
    ['of another order', { orderId: 'p' }],
    ['of another payment', { paymentId: 'p' }],
    ['in other words', { amount: 999 }],
  ])('is another report %s', (_, more) => {
    const at = worldBy(ruleOf(), ruleOf({ ruleId: 'renewal', event: 'order.renewed' }));
    const report = (eventId: string, minutes: number, given: Partial<ReportedEvent> = {}) =>
      order(eventId, 1_000, { orderId: 'o', occurredAt: minute(minutes), ...given });
    happen(at, report('e1', 1));
    expect(happen(at, report('e2', 2)).do).toBe('nothing');
    expect(happen(at, report('e3', 2, more)).do).toBe('append');
  });

  it.each<[string, Partial<ReportedEvent>]>([
    ['of another order', { orderId: 'p' }],
    ['in another currency', { currency: 'EUR' }],
    ['of more', { amountRefunded: 501 }],
    ['of an earlier time', { occurredAt: minute(1) }],
    ['that is a cancellation', { type: 'order.cancelled' }],
    ['that is an edit', { type: 'order.updated' }],
  ])('is a refund %s, though one is known', (_, more) => {
    const at = worldBy();
    happen(at, refund('r1', 'e1', 500, { occurredAt: minute(2) }));
    expect(happen(at, refund('r2', 'e1', 500, { occurredAt: minute(3) })).do).toBe('nothing');
    expect(happen(at, refund('r3', 'e1', 500, { occurredAt: minute(3), ...more })).do).toBe('append');
  });

  it('is no refund of nothing, once one is known', () => {
    const at = worldBy();
    const nothing = { type: 'order.refunded', orderId: 'o' };
    expect(happen(at, eventOf({ eventId: 'r1', ...nothing })).do).toBe('append');
    expect(happen(at, eventOf({ eventId: 'r2', ...nothing })).do).toBe('nothing');
    expect(happen(at, eventOf({ eventId: 'r3', ...nothing, amountRefunded: 1 })).do).toBe('append');
  });

  it.each(['cancelled', 'updated', 'charged_back'] as const)('is any news that an order is %s', (type) => {
    const at = worldBy();
    expect(happen(at, change('c1', type, 'e1')).do).toBe('append');
    expect(happen(at, change('c2', type, 'e1')).do).toBe('append');
  });

  it('is an event that the referral waits for, and no other that nothing pays', () => {
    const at = worldOf(
      {
        qualification: [
          { event: 'email.verified', times: 1 },
          { event: 'phone.verified', times: 1 },
        ],
      },
      [referralOf({ status: 'pending' })],
    );
    const seen = (eventId: string, type: string) => happen(at, eventOf({ eventId, type }));
    expect([seen('v', 'email.verified').do, seen('s', 'user.seen').do]).toEqual(['append', 'nothing']);
    expect(entryOf(seen('p', 'phone.verified')).completes).toBe(true);
    expect(seen('w', 'email.verified').do).toBe('nothing');
  });

  it('completes no referral that is in review, or that stands already', () => {
    const settings = { qualification: [{ event: 'email.verified', times: 1 }] };
    for (const status of ['in_review', 'completed'] as const) {
      const at = worldOf(settings, [referralOf({ status })]);
      const decision = happen(at, eventOf({ eventId: 'v', type: 'email.verified' }));
      expect(decision.do === 'append' && decision.entry.completes).not.toBe(true);
    }
  });

  it('is an order before the sign-up only by what changes it', () => {
    const at = worldOf({}, []);
    expect(entryOf(happen(at, refund('r1', 'e1', 1))).fact).not.toHaveProperty('properties');
    const unknown = decideEvent({
      event: order('e1'),
      referral: referralOf(),
      terms: { programVersion: 9 },
      programs: new Map(),
      journal: foldJournal([]),
      used: new Map(),
      now,
    });
    expect(reasonsOf(unknown)).toEqual(['user_not_referred']);
  });
});
