import type { Review } from './review.ts';

/** Cases that have something in common. */
export interface ReviewGroup {
  /** What: a user id, or a rule. */
  readonly name: string;
  readonly cases: number;
  readonly newest: Pick<Review, 'reviewId' | 'createdAt'>;
}

/** Cases by their referrer and by each rule that speaks against them: the largest groups first. */
export interface GroupedReviews {
  readonly cases: number;
  readonly byReferrer: readonly ReviewGroup[];
  readonly byReason: readonly ReviewGroup[];
}

/** Groups cases that are given newest first. */
export function groupReviews(reviews: readonly Review[]): GroupedReviews {
  return {
    cases: reviews.length,
    byReferrer: groupBy(reviews, ({ referrerId }) => [referrerId]),
    byReason: groupBy(reviews, ({ reasons }) => reasons),
  };
}

function groupBy(
  reviews: readonly Review[],
  namesOf: (review: Review) => readonly string[],
): readonly ReviewGroup[] {
  const groups = new Map<string, ReviewGroup>();
  for (const review of reviews) {
    const { reviewId, createdAt } = review;
    for (const name of namesOf(review)) {
      const known = groups.get(name) ?? { name, cases: 0, newest: { reviewId, createdAt } };
      groups.set(name, { ...known, cases: known.cases + 1 });
    }
  }
  return [...groups.values()].sort((a, b) => b.cases - a.cases);
}
