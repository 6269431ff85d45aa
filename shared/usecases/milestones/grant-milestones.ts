import { reachedMilestones } from '../../domain/milestones/progress.ts';
import type { Milestone, Program } from '../../domain/programs/program.ts';
import type { ReferralProgress } from '../../domain/referrals/referral.ts';
import { isoTime, type System } from '../system.ts';

export interface GrantMilestonesPorts extends System {
  findProgram(programId: string): Promise<Program | undefined>;
  findProgress(programId: string, userId: string): Promise<ReferralProgress>;
  grantMilestone(grant: {
    programId: string;
    programVersion: number;
    userId: string;
    milestone: Milestone;
    createdAt: string;
  }): Promise<'granted' | 'granted_before'>;
}

/**
 * Grants a participant every milestone that their completed referrals have reached, each once.
 * Calling it again, or at the same moment, changes nothing.
 */
export async function grantMilestones(
  ports: GrantMilestonesPorts,
  programId: string,
  userId: string,
): Promise<void> {
  const program = await ports.findProgram(programId);
  if (program === undefined || program.milestones.length === 0) return;
  const { completed } = await ports.findProgress(programId, userId);
  const createdAt = isoTime(ports.now());
  for (const milestone of reachedMilestones(program.milestones, completed)) {
    await ports.grantMilestone({ programId, programVersion: program.version, userId, milestone, createdAt });
  }
}
