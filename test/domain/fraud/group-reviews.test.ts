import { expect, it } from 'vitest';
import { groupReviews } from '../../../shared/domain/fraud/group-reviews.ts';
import type { Review } from '../../../shared/domain/fraud/review.ts';

function reviewOf(number: number, referrerId: string, ...reasons: string[]): Review {
  return {
    reviewId: `rev_${number}`,
    programId: 'default',
    referralId: `ref_${number}`,
    referrerId,
    refereeId: `user${number}`,
    state: 'open',
    origin: 'open',
    reasons,
    score: 0,
    findings: [],
    decisions: 0,
    createdAt: `2026-11-21T00:00:0${number}.000Z`,
  };
}

it('counts cases by referrer and by rule, the largest groups first, with the newest case of each', () => {
  const newestFirst = [
    reviewOf(4, 'zoe', 'same_device'),
    reviewOf(3, 'ann', 'same_device', 'same_ip'),
    reviewOf(2, 'ann', 'velocity_ip'),
    reviewOf(1, 'ann', 'same_ip', 'same_device'),
  ];
  const newest = (number: number) => ({
    reviewId: `rev_${number}`,
    createdAt: `2026-11-21T00:00:0${number}.000Z`,
  });
  expect(groupReviews(newestFirst)).toEqual({
    cases: 4,
    byReferrer: [
      { name: 'ann', cases: 3, newest: newest(3) },
      { name: 'zoe', cases: 1, newest: newest(4) },
    ],
    byReason: [
      { name: 'same_device', cases: 3, newest: newest(4) },
      { name: 'same_ip', cases: 2, newest: newest(3) },
      { name: 'velocity_ip', cases: 1, newest: newest(2) },
    ],
  });
  expect(groupReviews([])).toEqual({ cases: 0, byReferrer: [], byReason: [] });
});
