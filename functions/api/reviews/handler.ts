import { refuse } from '../../../shared/contract/problems.ts';
import * as contract from '../../../shared/contract/reviews.ts';
import { answerWith, pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { journalItems } from '../../../shared/table/journal-items.ts';
import { milestoneItems } from '../../../shared/table/milestone-items.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { referralItems } from '../../../shared/table/referral-items.ts';
import { reviewItems } from '../../../shared/table/review-items.ts';
import { standingItems } from '../../../shared/table/standing-items.ts';
import { decideReview } from '../../../shared/usecases/fraud/decide-review.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = {
  ...system,
  ...journalItems(table),
  ...milestoneItems(table),
  ...participantItems(table),
  ...programItems(table),
  ...referralItems(table),
  ...reviewItems(table),
  ...standingItems(table),
};

const listReviews = operation(contract.listReviews, async ({ params, query }) => {
  if ((await ports.findProgram(params.programId)) === undefined) return refuse('program_not_found');
  const page = await ports.listReviews(params.programId, query.state ?? 'open', pageOf(query));
  return pageAnswer('reviews', page, (review) => review);
});

const postDecision = operation(
  contract.decideReview,
  async ({ params, body, keyId = 'unknown', requestId }) => {
    const deciding = { decision: body.decision, note: body.reason, keyId, requestId };
    return answerWith('review', await decideReview(ports, params.reviewId, deciding));
  },
);

export const handler = serveRoutes([listReviews, postDecision]);
