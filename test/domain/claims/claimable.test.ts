import { describe, expect, it } from 'vitest';
import { type Claimable, judgeClaim } from '../../../shared/domain/claims/claimable.ts';

const now = '2026-11-21T10:00:00.000Z';
const reward = (more: Partial<Claimable>): Claimable => ({
  rewardId: 'rwd_x',
  programId: 'default',
  userId: 'alice',
  kind: 'badge',
  status: 'made',
  bucket: 'available',
  given: 'before',
  ...more,
});
const money = { amount: 100, currency: 'USD' };

describe('judgeClaim', () => {
  it.each([
    ['a badge', { kind: 'badge' }, 'nothing'],
    ['a perk', { kind: 'perk' }, 'nothing'],
    ['a coupon with its code', { kind: 'coupon', couponCode: 'A' }, 'nothing'],
    ['credit', { kind: 'credit', ...money }, 'from_balance'],
    ['points', { kind: 'points', amount: 5, currency: 'points' }, 'from_balance'],
    ['credit whose day has come', { kind: 'credit', ...money, bucket: '2026-11-21' }, 'from_balance'],
    ['money that a claim gives', { kind: 'cash', ...money, given: 'by_claim' }, 'to_balance'],
  ] as const)('takes %s', (_, more, moves) => {
    expect(judgeClaim(reward(more), now)).toEqual({ moves });
  });

  it.each([
    ['what was taken back', { status: 'reversed' }, 'taken back'],
    ['cash', { kind: 'cash', ...money }, 'payout'],
    ['what is held', { kind: 'credit', ...money, bucket: '2026-11-22' }, '2026-11-22'],
    ['what waits', { kind: 'badge', bucket: 'waiting' }, 'decision'],
    ['a coupon without a code', { kind: 'coupon' }, 'code'],
  ] as const)('refuses %s, and says why', (_, more, word) => {
    expect(judgeClaim(reward(more), now)).toEqual({
      refused: 'not_claimable',
      detail: expect.stringContaining(word),
    });
  });

  it('knows what has been claimed', () => {
    expect(judgeClaim(reward({ status: 'claimed' }), now)).toEqual({ refused: 'already_claimed' });
  });
});
