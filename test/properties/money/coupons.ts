import { expect } from 'vitest';
import { journalRewardId, milestoneRewardId, participantKey } from '../../../shared/domain/ids.ts';
import type { Books } from './books.ts';

/** A reward that is a coupon, as it is stored. */
interface CouponReward {
  readonly rewardId: string;
  readonly code: string | undefined;
  readonly isWaiting: boolean;
  /** It stands, and waits for no event. */
  readonly isDue: boolean;
}

/** The rewards of a program that are coupons. */
export function couponRewards({ journal, milestones }: Books, programId: string): readonly CouponReward[] {
  const earned = journal
    .filter(({ posting }) => posting?.kind === 'coupon' && !posting.adjusts)
    .map(({ refereeKey, entry, part, ...item }) => ({
      rewardId: journalRewardId(refereeKey, entry.position, part),
      code: item.couponCode,
      isWaiting: item.couponWaiting === true,
      isDue: item.rewardStatus === 'made' && item.rewardAmount !== 0 && item.rewardBucket !== 'waiting',
    }));
  const reached = milestones
    .filter(({ terms }) => terms.kind === 'coupon')
    .map(({ userId, terms, rewardStatus, ...item }) => ({
      rewardId: milestoneRewardId(participantKey(programId, userId), terms.milestoneId),
      code: item.couponCode,
      isWaiting: item.couponWaiting === true,
      isDue: rewardStatus === 'available',
    }));
  return [...earned, ...reached];
}

/** Rule 5: a code is handed out once, a reward has one at the most, and a pool's numbers are those of its codes. */
export function checkCoupons(books: Books, programId: string): void {
  const rewards = couponRewards(books, programId);
  const given = rewards.flatMap(({ rewardId, code }) => (code === undefined ? [] : [`${code} ${rewardId}`]));
  const taken = books.coupons.filter(({ state }) => state === 'handed_out');
  expect(given.sort(), 'rule 5: codes that were handed out').toEqual(
    taken.map(({ code, rewardId }) => `${code} ${rewardId}`).sort(),
  );
  const [pool = { available: 0, handedOut: 0, waiting: 0 }] = books.pools;
  const numbers = [pool.available, pool.handedOut, pool.waiting].map((number) => number ?? 0);
  const waiting = rewards.filter(({ isWaiting }) => isWaiting).length;
  expect(numbers, 'what a pool says of itself').toEqual([
    books.coupons.length - taken.length,
    taken.length,
    waiting,
  ]);
}

/** When all messages are through, whoever is to have a code has one, unless there is none. */
export function checkAllServed(books: Books, programId: string): void {
  const isEmpty = books.coupons.every(({ state }) => state === 'handed_out');
  for (const { rewardId, code, isDue, isWaiting } of couponRewards(books, programId)) {
    const isServed = code !== undefined || (isEmpty && isWaiting);
    if (isDue) expect(isServed, `${rewardId} has a code, or waits for one`).toBe(true);
    else expect(isWaiting, `${rewardId} waits for a code that it is not to have`).toBe(false);
  }
}
