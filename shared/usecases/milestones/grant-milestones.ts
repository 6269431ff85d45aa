import { dueSteps, type GrantedMilestone, type MilestoneStep } from '../../domain/milestones/granted.ts';
import type { Progress } from '../../domain/milestones/measure.ts';
import type { Milestone, Program } from '../../domain/programs/program.ts';
import { whileContended } from '../retry.ts';
import { isoTime, type System } from '../system.ts';

interface MilestoneWrite {
  readonly programId: string;
  readonly userId: string;
  readonly milestone: Milestone;
  readonly ulid: string;
  readonly at: string;
}

export interface GrantMilestonesPorts extends System {
  findProgram(programId: string): Promise<Program | undefined>;
  findMilestones(
    programId: string,
    userId: string,
  ): Promise<{ readonly progress: Progress; readonly granted: readonly GrantedMilestone[] }>;
  grantMilestone(
    grant: MilestoneWrite & { readonly programVersion: number },
  ): Promise<'granted' | 'granted_before' | 'again'>;
  turnMilestone(
    turn: MilestoneWrite & { readonly to: 'reversed' | 'available'; readonly turn: number },
  ): Promise<'turned' | 'again'>;
}

/**
 * Brings a participant's milestones in line with their progress: grants what they have reached, each once, and takes
 * back or gives again what the program lets go with the progress.
 *
 * It is asked after every change of the progress, any number of times, in any order, by several at once. It ends right
 * because each write holds only where its reason does: a grant where there is none yet, a change where the reward is
 * as it was read and the progress, looked at within the same transaction, is on the side that the change needs. So who
 * has read old progress can write nothing by it; who asks after the last change of the progress finds what is left to
 * do and does it, or loses to another who does it, and reads again.
 *
 * @throws if others kept changing the participant: the message is to come again
 */
export async function grantMilestones(
  ports: GrantMilestonesPorts,
  programId: string,
  userId: string,
): Promise<void> {
  const program = await ports.findProgram(programId);
  if (program === undefined) return;
  const done = await whileContended(async () => {
    const { progress, granted } = await ports.findMilestones(programId, userId);
    const steps = dueSteps(program.milestones, granted, progress);
    return (await takeAll(ports, program, userId, steps)) ? true : 'again';
  });
  if (done === undefined) throw new Error('Too many changes of a participant at once');
}

/** Takes all steps. @returns whether none was in another's way */
async function takeAll(
  ports: GrantMilestonesPorts,
  program: Program,
  userId: string,
  steps: readonly MilestoneStep[],
): Promise<boolean> {
  let isDone = true;
  for (const step of steps) {
    if ((await take(ports, program, userId, step)) === 'again') isDone = false;
  }
  return isDone;
}

function take(ports: GrantMilestonesPorts, program: Program, userId: string, due: MilestoneStep) {
  const now = ports.now();
  const common = { programId: program.programId, userId, ulid: ports.ulid(now), at: isoTime(now) };
  if (due.step === 'grant') {
    const { milestone } = due;
    return ports.grantMilestone({ ...common, milestone, programVersion: program.version });
  }
  const to = due.step === 'reverse' ? 'reversed' : 'available';
  const { terms: milestone, turn } = due.granted;
  return ports.turnMilestone({ ...common, milestone, to, turn });
}
