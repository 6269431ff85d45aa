import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Review } from '../../domain/fraud/review.ts';
import { type DecideCasePorts, type Deciding, decideCase } from './decide-case.ts';

/** Decides a case of the review queue. */
export async function decideReview(
  ports: DecideCasePorts,
  reviewId: string,
  deciding: Deciding,
): Promise<Review | Refusal> {
  const review = await decideCase(ports, deciding, async () => {
    const stored = await ports.findReview(reviewId);
    return stored && { review: stored, stored };
  });
  return review ?? refuse('review_not_found');
}
