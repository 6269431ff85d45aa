import { changeOf, type Posting } from '../../domain/rewards/journal.ts';
import { availableAtOf } from '../../domain/rewards/reward.ts';

/** A reward that would be made or changed. */
export interface PreviewedReward {
  readonly userId: string;
  readonly ruleId: string;
  readonly programVersion: number;
  readonly kind: Posting['kind'];
  readonly level?: number;
  /** What the reward would be worth. */
  readonly amount?: number;
  /** What would change, where the reward exists. */
  readonly change?: number;
  readonly currency?: string;
  readonly name?: string;
  readonly availableAt?: string;
}

/** What a posting would do, as whoever asks is told. */
export function toPreviewed(posting: Posting): PreviewedReward {
  const { beneficiaryId, ruleId, programVersion, kind, level, currency, name, rewardAmount } = posting;
  const availableAt = availableAtOf(posting.bucket);
  return {
    userId: beneficiaryId,
    ruleId,
    programVersion,
    kind,
    ...(level !== undefined && { level }),
    ...(currency !== undefined && { amount: rewardAmount, currency }),
    ...(currency !== undefined && posting.adjusts && { change: changeOf(posting) }),
    ...(name !== undefined && { name }),
    ...(availableAt !== undefined && { availableAt }),
  };
}
