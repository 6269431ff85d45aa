import { isRefusal, type Refusal } from '../../contract/problems.ts';
import { isBanned } from '../../domain/fraud/ban.ts';
import type { Review, ReviewState } from '../../domain/fraud/review.ts';
import type { PayoutRecord } from '../../domain/money/payout.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import { everyItem } from '../every-item.ts';
import { cancelPayout } from '../payouts/cancel-payout.ts';
import type { SettlePayoutPorts } from '../payouts/settle-payout.ts';
import { type DecideCasePorts, decideCase } from './decide-case.ts';

export interface FollowBanPorts extends DecideCasePorts, SettlePayoutPorts {
  /** A participant's payouts that have not been sent, a page at a time. */
  payoutsNotSent(programId: string, userId: string): AsyncIterable<readonly PayoutRecord[]>;
  listReviews(
    programId: string,
    state: ReviewState,
    page: PageRequest,
    where: { readonly referrerId: string },
  ): Promise<Page<Review> | undefined>;
  /** Leaves a mark on a case, from which another call follows. */
  askToGoOn(reviewId: string): Promise<void>;
}

/** As many payouts and cases as one message's time is enough for. */
const chunkSize = 50;

/**
 * Does what follows from a ban: cancels the payouts of whoever is banned that have not been sent, and rejects what else
 * of theirs waits for a decision, on the word of who banned them. Of one that has ended it puts back what was rejected
 * with it, unless another still bans them. It does a part and asks for the rest. Each is done once however often it is
 * called, and none once the ban has turned meanwhile.
 *
 * @throws what stood in the way, for the queue to try again
 */
export async function followBan(ports: FollowBanPorts, reviewId: string): Promise<void> {
  const review = await ports.findReview(reviewId);
  if (review === undefined) return;
  const referrer = await ports.findParticipant(review.programId, review.referrerId);
  if (referrer === undefined || isBanned(referrer) !== (review.state === 'banned')) return;
  const steps = isBanned(referrer) ? consequencesOf(ports, review) : restored(ports, review);
  let done = 0;
  for await (const follow of steps) {
    if (done === chunkSize) return ports.askToGoOn(reviewId);
    const outcome = await follow();
    if (!isRefusal(outcome)) done += 1;
    else if (outcome.refused === 'contended') throw new Error('What follows from a ban is contended');
  }
}

type Steps = AsyncGenerator<() => Promise<object | Refusal>>;

/** What a ban brings. Some may be done already, or decided otherwise: that stays as it is. */
async function* consequencesOf(ports: FollowBanPorts, ban: Review): Steps {
  const { programId, referrerId } = ban;
  const operator = operatorOf(ban);
  for await (const records of ports.payoutsNotSent(programId, referrerId)) {
    for (const { payout } of records) {
      yield () => cancelPayout({ ...ports, operator }, payout.payoutId, 'participant_banned');
    }
  }
  for await (const review of casesOf(ports, ban, 'open')) yield () => decide(ports, review, 'reject', ban);
}

/** What the end of a ban brings: the cases that were rejected with one, this or another, are open again, but for circles. */
async function* restored(ports: FollowBanPorts, ended: Review): Steps {
  for await (const review of casesOf(ports, ended, 'rejected')) {
    if (review.followsBan !== undefined) yield () => decide(ports, review, 'undo', ended);
  }
}

const operatorOf = ({ reviewId, decidedBy = 'unknown' }: Review) => ({
  keyId: decidedBy,
  requestId: reviewId,
});

function decide(ports: FollowBanPorts, listed: Review, decision: 'reject' | 'undo', from: Review) {
  const deciding = { decision, note: from.note, followsBan: from.reviewId, ...operatorOf(from) };
  return decideCase(ports, deciding, async () => {
    const stored = await ports.findReview(listed.reviewId);
    const isAsListed = stored?.state === listed.state && stored.followsBan === listed.followsBan;
    return isAsListed ? { review: stored, stored } : undefined;
  }).then((decided) => decided ?? listed);
}

/** The cases of a referrer that are in a state. */
const casesOf = (ports: FollowBanPorts, { programId, referrerId }: Review, state: ReviewState) =>
  everyItem(chunkSize, (page) => ports.listReviews(programId, state, page, { referrerId }));
