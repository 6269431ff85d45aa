import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../shared/domain/programs/program.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import { change, eventOf, happen, minute, order, reasonsOf, refund, ruleOf, worldOf } from './play.ts';

type Reasons = readonly string[] | undefined;

/** Tells the reasons that the last of the events gives. */
const reasons =
  (rules: readonly Rule[], ...events: readonly ReportedEvent[]) =>
  (): Reasons => {
    const at = worldOf({ rules });
    return events.map((event) => reasonsOf(happen(at, event))).at(-1);
  };
const ten = [ruleOf()];
const flat = [ruleOf({ amount: { type: 'flat', amount: 250, currency: 'USD' } })];
const day = 24 * 60;

describe('an explanation', () => {
  it.each<[string, () => Reasons, Reasons]>([
    ['of an order that pays', reasons(ten, order('a')), ['rule_matched']],
    ['of one refunded before', reasons(ten, refund('r', 'a', 500), order('a')), ['rule_matched_less_refund']],
    ['of no rule', reasons(ten, eventOf({ eventId: 'a', type: 'user.seen' })), ['no_rule_for_event']],
    ['of no rules at all', reasons([], order('a')), ['no_rule_for_event']],
    ['of a refund', reasons(ten, order('a'), refund('r', 'a', 500)), ['order_refunded']],
    ['of a refund of nothing known', reasons(ten, refund('r', 'a', 500)), ['no_rewarded_order_yet']],
    [
      'of a refund that is known',
      reasons(ten, order('a'), refund('r', 'a', 500), refund('s', 'a', 400)),
      ['refund_already_known'],
    ],
    [
      'of a refund that changes nothing',
      reasons(flat, order('a'), refund('r', 'a', 500)),
      ['reward_unchanged'],
    ],
    ['of a refund of the least', reasons(flat, order('a'), refund('r', 'a', 1)), ['reward_unchanged']],
    ['of a refund of nothing', reasons(flat, order('a'), refund('r', 'a', 0)), ['reward_unchanged']],
    [
      'of a refund of nothing after one of something',
      reasons(
        flat,
        order('a'),
        refund('r', 'a', 1),
        eventOf({ eventId: 's', type: 'order.refunded', orderId: 'o-a' }),
      ),
      ['refund_already_known'],
    ],
    [
      'of a cancellation of an order that waits for an edit, beside one that is rewarded',
      reasons(
        [ruleOf({ conditions: { all: [{ field: 'event.amount', operator: 'at_least', value: 900 }] } })],
        order('a'),
        order('b', 500),
        change('c', 'cancelled', 'b'),
      ),
      ['no_rewarded_order_yet'],
    ],
    [
      'of a cancellation after a refund of the whole',
      reasons(ten, order('a'), refund('r', 'a', 1_000), change('c', 'cancelled', 'a')),
      ['reward_unchanged'],
    ],
    [
      'of a change names no rule that did not pay the order',
      reasons(
        [ruleOf(), ruleOf({ ruleId: 'high', side: 'upline', level: 2 })],
        order('a'),
        refund('r', 'a', 500),
      ),
      ['order_refunded'],
    ],
    [
      'of one type of event names no rule for another of the same order',
      reasons(
        [ruleOf(), ruleOf({ ruleId: 'renewal', event: 'order.renewed', side: 'upline', level: 2 })],
        order('b', 1_000, { type: 'order.renewed', orderId: 'o-a' }),
        order('a'),
      ),
      ['rule_matched'],
    ],
    [
      'of one order names no rule for another',
      reasons(
        [ruleOf({ conditions: { all: [{ field: 'event.amount', operator: 'at_least', value: 900 }] } })],
        order('b', 500),
        order('a'),
      ),
      ['rule_matched'],
    ],
    [
      'of a second report of an order that earned nothing',
      reasons(
        [ruleOf({ conditions: { all: [{ field: 'event.amount', operator: 'at_least', value: 900 }] } })],
        order('a', 500),
        order('b', 400, { orderId: 'o-a' }),
      ),
      ['condition_not_met'],
    ],
    [
      'of an order refunded before, with room for the whole of it',
      reasons(
        [ruleOf({ caps: [{ period: 'ever', amount: 100, currency: 'USD' }] })],
        refund('r', 'a', 500),
        order('a'),
      ),
      ['rule_matched_less_refund'],
    ],
    [
      'of an edit',
      reasons(ten, order('a'), change('u', 'updated', 'a', { amount: 5, currency: 'USD' })),
      ['order_updated'],
    ],
    [
      'of an edit that changes nothing',
      reasons(flat, order('a'), change('u', 'updated', 'a', { amount: 5, currency: 'USD' })),
      ['reward_unchanged'],
    ],
    ['of a cancellation', reasons(ten, order('a'), change('c', 'cancelled', 'a')), ['order_cancelled']],
    [
      'of an order that another was taken from',
      reasons(
        [ruleOf({ limitPerReferee: 1 })],
        order('b', 9, { occurredAt: minute(2) }),
        order('a', 900, { occurredAt: minute(1) }),
      ),
      ['order_of_another_time', 'rule_matched'],
    ],
    [
      'of a second report',
      reasons(ten, order('a'), order('b', 5_000, { orderId: 'o-a' })),
      ['order_already_rewarded'],
    ],
    [
      'of a second payment',
      reasons(ten, order('a', 500, { paymentId: 'p' }), order('b', 500, { orderId: 'o-a', paymentId: 'q' })),
      ['order_changed'],
    ],
    [
      'of a second payment that changes nothing',
      reasons(flat, order('a', 500, { paymentId: 'p' }), order('b', 500, { orderId: 'o-a', paymentId: 'q' })),
      ['reward_unchanged'],
    ],
    [
      'of a release',
      reasons(
        [ruleOf({ hold: { untilEvent: 'order.delivered' } })],
        order('a'),
        eventOf({ eventId: 'd', type: 'order.delivered', orderId: 'o-a' }),
      ),
      ['hold_released'],
    ],
    [
      'of a reward cut by a cap',
      reasons([ruleOf({ caps: [{ period: 'ever', amount: 60, currency: 'USD' }] })], order('a')),
      ['clamped_to_cap'],
    ],
    [
      'of a cap that is used up',
      reasons([ruleOf({ caps: [{ period: 'ever', amount: 60, currency: 'USD' }] })], order('a'), order('b')),
      ['cap_reached'],
    ],
    [
      'of what comes too late',
      reasons([ruleOf({ months: 1 })], order('a', 1_000, { occurredAt: minute(31 * day) })),
      ['months_over'],
    ],
    ['of a level above all', reasons([ruleOf({ side: 'upline', level: 2 })], order('a')), ['no_such_level']],
  ])('%s', (_, tell, expected) => {
    expect(tell()).toEqual(expected);
  });

  it('names the rule, the one it pays and what the reward is worth now', () => {
    const at = worldOf({ rules: ten });
    happen(at, order('a'));
    const decision = happen(at, refund('r', 'a', 400));
    expect(decision.do === 'append' && decision.entry.explanation).toStrictEqual([
      {
        ruleId: 'commission',
        beneficiaryId: 'alice',
        outcome: 'adjusted',
        reason: 'order_refunded',
        amount: 60,
        currency: 'USD',
        programVersion: 4,
      },
    ]);
  });

  it('of a badge has no sum', () => {
    const { amount: _, ...badge } = ruleOf({ kind: 'badge', name: 'First sale' });
    const decision = happen(worldOf({ rules: [badge] }), order('a'));
    expect(decision.do === 'append' && decision.entry.explanation[0]).not.toHaveProperty('amount');
  });

  it('of a skip names whom it passes over, if there is anybody', () => {
    const rules = [ruleOf({ months: 1 }), ruleOf({ ruleId: 'high', side: 'upline', level: 2 })];
    const late = order('a', 1_000, { occurredAt: minute(31 * day) });
    expect(happen(worldOf({ rules }), late)).toStrictEqual({
      do: 'nothing',
      explanation: [
        {
          ruleId: 'commission',
          beneficiaryId: 'alice',
          outcome: 'skipped',
          reason: 'months_over',
          programVersion: 4,
        },
        { ruleId: 'high', outcome: 'skipped', reason: 'no_such_level', programVersion: 4 },
      ],
    });
  });
});
