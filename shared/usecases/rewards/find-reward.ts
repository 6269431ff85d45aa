import { parseRewardId } from '../../domain/ids.ts';
import type { Reward } from '../../domain/rewards/reward.ts';
import { isoTime, type System } from '../system.ts';

export interface FindRewardPorts extends Pick<System, 'now'> {
  findJournalReward(
    refereeKey: string,
    position: number,
    part: number,
    now: string,
  ): Promise<Reward | undefined>;
  findMilestoneReward(key: string, milestoneId: string): Promise<Reward | undefined>;
}

/** Finds a reward by its id, which says where it is kept. */
export async function findReward(ports: FindRewardPorts, rewardId: string): Promise<Reward | undefined> {
  const place = parseRewardId(rewardId);
  if (place === undefined) return undefined;
  return place.in === 'journal'
    ? ports.findJournalReward(place.participantKey, place.position, place.part, isoTime(ports.now()))
    : ports.findMilestoneReward(place.participantKey, place.milestoneId);
}
