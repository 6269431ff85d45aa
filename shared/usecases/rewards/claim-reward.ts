import { type Refusal, refuse } from '../../contract/problems.ts';
import { parseRewardId } from '../../domain/ids.ts';
import type { Reward } from '../../domain/rewards/reward.ts';
import { isoTime, type System } from '../system.ts';
import { type FindRewardPorts, findReward } from './find-reward.ts';

export interface ClaimRewardPorts extends FindRewardPorts, System {
  claimMilestone(key: string, milestoneId: string, claimedAt: string): Promise<Reward | undefined>;
}

/**
 * Claims a reward that waits to be claimed, once.
 *
 * @param userId whose it must be, if given
 */
export async function claimReward(
  ports: ClaimRewardPorts,
  rewardId: string,
  userId?: string,
): Promise<Reward | Refusal> {
  const reward = await findReward(ports, rewardId);
  if (reward === undefined || (userId !== undefined && reward.userId !== userId))
    return refuse('reward_not_found');
  const place = parseRewardId(rewardId);
  if (place?.in !== 'milestone') {
    return refuse('not_claimable', {
      detail: 'Money goes to the balance by itself and is taken by a payout',
    });
  }
  const claimed = await ports.claimMilestone(place.participantKey, place.milestoneId, isoTime(ports.now()));
  return claimed ?? refuse('already_claimed', { extra: { reward: await findReward(ports, rewardId) } });
}
