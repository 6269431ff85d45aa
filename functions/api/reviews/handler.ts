import { refuse } from '../../../shared/contract/problems.ts';
import * as byHand from '../../../shared/contract/referral-decisions.ts';
import * as contract from '../../../shared/contract/reviews.ts';
import { groupReviews } from '../../../shared/domain/fraud/group-reviews.ts';
import { answerWith, pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { isProfane } from '../../../shared/runtime/profanity.ts';
import { system } from '../../../shared/runtime/system.ts';
import { broughtItems } from '../../../shared/table/brought-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { journalItems } from '../../../shared/table/journal-items.ts';
import { linkItems } from '../../../shared/table/link-items.ts';
import { milestoneItems } from '../../../shared/table/milestone-items.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { referralItems } from '../../../shared/table/referral-items.ts';
import { reviewItems } from '../../../shared/table/review-items.ts';
import { standingItems } from '../../../shared/table/standing-items.ts';
import { decideReferral, type ReferralDeciding } from '../../../shared/usecases/fraud/decide-referral.ts';
import { decideReview } from '../../../shared/usecases/fraud/decide-review.ts';
import { decideReviews } from '../../../shared/usecases/fraud/decide-reviews.ts';
import { dryRunRules } from '../../../shared/usecases/fraud/dry-run-rules.ts';
import { previewDecision } from '../../../shared/usecases/fraud/preview-decision.ts';
import { reassignReferral } from '../../../shared/usecases/referrals/reassign-referral.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = {
  ...system,
  isProfane,
  ...broughtItems(table),
  ...journalItems(table),
  ...linkItems(table),
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
    return dryRunRules(ports, params.programId, { changes: fraud, days }, page);
  },
);

const findOwner = ({ params }: { readonly params: { readonly reviewId: string } }) =>
  ports.findReview(params.reviewId);

const getReview = operation(
  contract.getReview,
  async ({ params }) =>
    answerWith('review', (await ports.findReview(params.reviewId)) ?? refuse('review_not_found')),
  findOwner,
);

const getPreview = operation(
  contract.previewDecision,
  async ({ params, query }) => previewDecision(ports, params.reviewId, query.decision ?? 'approve'),
  findOwner,
);

/** Cases that are decided in a call: each takes some ten calls of the table. */
const decidedAtOnce = 25;

const postDecisions = operation(
  contract.decideReviews,
  async ({ params: { programId }, body, keyId = 'unknown', requestId }) => {
    if ((await ports.findProgram(programId)) === undefined) return refuse('program_not_found');
    const { state, userId: referrerId, rule, decision, reason: note, limit = decidedAtOnce, cursor } = body;
    const wanted = { programId, state, where: { referrerId, reason: rule } };
    const deciding = { decision, note, keyId, requestId };
    const decided = await decideReviews(ports, wanted, deciding, pageOf({ limit, cursor }));
    return decided ?? refuse('invalid_cursor');
  },
);

const postDecision = operation(
  contract.decideReview,
  async ({ params, body, keyId = 'unknown', requestId }) => {
    const deciding = { decision: body.decision, note: body.reason, keyId, requestId };
    return answerWith('review', await decideReview(ports, params.reviewId, deciding));
  },
  findOwner,
);

const whoseReferral = async ({ params }: { readonly params: { readonly referralId: string } }) => {
  const found = await ports.findReferral(params.referralId);
  return found && { programId: found.programId, userId: found.referrerId };
};

interface ByHand {
  readonly params: { readonly referralId: string };
  readonly body?: { readonly reason?: string | undefined } | undefined;
  readonly keyId?: string | undefined;
  readonly requestId: string;
}

const deciding =
  (decision: ReferralDeciding['decision']) =>
  ({ params, body, keyId = 'unknown', requestId }: ByHand) =>
    decideReferral(ports, params.referralId, { decision, note: body?.reason, keyId, requestId });

const reassign = operation(
  byHand.reassignReferral,
  async ({ params, body, keyId = 'unknown', requestId, system: by }) => {
    const { earned = 'stays' } = body;
    const operator = { keyId, requestId };
    return answerWith(
      'referral',
      await reassignReferral({ ...ports, ...by }, params.referralId, { ...body, earned }, operator),
    );
  },
  whoseReferral,
);

export const handler = serveRoutes([
  listReviews,
  getGroups,
  postDryRun,
  getReview,
  getPreview,
  postDecision,
  postDecisions,
  operation(byHand.approveReferral, deciding('approve'), whoseReferral),
  operation(byHand.rejectReferral, deciding('reject'), whoseReferral),
  reassign,
]);
