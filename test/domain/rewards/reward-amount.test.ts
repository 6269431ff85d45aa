import { expect, it } from 'vitest';
import type { RewardAmount, Rule } from '../../../shared/domain/programs/program.ts';
import { rewardFor } from '../../../shared/domain/rewards/reward-amount.ts';

const rule = (amount: RewardAmount): Rule => ({
  ruleId: 'a',
  event: 'order.paid',
  side: 'referrer',
  kind: 'cash',
  amount,
  limitPerReferee: null,
  excludedPaymentMethods: [],
});
const flat = rule({ type: 'flat', amount: 250, currency: 'EUR' });
const share = rule({ type: 'percentage', rate: '2.5' });
const usd = (amount: number) => ({ amount, currency: 'USD' });

it.each([
  ['a share of an order', share, usd(1_000), usd(25)],
  ['a share of nothing', share, usd(0), usd(0)],
  ['a share of less than nothing', share, usd(-1), usd(0)],
  ['a share of an event without an amount', share, undefined, undefined],
  ['a flat sum for an order', flat, usd(1), { amount: 250, currency: 'EUR' }],
  ['a flat sum for nothing', flat, usd(0), { amount: 0, currency: 'EUR' }],
  ['a flat sum for less than nothing', flat, usd(-5), { amount: 0, currency: 'EUR' }],
  ['a flat sum for an event without an amount', flat, undefined, { amount: 250, currency: 'EUR' }],
])('%s', (_, given, net, reward) => expect(rewardFor(given, net)).toEqual(reward));
