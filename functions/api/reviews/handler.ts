import { refuse } from '../../../shared/contract/problems.ts';
import * as contract from '../../../shared/contract/reviews.ts';
import { groupReviews } from '../../../shared/domain/fraud/group-reviews.ts';
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
import { dryRunRules } from '../../../shared/usecases/fraud/dry-run-rules.ts';

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

const listReviews = operation(contract.listReviews, async ({ params: { programId }, query }) => {
  if ((await ports.findProgram(programId)) === undefined) return refuse('program_not_found');
  const { state = 'open', userId: referrerId, reason } = query;
  const page = await ports.listReviews(programId, state, pageOf(query), { referrerId, reason });
  return pageAnswer('reviews', page, (review) => review);
});

/** Cases that are grouped at once: a megabyte or two. */
const grouped = 1_000;

const getGroups = operation(contract.groupReviews, async ({ params: { programId }, query }) => {
  if ((await ports.findProgram(programId)) === undefined) return refuse('program_not_found');
  const page = { ...pageOf(query), limit: grouped };
  const found = await ports.listReviews(programId, query.state ?? 'open', page);
  if (found === undefined) return refuse('invalid_cursor');
  const { byReferrer, byReason, cases } = groupReviews(found.items);
  return {
    cases,
    byReferrer: byReferrer.map(({ name, ...group }) => ({ userId: name, ...group })),
    byReason: byReason.map(({ name, ...group }) => ({ reason: name, ...group })),
    ...(found.nextCursor !== undefined && { nextCursor: found.nextCursor }),
  };
});

/** Participants whom a dry run looks at unless it is told: some ten batches of reads. */
const tried = 1_000;

const postDryRun = operation(
  contract.dryRunRules,
  async ({ params, body: { fraud, days = 30, limit = tried, cursor } }) => {
    const page = pageOf({ limit, cursor });
    return dryRunRules(ports, params.programId, { wanted: fraud, days }, page);
  },
);

const postDecision = operation(
  contract.decideReview,
  async ({ params, body, keyId = 'unknown', requestId }) => {
    const deciding = { decision: body.decision, note: body.reason, keyId, requestId };
    return answerWith('review', await decideReview(ports, params.reviewId, deciding));
  },
);

export const handler = serveRoutes([listReviews, getGroups, postDryRun, postDecision]);
