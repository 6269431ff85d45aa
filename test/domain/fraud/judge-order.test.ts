import { describe, expect, it } from 'vitest';
import { judgeOrder, needsCounts } from '../../../shared/domain/fraud/judge-order.ts';
import type { OrderSignals } from '../../../shared/domain/fraud/order-signals.ts';
import type { FraudSettings } from '../../../shared/domain/fraud/settings.ts';
import { honest } from './signals.ts';

const at = '2026-11-21T12:00:00.000Z';
const seen = (type: string): OrderSignals => ({
  event: { type, at },
  referral: {
    ...{ programId: 'default', referrerId: 'alice', refereeId: 'bob', upline: ['alice'] },
    ...{ referralId: 'ref_1', code: 'k7m2qxw9', status: 'completed', programVersion: 1, createdAt: at },
  },
  facts: [],
  ofReferrer: { orders: 100, refundedOrders: 90 },
});
const rejecting: FraudSettings = {
  rules: { refund_rate: { action: 'reject' }, same_device: { action: 'hold' } },
};
const onOneDevice = { ...honest, referee: { ...honest.referee, device: honest.referrer.device ?? '' } };

describe('the judgement of an event', () => {
  it('rejects an order, but no refund, since that would leave what its order has earned', () => {
    expect(judgeOrder(seen('order.paid'), undefined, rejecting).action).toBe('reject');
    for (const type of ['order.refunded', 'order.cancelled', 'order.charged_back']) {
      const { action, findings } = judgeOrder(seen(type), undefined, rejecting);
      expect(action, type).toBe('flag');
      expect(findings.map(({ ruleId }) => ruleId)).toEqual(['refund_rate']);
    }
  });

  it('lets a refund hold the referral', () => {
    const holding = { rules: { refund_rate: { action: 'hold' } } } as const;
    expect(judgeOrder(seen('order.refunded'), undefined, holding).action).toBe('hold');
  });

  it('holds who sent an order against its referrer, and looks at the order as well', () => {
    const { findings } = judgeOrder(seen('order.paid'), onOneDevice, rejecting);
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(['refund_rate', 'same_device']);
    expect(
      judgeOrder(seen('order.paid'), onOneDevice, { rules: { same_device: { action: 'hold' } } }),
    ).toEqual(expect.objectContaining({ action: 'hold' }));
  });

  it('does not ask who sent what changes an order', () => {
    expect(judgeOrder(seen('order.updated'), onOneDevice, {}).findings).toEqual([]);
  });
});

describe('the counts of a referrer', () => {
  it.each([
    ['order.paid', true],
    ['order.refunded', true],
    ['order.cancelled', true],
    ['order.charged_back', true],
    ['order.updated', false],
    ['email.verified', false],
  ])('%s is judged by them: %s', (type, needed) => expect(needsCounts(type, rejecting)).toBe(needed));

  it('are not needed where the rule is off', () => {
    expect(needsCounts('order.paid', { rules: { refund_rate: { action: 'off' } } })).toBe(false);
    expect(needsCounts('order.paid', undefined)).toBe(false);
  });
});
