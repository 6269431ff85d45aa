import type { Milestone } from '../programs/program.ts';

/** A milestone as its participant sees it. */
export interface MilestoneProgress {
  readonly milestoneId: string;
  readonly name: string;
  readonly completedReferrals: number;
  readonly progress: number;
  readonly status: 'locked' | 'available' | 'claimed';
  readonly rewardId?: string;
}

/** The milestones that this many completed referrals have reached. */
export function reachedMilestones(milestones: readonly Milestone[], completed: number): readonly Milestone[] {
  return milestones.filter((milestone) => completed >= milestone.completedReferrals);
}

/** Progress to one milestone. `granted`: the reward, once it is there. */
export function milestoneProgress(
  milestone: Milestone,
  completed: number,
  granted: { readonly rewardId: string; readonly status: string } | undefined,
): MilestoneProgress {
  return {
    milestoneId: milestone.milestoneId,
    name: milestone.name,
    completedReferrals: milestone.completedReferrals,
    progress: Math.min(completed, milestone.completedReferrals),
    status: granted === undefined ? 'locked' : granted.status === 'claimed' ? 'claimed' : 'available',
    ...(granted && { rewardId: granted.rewardId }),
  };
}
