import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../shared/domain/programs/program.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import {
  balancesOf,
  change,
  entryOf,
  eventOf,
  happen,
  order,
  reasonsOf,
  referralOf,
  refund,
  ruleOf,
  type World,
  worldBy,
  worldOf,
} from './play.ts';

describe('a reward that moves between buckets', () => {
  const held = (more: Partial<Rule> = {}): World =>
    worldBy(ruleOf({ hold: { untilEvent: 'order.delivered' }, ...more }));
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
    const at = worldBy({ ...badge, hold: { untilEvent: 'order.delivered' } });
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
    expect(happen(worldBy(), eventOf({ eventId: 'a1', type: 'order.approved', orderId: 'o' })).do).toBe(
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
    expect(entryOf(happen(worldBy(), order('e1')))).not.toHaveProperty('progress');
    expect(happen(worldBy(ruleOf({ event: 'user.seen' })), order('e1')).do).toBe('nothing');
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
