import { type Refusal, refuse } from '../../contract/problems.ts';
import { type ClickTotals, conversionRate } from '../../domain/clicks/totals.ts';
import type { Balance } from '../../domain/money/balance.ts';
import type { ReferralProgress } from '../../domain/referrals/referral.ts';
import { isoTime, type System } from '../system.ts';

export interface ReadStatsPorts extends Pick<System, 'now'> {
  findOverview(
    programId: string,
    userId: string,
    now: string,
  ): Promise<
    | {
        clicks: ClickTotals;
        progress: ReferralProgress;
        balances: readonly Balance[];
        rewardCount: number;
        milestones: readonly unknown[];
      }
    | undefined
  >;
}

/** A participant's clicks, referrals, rewards and balances, as they are at this moment. */
export async function readStats(ports: ReadStatsPorts, programId: string, userId: string) {
  const overview = await ports.findOverview(programId, userId, isoTime(ports.now()));
  if (overview === undefined) return refuse('participant_not_found') satisfies Refusal;
  const { clicks, balances, rewardCount, milestones } = overview;
  const { pending, completed, rejected, inReview } = overview.progress;
  return {
    userId,
    programId,
    ...clicks,
    referrals: { pending, completed, rejected, inReview },
    conversionRate: conversionRate(completed, clicks.uniqueClicks),
    rewards: { count: rewardCount, milestones: milestones.length },
    balances,
  };
}
