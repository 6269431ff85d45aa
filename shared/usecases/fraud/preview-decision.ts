import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import {
  isRejecting,
  nextState,
  type Review,
  type ReviewDecision,
  type ReviewState,
} from '../../domain/fraud/review.ts';
import type { ReferralStatus } from '../../domain/referrals/referral.ts';
import { decideReview } from '../../domain/rewards/decide-review.ts';
import { changeOf, foldJournal, type Posting } from '../../domain/rewards/journal.ts';
import { type DecidePorts, decideOnAccount, type RefereeAccount } from '../events/decide-on-account.ts';
import { findProgramFor } from '../events/load-terms.ts';
import { completionOf } from '../events/reward-referral.ts';
import type { FindChainPorts } from '../referrals/find-chain.ts';
import { type PreviewedReward, toPreviewed } from '../rewards/previewed-reward.ts';
import { standsAgain } from './decide-case.ts';
import { decisionStep, workOutSettlement } from './settle-review.ts';

export interface PreviewDecisionPorts extends DecidePorts, FindChainPorts {
  findReview(reviewId: string): Promise<Review | undefined>;
}

/** What a decision would do, if it were made now. */
export interface DecisionPreview {
  readonly state: ReviewState;
  readonly referralStatus: ReferralStatus;
  /** What it would add to balances, or take from them: the largest first. */
  readonly totals: readonly BalanceChange[];
  /** How many rewards it would make or change. */
  readonly count: number;
  /** The first {@link mostShown} of them. */
  readonly rewards: readonly PreviewedReward[];
}

interface BalanceChange {
  readonly userId: string;
  readonly kind: Posting['kind'];
  readonly currency: string;
  /** Minor units; negative where it is taken. */
  readonly change: number;
}

const mostShown = 100;

/**
 * Answers what a decision of a case would pay, or take back, and whom. Nothing is written. What the customer's own logic
 * would calculate for the completion is not asked for: the program's rules stand for it.
 */
export async function previewDecision(
  ports: PreviewDecisionPorts,
  reviewId: string,
  decision: ReviewDecision,
): Promise<DecisionPreview | Refusal> {
  const review = await ports.findReview(reviewId);
  if (review === undefined) return refuse('review_not_found');
  const state = nextState(review, decision);
  if (state === 'undo_first') return refuse('review_decided', { extra: { review } });
  const worked = await workOut(ports, review, state);
  if (isRefusal(worked)) return worked;
  const { postings, referralStatus } = worked;
  const rewards = postings.slice(0, mostShown).map(toPreviewed);
  return { state, referralStatus, totals: totalsOf(postings), count: postings.length, rewards };
}

async function workOut(ports: PreviewDecisionPorts, review: Review, state: ReviewState) {
  const { programId, refereeId } = review;
  const account = await ports.loadRefereeAccount(programId, refereeId);
  const { referral, journal } = account;
  const program = referral && (await findProgramFor(ports, referral));
  if (referral === undefined || program === undefined) return refuse('review_not_found');
  if (state === review.state) return { postings: [], referralStatus: referral.status };
  const unchanged = isRejecting(state) ? [] : await standsAgain(ports, referral);
  if (isRefusal(unchanged)) return unchanged;
  const step = decisionStep(review.decisions + 1);
  const outcome = await workOutSettlement(ports, { referral, journal, program }, step, (input) =>
    decideReview({ ...input, state }),
  );
  const after = { ...account, referral: outcome.referral, journal: [...journal, outcome.entry] };
  const postings = [...outcome.entry.postings, ...(await ofCompletion(ports, after))];
  return { postings, referralStatus: outcome.referral.status };
}

/** What the completion pays that the decision brings: it follows as an event of its own. */
async function ofCompletion(
  ports: PreviewDecisionPorts,
  account: RefereeAccount,
): Promise<readonly Posting[]> {
  const event = account.referral && completionOf(account.referral, ports.now());
  if (event === undefined) return [];
  const { hooks: _, ...rulesAlone } = ports;
  const decided = await decideOnAccount(rulesAlone, event, {
    ...account,
    journal: foldJournal(account.journal),
  });
  return decided.do === 'append' ? decided.entry.postings : [];
}

function totalsOf(postings: readonly Posting[]): readonly BalanceChange[] {
  const totals = new Map<string, BalanceChange>();
  for (const posting of postings) {
    const { beneficiaryId: userId, kind, currency } = posting;
    if (currency === undefined) continue;
    const key = JSON.stringify([userId, kind, currency]);
    const change = (totals.get(key)?.change ?? 0) + changeOf(posting);
    totals.set(key, { userId, kind, currency, change });
  }
  return [...totals.values()].sort((one, other) => Math.abs(other.change) - Math.abs(one.change));
}
