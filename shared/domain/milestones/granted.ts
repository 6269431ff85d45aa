import type { Milestone } from '../programs/program.ts';
import { hasReached, type Progress } from './measure.ts';

/** A milestone that a participant has reached at some time. It stands on the terms that it was granted with. */
export interface GrantedMilestone {
  readonly terms: Milestone;
  readonly status: 'available' | 'claimed' | 'reversed';
  /** How often it has been taken back or given again. A change is written only where this is still so. */
  readonly turn: number;
}

/** What is to be done about a milestone. */
export type MilestoneStep =
  | { readonly step: 'grant'; readonly milestone: Milestone }
  | { readonly step: 'reverse' | 'restore'; readonly granted: GrantedMilestone };

/**
 * What a participant's progress asks for. Nothing is left to do once all of it is done, and doing one thing asks for
 * no other: so it does not matter how often, or in which order, this is asked.
 *
 * @param milestones of the program as it is now: those that can still be granted
 */
export function dueSteps(
  milestones: readonly Milestone[],
  granted: readonly GrantedMilestone[],
  progress: Progress,
): readonly MilestoneStep[] {
  const known = new Set(granted.map(({ terms }) => terms.milestoneId));
  const grants = milestones
    .filter(({ milestoneId, threshold }) => !known.has(milestoneId) && hasReached(progress, threshold))
    .map((milestone): MilestoneStep => ({ step: 'grant', milestone }));
  return [...grants, ...granted.flatMap((one) => turnOf(one, progress))];
}

function turnOf(granted: GrantedMilestone, progress: Progress): MilestoneStep[] {
  const { terms, status } = granted;
  if (terms.onReversal === 'keep' || status === 'claimed') return [];
  const stands = status === 'available';
  if (stands === hasReached(progress, terms.threshold)) return [];
  return [{ step: stands ? 'reverse' : 'restore', granted }];
}
