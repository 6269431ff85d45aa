import type { Metric, Milestone } from '../programs/program.ts';
import { measureWithin, type Progress } from './measure.ts';

/** A milestone as its participant sees it. */
export interface MilestoneProgress {
  readonly milestoneId: string;
  readonly name: string;
  readonly metric: Metric;
  /** Set where the metric is revenue. */
  readonly currency?: string;
  /** A number, or minor units where the metric is revenue. */
  readonly target: number;
  /** At most the target. */
  readonly progress: number;
  readonly status: 'locked' | 'available' | 'claimed' | 'reversed';
  readonly rewardId?: string;
}

/** Progress to one milestone. `granted`: its reward, once there is one. */
export function milestoneProgress(
  milestone: Milestone,
  progress: Progress,
  granted: { readonly rewardId: string; readonly status: string } | undefined,
): MilestoneProgress {
  const { metric, value, currency } = milestone.threshold;
  return {
    milestoneId: milestone.milestoneId,
    name: milestone.name,
    metric,
    ...(currency !== undefined && { currency }),
    target: value,
    progress: measureWithin(progress, milestone.threshold),
    status: statusOf(granted?.status),
    ...(granted && { rewardId: granted.rewardId }),
  };
}

/** A coupon that waits for its code is granted all the same. */
function statusOf(reward: string | undefined): MilestoneProgress['status'] {
  if (reward === undefined) return 'locked';
  return reward === 'claimed' || reward === 'reversed' ? reward : 'available';
}
