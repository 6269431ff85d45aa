import { isRefusal, type ProblemCode } from '../../contract/problems.ts';
import type { Review, ReviewState } from '../../domain/fraud/review.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import { type DecideCasePorts, type Deciding, decideCase } from './decide-case.ts';

export interface DecideReviewsPorts extends DecideCasePorts {
  listReviews(
    programId: string,
    state: ReviewState,
    page: PageRequest,
    where: WantedCases['where'],
  ): Promise<Page<Review> | undefined>;
}

/** Which cases to decide. */
export interface WantedCases {
  readonly programId: string;
  readonly state: ReviewState;
  readonly where: { readonly referrerId?: string | undefined; readonly reason?: string | undefined };
}

/** What became of one case. */
export interface DecidedCase {
  readonly reviewId: string;
  /** `changed_meanwhile`: it was not in the state any more, and was left as it is. Or why it could not be decided. */
  readonly outcome: 'decided' | 'changed_meanwhile' | ProblemCode;
  /** As the decision left it. */
  readonly state?: ReviewState;
}

export interface DecidedCases {
  readonly results: readonly DecidedCase[];
  readonly nextCursor?: string;
}

/**
 * Decides a page of the cases of a state alike, each as by itself, one after the other, since those of one referrer
 * change the same counts.
 *
 * @returns undefined if the cursor is none of this list
 */
export async function decideReviews(
  ports: DecideReviewsPorts,
  { programId, state, where }: WantedCases,
  deciding: Deciding,
  page: PageRequest,
): Promise<DecidedCases | undefined> {
  const found = await ports.listReviews(programId, state, page, where);
  if (found === undefined) return undefined;
  const results: DecidedCase[] = [];
  for (const { reviewId } of found.items) results.push(await decideOne(ports, reviewId, state, deciding));
  const { nextCursor } = found;
  return { results, ...(nextCursor !== undefined && { nextCursor }) };
}

/** The list may lag behind: a case that has left its state is no longer meant. */
async function decideOne(
  ports: DecideReviewsPorts,
  reviewId: string,
  state: ReviewState,
  deciding: Deciding,
): Promise<DecidedCase> {
  const decided = await decideCase(ports, deciding, async () => {
    const review = await ports.findReview(reviewId);
    return review?.state === state ? { review, stored: review } : undefined;
  });
  if (decided === undefined) return { reviewId, outcome: 'changed_meanwhile' };
  if (isRefusal(decided)) return { reviewId, outcome: decided.refused };
  return { reviewId, outcome: 'decided', state: decided.state };
}
