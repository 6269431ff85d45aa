import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Progress } from '../../domain/milestones/measure.ts';
import { type MilestoneProgress, milestoneProgress } from '../../domain/milestones/progress.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { Reward } from '../../domain/rewards/reward.ts';
import { isoTime, type System } from '../system.ts';

export interface ListRewardsPorts extends Pick<System, 'now'> {
  findProgram(programId: string): Promise<Program | undefined>;
  findOverview(
    programId: string,
    userId: string,
    now: string,
  ): Promise<{ progress: Progress; milestones: readonly Reward[] } | undefined>;
  listRewards(
    programId: string,
    userId: string,
    page: PageRequest,
    now: string,
  ): Promise<Page<Reward> | undefined>;
}

export interface RewardsAnswer {
  readonly rewards: readonly Reward[];
  readonly milestones: readonly MilestoneProgress[];
  readonly nextCursor?: string;
}

/** A participant's rewards, newest first, and how far they are with each milestone. */
export async function listRewards(
  ports: ListRewardsPorts,
  programId: string,
  userId: string,
  page: PageRequest,
): Promise<RewardsAnswer | Refusal> {
  const now = isoTime(ports.now());
  const [program, overview, rewards] = await Promise.all([
    ports.findProgram(programId),
    ports.findOverview(programId, userId, now),
    ports.listRewards(programId, userId, page, now),
  ]);
  if (overview === undefined) return refuse('participant_not_found');
  if (rewards === undefined) return refuse('invalid_cursor');
  const granted = new Map(overview.milestones.map((reward) => [reward.milestoneId, reward]));
  return {
    rewards: rewards.items,
    milestones: (program?.milestones ?? []).map((milestone) =>
      milestoneProgress(milestone, overview.progress, granted.get(milestone.milestoneId)),
    ),
    ...(rewards.nextCursor !== undefined && { nextCursor: rewards.nextCursor }),
  };
}
