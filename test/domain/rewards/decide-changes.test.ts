import { describe, expect, it } from 'vitest';
import {
  change,
  earnedBy,
  entryOf,
  happen,
  minute,
  onceWorld,
  order,
  reasonsOf,
  refund,
  rewardsOf,
  ruleOf,
  type World,
  worldBy,
  worldOf,
} from './play.ts';

describe('a refund', () => {
  it('takes the share back of what was refunded so far', () => {
    const at = worldBy();
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
    const at = worldBy();
    happen(at, order('e1'));
    happen(at, refund('r1', 'e1', 5_000));
    expect(earnedBy(at)).toBe(0);
  });

  it('of no more than is known does nothing', () => {
    const at = worldBy();
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
    const at = worldBy();
    happen(at, order('e1', 1_000, { paymentMethod: 'account_balance' }));
    expect(reasonsOf(happen(at, refund('r1', 'e1', 1)))).toEqual(['no_rewarded_order_yet']);
    expect(earnedBy(at)).toBe(0);
  });

  it('before its order is kept, and taken off when the order comes', () => {
    const at = worldBy();
    expect(reasonsOf(happen(at, refund('r1', 'e1', 400)))).toEqual(['no_rewarded_order_yet']);
    const late = entryOf(happen(at, order('e1')));
    expect(late.postings[0]).toMatchObject({ amount: 60, rewardAmount: 60 });
    expect(late.explanation[0]?.reason).toBe('rule_matched_less_refund');
  });

  it('of the whole before its order leaves a reward of nothing, which takes its place in the limit', () => {
    const at = onceWorld();
    happen(at, refund('r1', 'e1', 1_000));
    expect(entryOf(happen(at, order('e1'))).postings[0]).toMatchObject({ amount: 0, rewardAmount: 0 });
    expect(reasonsOf(happen(at, order('e2')))).toEqual(['limit_per_referee_reached']);
  });

  it('of one order leaves the others alone', () => {
    const at = worldBy();
    happen(at, order('e1'));
    happen(at, order('e2'));
    happen(at, refund('r1', 'e2', 1_000));
    expect(rewardsOf(at).map((one) => one.amount)).toEqual([100, 0]);
  });

  it('in another currency than its order is none of it, and hides none that is', () => {
    const at = worldBy();
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
    const at = worldBy();
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
