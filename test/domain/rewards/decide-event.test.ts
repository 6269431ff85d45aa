import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../shared/domain/programs/program.ts';
import { counterKey } from '../../../shared/domain/rewards/counter.ts';
import { decideEvent } from '../../../shared/domain/rewards/decide-event.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import {
  balancesOf,
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
  rewardsOf,
  ruleOf,
  type World,
  worldOf,
} from './play.ts';

const commission = ruleOf({ limitPerReferee: 3, excludedPaymentMethods: ['account_balance'] });
const world = (...rules: readonly Rule[]): World =>
  worldOf({ rules: rules.length > 0 ? rules : [commission] });
const once = world.bind(undefined, ruleOf({ limitPerReferee: 1 }));

describe('an order', () => {
  it('pays the referrer its share, and becomes the first entry', () => {
    expect(entryOf(happen(world(), order('e1', 3_333)))).toStrictEqual({
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
    const at = world();
    const made = entryOf(happen(at, eventOf({ eventId: 'e1', amount: 1_000, currency: 'USD' })));
    expect(made.fact.subject).toBe('e1');
    happen(at, eventOf({ eventId: 'r1', type: 'order.refunded', orderId: 'e1', amountRefunded: 1_000 }));
    expect(earnedBy(at)).toBe(0);
  });

  it('that is delivered again is in the journal already', () => {
    const at = world();
    happen(at, order('e1'));
    expect(happen(at, order('e1'))).toEqual({ do: 'stop', because: 'recorded' });
  });

  it('pays for the first three of a referee, and says so of the fourth', () => {
    const at = world();
    for (const id of ['e1', 'e2', 'e3']) expect(happen(at, order(id)).do).toBe('append');
    expect(happen(at, order('e4'))).toStrictEqual({
      do: 'nothing',
      explanation: [
        {
          ruleId: 'commission',
          beneficiaryId: 'alice',
          outcome: 'skipped',
          reason: 'limit_per_referee_reached',
          programVersion: 4,
        },
      ],
    });
  });

  it('pays always where the rule has no limit', () => {
    const at = world(ruleOf());
    for (let i = 0; i < 20; i++) expect(happen(at, order(`e${i}`)).do).toBe('append');
    expect(earnedBy(at)).toBe(2_000);
  });

  it('does not get its place in the limit back by being refunded', () => {
    const at = once();
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
    const at = world(ruleOf({ limitPerReferee: 1, excludedPaymentMethods: ['account_balance'] }));
    const decision = happen(at, reported);
    expect([decision.do, reasonsOf(decision)]).toEqual([what, [reason]]);
    happen(at, order('next'));
    expect(earnedBy(at)).toBe(100);
  });

  it('paid in another way than the excluded one pays', () => {
    expect(happen(world(), order('e1', 1_000, { paymentMethod: 'card' })).do).toBe('append');
  });

  it('that two events report pays once, by the first', () => {
    const at = world();
    happen(at, order('e1', 1_000, { orderId: 'o' }));
    expect(reasonsOf(happen(at, order('e2', 5_000, { orderId: 'o' })))).toEqual(['order_already_rewarded']);
    expect(earnedBy(at)).toBe(100);
  });

  it('that two events report in the same words leaves one entry', () => {
    const at = world();
    happen(at, order('e1', 1_000, { orderId: 'o' }));
    const again = happen(at, order('e2', 1_000, { orderId: 'o' }));
    expect([again.do, reasonsOf(again)]).toEqual(['nothing', ['order_already_rewarded']]);
  });

  it('that cost nothing by one event and something by another pays by the other', () => {
    const at = world();
    happen(at, order('e1', 0, { orderId: 'o' }));
    happen(at, order('e2', 5_000, { orderId: 'o' }));
    expect(earnedBy(at)).toBe(500);
  });

  it('that comes late takes the limit from one of a later time, and both are explained', () => {
    const at = once();
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
    const at = once();
    happen(at, part('e1', 'p1'));
    expect(entryOf(happen(at, part('e2', 'p2'))).explanation).toMatchObject([
      { outcome: 'adjusted', reason: 'order_changed', amount: 100 },
    ]);
    expect(earnedBy(at)).toBe(100);
  });

  it('are counted to what is left of the order, also where they change no reward', () => {
    const at = world(ruleOf({ amount: { type: 'flat', amount: 250, currency: 'USD' } }));
    happen(at, part('e1', 'p1'));
    expect(reasonsOf(happen(at, part('e2', 'p2')))).toEqual(['reward_unchanged']);
    happen(at, eventOf({ eventId: 'r1', type: 'order.refunded', orderId: 'o', amountRefunded: 500 }));
    expect(earnedBy(at)).toBe(250);
  });

  it.each([
    ['e1', 'e2'],
    ['e2', 'e1'],
  ])('leave out those paid by an excluded method: %s, %s', (...names) => {
    const at = world();
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
    const at = world(
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
    const at = world();
    happen(at, part('e1', 'p1'));
    happen(at, part('e2', 'p2', { currency: 'EUR' }));
    expect(balancesOf(at)).toEqual({ 'alice cash USD available': 50 });
  });

  it('found to have begun in another currency are owed in that one, and in no other', () => {
    const at = world();
    happen(at, part('e1', 'p1', { occurredAt: minute(2) }));
    happen(at, part('e0', 'p0', { occurredAt: minute(1), currency: 'EUR', amount: 300 }));
    expect(balancesOf(at)).toEqual({ 'alice cash EUR available': 30 });
  });

  it('that begin earlier than was known take a place in the limit from there', () => {
    const at = once();
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

describe('a limit that an order has taken', () => {
  const least = (minimum: number): Rule =>
    ruleOf({
      limitPerReferee: 1,
      basis: { type: 'gross', minimum, excludedProducts: [], excludedCategories: [] },
    });

  it('stays taken when the order is edited back to where it would not have taken it', () => {
    const at = world(least(1_000));
    happen(at, order('e1', 400, { occurredAt: minute(1) }));
    happen(at, change('u1', 'updated', 'e1', { occurredAt: minute(2), amount: 1_500, currency: 'USD' }));
    expect(earnedBy(at)).toBe(150);
    expect(happen(at, order('e2', 2_000, { occurredAt: minute(3) })).do).toBe('nothing');
    happen(at, change('u2', 'updated', 'e1', { occurredAt: minute(4), amount: 400, currency: 'USD' }));
    expect(earnedBy(at)).toBe(0);
    expect(reasonsOf(happen(at, order('e3', 2_000, { occurredAt: minute(5) })))).toStrictEqual([
      'limit_per_referee_reached',
    ]);
  });

  it('can come free where an order stops meeting a condition on its amount: those who wait are kept', () => {
    const at = world(
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
    const at = world(
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

describe('somebody', () => {
  it('nobody referred makes nobody earn, and nothing is kept', () => {
    const at = worldOf({}, []);
    expect(happen(at, order('e1'))).toStrictEqual({
      do: 'nothing',
      explanation: [{ outcome: 'skipped', reason: 'user_not_referred' }],
    });
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
    const { postings } = entryOf(happen(world(commission, forReferee), order('e1')));
    expect(postings.map((p) => [p.ruleId, p.beneficiaryId, p.level, p.amount, p.currency])).toStrictEqual([
      ['commission', 'alice', 1, 100, 'USD'],
      ['welcome', 'bob', undefined, 500, 'EUR'],
    ]);
  });

  it('holds the limit of each rule apart, and explains each', () => {
    const at = world(commission, forReferee);
    happen(at, order('e1'));
    const second = entryOf(happen(at, order('e2')));
    expect(second.postings.map((p) => p.ruleId)).toEqual(['commission']);
    expect(second.explanation).toMatchObject([
      { ruleId: 'commission', outcome: 'paid', reason: 'rule_matched' },
      { ruleId: 'welcome', outcome: 'skipped', reason: 'limit_per_referee_reached' },
    ]);
  });

  it('takes back from each by their own rule', () => {
    const at = world(commission, forReferee);
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
    const { postings } = entryOf(happen(world(flat), eventOf({ eventId: 'e', type: 'user.registered' })));
    expect(postings).toMatchObject([{ amount: 250, currency: 'EUR' }]);
  });

  it('stays whole until nothing is left of the order', () => {
    const at = world({ ...flat, event: 'order.paid' });
    happen(at, order('e1'));
    expect(reasonsOf(happen(at, refund('r1', 'e1', 999)))).toEqual(['reward_unchanged']);
    expect(earnedBy(at, 'alice', 'EUR')).toBe(250);
    happen(at, refund('r2', 'e1', 1_000));
    expect(earnedBy(at, 'alice', 'EUR')).toBe(0);
  });

  it('of the first order goes to an earlier one that comes late, in its own currency', () => {
    const at = world(
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

describe('a refund', () => {
  it('takes the share back of what was refunded so far', () => {
    const at = world();
    happen(at, order('e1', 999));
    expect(earnedBy(at)).toBe(100);
    const entry = entryOf(happen(at, refund('r1', 'e1', 333)));
    expect(entry).toMatchObject({ position: 2, fact: { subject: 'o-e1', amountRefunded: 333 } });
    expect(entry.fact).not.toHaveProperty('amount');
    expect(entry.explanation).toMatchObject([
      { ruleId: 'commission', outcome: 'adjusted', reason: 'order_refunded', amount: 67 },
    ]);
    expect(earnedBy(at)).toBe(67);
  });

  it('of more than the order takes no more than was paid', () => {
    const at = world();
    happen(at, order('e1'));
    happen(at, refund('r1', 'e1', 5_000));
    expect(earnedBy(at)).toBe(0);
  });

  it('of no more than is known does nothing', () => {
    const at = world();
    happen(at, order('e1'));
    happen(at, refund('r1', 'e1', 500));
    expect(happen(at, refund('r1', 'e1', 500))).toEqual({ do: 'stop', because: 'recorded' });
    for (const again of [refund('r2', 'e1', 500), refund('r3', 'e1', 200)]) {
      const decision = happen(at, again);
      expect([decision.do, reasonsOf(decision)]).toEqual(['nothing', ['refund_already_known']]);
    }
    expect(earnedBy(at)).toBe(50);
  });

  it('of an order that is not known changes nothing', () => {
    const at = world();
    happen(at, order('e1', 1_000, { paymentMethod: 'account_balance' }));
    expect(reasonsOf(happen(at, refund('r1', 'e1', 1)))).toEqual(['no_rewarded_order_yet']);
    expect(earnedBy(at)).toBe(0);
  });

  it('before its order is kept, and taken off when the order comes', () => {
    const at = world();
    expect(reasonsOf(happen(at, refund('r1', 'e1', 400)))).toEqual(['no_rewarded_order_yet']);
    const late = entryOf(happen(at, order('e1')));
    expect(late.postings[0]).toMatchObject({ amount: 60, rewardAmount: 60 });
    expect(late.explanation[0]?.reason).toBe('rule_matched_less_refund');
  });

  it('of the whole before its order leaves a reward of nothing, which takes its place in the limit', () => {
    const at = once();
    happen(at, refund('r1', 'e1', 1_000));
    expect(entryOf(happen(at, order('e1'))).postings[0]).toMatchObject({ amount: 0, rewardAmount: 0 });
    expect(reasonsOf(happen(at, order('e2')))).toEqual(['limit_per_referee_reached']);
  });

  it('of one order leaves the others alone', () => {
    const at = world();
    happen(at, order('e1'));
    happen(at, order('e2'));
    happen(at, refund('r1', 'e2', 1_000));
    expect(rewardsOf(at).map((one) => one.amount)).toEqual([100, 0]);
  });

  it('in another currency than its order is none of it, and hides none that is', () => {
    const at = world();
    happen(at, refund('r1', 'e1', 900, { currency: 'EUR' }));
    happen(at, refund('r2', 'e1', 400, { currency: 'USD' }));
    happen(at, order('e1'));
    expect(earnedBy(at)).toBe(60);
  });

  it('heard of late, that made a place free earlier than was known, gives it to an order in between', () => {
    const at = worldOf({ rules: [ruleOf({ limitPerReferee: 1 })], freedLimits: 'returned' });
    happen(at, order('e1', 1_000, { occurredAt: minute(1) }));
    happen(at, refund('r2', 'e1', 1_000, { occurredAt: minute(5) }));
    happen(at, order('e2', 500, { occurredAt: minute(3) }));
    expect(earnedBy(at)).toBe(0);
    happen(at, refund('r1', 'e1', 1_000, { occurredAt: minute(2) }));
    expect(earnedBy(at)).toBe(50);
  });
});

describe('other changes of an order', () => {
  const placed = (): World => {
    const at = world();
    happen(at, order('e1', 1_000, { occurredAt: minute(1) }));
    return at;
  };

  it('cancelling takes everything back', () => {
    const at = placed();
    expect(reasonsOf(happen(at, change('c', 'cancelled', 'e1')))).toEqual(['order_cancelled']);
    expect(earnedBy(at)).toBe(0);
  });

  it('edits say anew what it comes to, the last in time', () => {
    const at = placed();
    happen(at, change('u2', 'updated', 'e1', { amount: 400, currency: 'USD', occurredAt: minute(3) }));
    expect(earnedBy(at)).toBe(40);
    expect(
      reasonsOf(
        happen(at, change('u1', 'updated', 'e1', { amount: 5_000, currency: 'USD', occurredAt: minute(2) })),
      ),
    ).toEqual(['reward_unchanged']);
    expect(earnedBy(at)).toBe(40);
  });

  it('charge-backs take back what is disputed, and their reversal gives it again, heard of in any order', () => {
    const at = placed();
    happen(at, change('c1', 'charged_back', 'e1', { amount: 300, currency: 'USD', disputeId: 'd1' }));
    expect(earnedBy(at)).toBe(70);
    happen(at, change('c2', 'charged_back', 'e1', { amount: 200, currency: 'USD', disputeId: 'd2' }));
    expect(earnedBy(at)).toBe(50);
    happen(at, change('v3', 'charge_back_reversed', 'e1', { disputeId: 'd3' }));
    happen(at, change('c3', 'charged_back', 'e1', { disputeId: 'd3' }));
    expect(earnedBy(at)).toBe(50);
    happen(at, change('v1', 'charge_back_reversed', 'e1', { disputeId: 'd1' }));
    expect(earnedBy(at)).toBe(80);
  });

  it('without an amount disputes the whole', () => {
    const at = placed();
    happen(at, change('c1', 'charged_back', 'e1'));
    expect(earnedBy(at)).toBe(0);
  });
});

describe('what is not recorded', () => {
  it('is what no rule takes: the journal stays as it is', () => {
    const at = world();
    for (const id of ['e1', 'e2', 'e3', 'e4', 'e5']) happen(at, order(id));
    happen(at, order('e6', 900, { paymentMethod: 'account_balance' }));
    happen(at, eventOf({ eventId: 'e7', type: 'user.seen' }));
    expect(journalOf(at).map((entry) => entry.position)).toEqual([1, 2, 3]);
  });

  it('could as well be: another report of the order, by another method, is paid in either case', () => {
    const other = ruleOf({ ruleId: 'other', side: 'referee' });
    for (const rules of [[commission], [commission, other]]) {
      const at = world(...rules);
      happen(
        at,
        order('e1', 1_000, { orderId: 'o', paymentMethod: 'account_balance', occurredAt: minute(1) }),
      );
      happen(at, order('e2', 1_000, { orderId: 'o', paymentMethod: 'card', occurredAt: minute(2) }));
      expect(earnedBy(at)).toBe(100);
    }
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
      journal: journalOf(at),
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

describe('a reward that moves between buckets', () => {
  const held = (more: Partial<Rule> = {}): World =>
    world(ruleOf({ hold: { untilEvent: 'order.delivered' }, ...more }));
  const delivered = (eventId: string, orderId: string, more: Partial<ReportedEvent> = {}) =>
    eventOf({ eventId, type: 'order.delivered', orderId, ...more });

  it('is taken whole from the one and put as it is now into the other', () => {
    const at = held();
    happen(at, order('e1'));
    expect(balancesOf(at)).toEqual({ 'alice cash USD waiting': 100 });
    const entry = entryOf(happen(at, delivered('d1', 'o-e1')));
    expect(entry.postings).toStrictEqual([
      {
        ruleId: 'commission',
        beneficiaryId: 'alice',
        level: 1,
        kind: 'cash',
        currency: 'USD',
        subject: 'o-e1',
        rewardAmount: 100,
        amount: 100,
        bucket: 'available',
        from: { bucket: 'waiting', amount: -100 },
        programVersion: 4,
        adjusts: { position: 1, part: 0 },
      },
    ]);
    expect(balancesOf(at)).toEqual({ 'alice cash USD available': 100 });
  });

  it('takes nothing along where nothing was in it', () => {
    const at = held();
    happen(at, order('e1'));
    happen(at, refund('r1', 'e1', 1_000));
    const [posting] = entryOf(happen(at, delivered('d1', 'o-e1'))).postings;
    expect(posting).toMatchObject({ bucket: 'available', amount: 0 });
    expect(posting).not.toHaveProperty('from');
  });

  it('of what is not counted moves no sum', () => {
    const { amount: _, ...badge } = ruleOf({ kind: 'badge', name: 'First sale' });
    const at = world({ ...badge, hold: { untilEvent: 'order.delivered' } });
    happen(at, order('e1'));
    const [posting] = entryOf(happen(at, delivered('d1', 'o-e1'))).postings;
    expect(posting).toMatchObject({ bucket: 'available', amount: 0, rewardAmount: 1 });
    expect(posting).not.toHaveProperty('from');
    expect(entryOf(happen(at, change('c', 'cancelled', 'e1'))).postings).toMatchObject([
      { amount: 0, rewardAmount: 0 },
    ]);
  });

  it('does so also where its release came first: what releases is kept', () => {
    const at = held();
    const release = happen(at, delivered('d1', 'o-e1'));
    expect([release.do, reasonsOf(release)]).toEqual(['append', ['no_rule_for_event']]);
    happen(at, order('e1'));
    expect(balancesOf(at)).toEqual({ 'alice cash USD available': 100 });
    expect(happen(at, eventOf({ eventId: 's1', type: 'order.shipped', orderId: 'o-e1' })).do).toBe('nothing');
  });

  it('is kept, where it says that an order is approved', () => {
    expect(happen(world(), eventOf({ eventId: 'a1', type: 'order.approved', orderId: 'o' })).do).toBe(
      'append',
    );
  });
});

describe('what is counted for milestones', () => {
  const tier = (metric: 'paidOrders' | 'points') => ({
    tiers: [{ tierId: 'top', name: 'Top', threshold: { metric, value: 100 } }],
  });
  const points = ruleOf({ kind: 'points', amount: { type: 'flat', amount: 5, currency: 'points' } });

  it('are the sales of the referrer, by what changes of them', () => {
    const at = worldOf({ rules: [], ...tier('paidOrders') });
    const counted = (event: ReportedEvent) => entryOf(happen(at, event)).progress;
    expect(counted(order('e1'))).toStrictEqual([
      { userId: 'alice', changes: { paidOrders: 1, 'revenue:USD': 1_000 } },
    ]);
    expect(counted(refund('r1', 'e1', 400))).toStrictEqual([
      { userId: 'alice', changes: { 'revenue:USD': -400 } },
    ]);
    expect(counted(refund('r2', 'e1', 1_000))).toStrictEqual([
      { userId: 'alice', changes: { paidOrders: -1, 'revenue:USD': -600 } },
    ]);
    expect(entryOf(happen(at, order('e2', 0)))).not.toHaveProperty('progress');
  });

  it('are no sales where nothing asks for them', () => {
    expect(entryOf(happen(world(), order('e1')))).not.toHaveProperty('progress');
    expect(happen(world(ruleOf({ event: 'user.seen' })), order('e1')).do).toBe('nothing');
  });

  it('are points, of whom they are, wherever they lie', () => {
    const at = worldOf({
      rules: [{ ...points, side: 'both', hold: { untilEvent: 'order.delivered' } }],
      ...tier('points'),
    });
    expect(entryOf(happen(at, order('e1'))).progress).toStrictEqual([
      { userId: 'alice', changes: { points: 5 } },
      { userId: 'bob', changes: { points: 5 } },
    ]);
    const moved = entryOf(happen(at, eventOf({ eventId: 'd', type: 'order.delivered', orderId: 'o-e1' })));
    expect(moved.postings.length).toBe(2);
    expect(moved).not.toHaveProperty('progress');
  });

  it('are points only, and only where something asks for them', () => {
    expect(entryOf(happen(worldOf({ rules: [points] }), order('e1')))).not.toHaveProperty('progress');
    const cash = worldOf({ rules: [ruleOf()], ...tier('points') });
    expect(entryOf(happen(cash, order('e1')))).not.toHaveProperty('progress');
  });

  it('are points and sales apart from each other', () => {
    const [sales, earned] = [tier('paidOrders').tiers, tier('points').tiers];
    const at = worldOf({ rules: [points], tiers: [...sales, ...earned] });
    happen(at, order('e1'));
    expect(entryOf(happen(at, order('e2'))).progress).toStrictEqual([
      { userId: 'alice', changes: { paidOrders: 1, 'revenue:USD': 1_000, points: 5 } },
    ]);
  });

  const counting = { fraud: { rules: { refund_rate: { action: 'flag' } } } } as const;

  it('are orders and those that were given back, where a fraud rule looks at them', () => {
    const at = worldOf({ rules: [], ...counting });
    const counted = (event: ReportedEvent) => entryOf(happen(at, event)).progress?.[0];
    expect(counted(order('e1'))).toStrictEqual({ userId: 'alice', changes: { orders: 1 } });
    expect(counted(refund('r1', 'e1', 500))).toBeUndefined();
    expect(counted(refund('r2', 'e1', 501))).toStrictEqual({
      userId: 'alice',
      changes: { refundedOrders: 1 },
    });
    expect(counted(refund('r3', 'e1', 1_000))).toBeUndefined();
    expect(counted(change('c1', 'cancelled', 'e1'))).toBeUndefined();
  });

  it.each(['pending', 'in_review', 'rejected'] as const)(
    'are orders also of a referral that is %s',
    (status) => {
      const qualification = [{ event: 'email.verified', times: 1 }];
      const at = worldOf({ qualification, ...tier('paidOrders'), ...counting }, [referralOf({ status })]);
      expect(entryOf(happen(at, order('e1'))).progress).toStrictEqual([
        { userId: 'alice', changes: { orders: 1 } },
      ]);
      expect(entryOf(happen(at, change('c1', 'cancelled', 'e1'))).progress).toStrictEqual([
        { userId: 'alice', changes: { refundedOrders: 1 } },
      ]);
    },
  );

  it('are orders and sales apart from each other, of a referral that is completed later as well', () => {
    const qualification = [{ event: 'email.verified', times: 1 }];
    const at = worldOf({ rules: [], qualification, ...tier('paidOrders'), ...counting }, [
      referralOf({ status: 'pending' }),
    ]);
    happen(at, order('e1'));
    const done = entryOf(happen(at, eventOf({ eventId: 'v', type: 'email.verified' })));
    expect(done.progress).toStrictEqual([
      { userId: 'alice', changes: { paidOrders: 1, 'revenue:USD': 1_000 } },
    ]);
    expect(entryOf(happen(at, order('e2'))).progress).toStrictEqual([
      { userId: 'alice', changes: { paidOrders: 1, 'revenue:USD': 1_000, orders: 1 } },
    ]);
  });

  it('are orders by all their payments, also those that no rule takes', () => {
    const rules = [ruleOf({ excludedPaymentMethods: ['card'] })];
    const part = (eventId: string, amount: number): ReportedEvent =>
      order(eventId, amount, { orderId: 'o-a', paymentId: eventId, paymentMethod: 'card' });
    const at = worldOf({ rules, ...counting });
    happen(at, part('p1', 600));
    expect(entryOf(happen(at, part('p2', 400)))).not.toHaveProperty('progress');
    expect(entryOf(happen(at, refund('r1', 'a', 350)))).not.toHaveProperty('progress');
    expect(happen(worldOf({ rules }), part('p1', 600)).do).toBe('nothing');
  });

  it('are rewards that have no account, as they come and go', () => {
    const { amount: _, ...badge } = ruleOf({ kind: 'badge', name: 'First sale' });
    const at = worldOf({ rules: [badge], ...tier('paidOrders') });
    const counted = (event: ReportedEvent) => entryOf(happen(at, event)).progress?.[0]?.changes['rewards'];
    expect(counted(order('e1'))).toBe(1);
    expect(counted(order('e2'))).toBe(1);
    expect(counted(refund('r1', 'e1', 400))).toBeUndefined();
    expect(counted(change('c1', 'cancelled', 'e1'))).toBe(-1);
  });
});

describe('what may matter later', () => {
  it('is a report in the same words, where a condition looks at its time', () => {
    const may = {
      field: 'event.occurredAt',
      operator: 'at_least',
      value: '2026-05-01T11:00:00.000Z',
    } as const;
    const at = world(ruleOf({ conditions: { all: [may] } }));
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
    const at = world(ruleOf(), ruleOf({ ruleId: 'renewal', event: 'order.renewed' }));
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
    const at = world();
    happen(at, refund('r1', 'e1', 500, { occurredAt: minute(2) }));
    expect(happen(at, refund('r2', 'e1', 500, { occurredAt: minute(3) })).do).toBe('nothing');
    expect(happen(at, refund('r3', 'e1', 500, { occurredAt: minute(3), ...more })).do).toBe('append');
  });

  it('is no refund of nothing, once one is known', () => {
    const at = world();
    const nothing = { type: 'order.refunded', orderId: 'o' };
    expect(happen(at, eventOf({ eventId: 'r1', ...nothing })).do).toBe('append');
    expect(happen(at, eventOf({ eventId: 'r2', ...nothing })).do).toBe('nothing');
    expect(happen(at, eventOf({ eventId: 'r3', ...nothing, amountRefunded: 1 })).do).toBe('append');
  });

  it.each(['cancelled', 'updated', 'charged_back'] as const)('is any news that an order is %s', (type) => {
    const at = world();
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
      journal: [],
      used: new Map(),
      now,
    });
    expect(reasonsOf(unknown)).toEqual(['user_not_referred']);
  });
});
