import { describe, expect, it } from 'vitest';
import { allOrderRules, judgeReferees, makeLabelledOrders } from '../../../bench/fraud/order-crowds.ts';
import { foundInRings } from '../../../bench/fraud/rings.ts';
import { orderRules } from '../../../shared/domain/fraud/order-rules.ts';

describe.each([1, 2, 3])('the labelled orders of seed %i', (seed) => {
  const orders = makeLabelledOrders(seed);
  const judged = judgeReferees(orders, allOrderRules);
  const share = (crowd: string, ruleId: string) => {
    const own = judged.filter((one) => one.crowd === crowd);
    const found = own.filter(({ verdict }) => verdict.findings.some((finding) => finding.ruleId === ruleId));
    return found.length / own.length;
  };

  it('show each ring by the rule that looks for it', () => {
    const shares = orderRules.map(({ ruleId }) => {
      const { found, of } = foundInRings(judged, ruleId);
      return [ruleId, found / of] as const;
    });
    const least = { fast_order: 0.9, too_many_coupons: 1, refund_rate: 0.3 };
    expect(shares.map(([ruleId]) => ruleId).sort()).toEqual(Object.keys(least).sort());
    for (const [ruleId, some] of shares)
      expect(some).toBeGreaterThanOrEqual(least[ruleId as keyof typeof least]);
  });

  it('have nobody honest in them who is found, but where the checkout makes the account', () => {
    const found = judged.filter(({ isFraud, verdict }) => !isFraud && verdict.action !== 'accept');
    expect(new Set(found.map(({ crowd }) => crowd))).toEqual(new Set(['accounts made at checkout']));
    expect(share('accounts made at checkout', 'fast_order')).toBe(1);
  });

  it('hold and reject nobody by the defaults', () => {
    const actions = new Set(judgeReferees(orders, undefined).map(({ verdict }) => verdict.action));
    expect([...actions].sort()).toEqual(['accept', 'flag']);
  });
});

it('the same seed makes the same orders, each with an id of its own', () => {
  expect(makeLabelledOrders(7)).toEqual(makeLabelledOrders(7));
  const ids = makeLabelledOrders(7).map(({ fact }) => fact.eventId);
  expect(new Set(ids).size).toBe(ids.length);
});
