import { describe, expect, it } from 'vitest';
import { milestoneProgress, reachedMilestones } from '../../../shared/domain/milestones/progress.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';

const { milestones } = defaultSettings('Default', 'https://example.com/');
const [bronze] = milestones;
if (bronze === undefined) throw new Error('The default program has milestones');

describe('reachedMilestones', () => {
  it.each([
    [0, []],
    [4, []],
    [5, ['bronze']],
    [9, ['bronze']],
    [10, ['bronze', 'silver']],
    [19, ['bronze', 'silver']],
    [20, ['bronze', 'silver', 'gold']],
    [1_000, ['bronze', 'silver', 'gold']],
  ])('%d completed referrals', (completed, ids) => {
    expect(reachedMilestones(milestones, completed).map((milestone) => milestone.milestoneId)).toEqual(ids);
  });
});

describe('milestoneProgress', () => {
  it('shows how far it is', () => {
    expect(milestoneProgress(bronze, 3, undefined)).toEqual({
      milestoneId: 'bronze',
      name: 'Bronze',
      completedReferrals: 5,
      progress: 3,
      status: 'locked',
    });
  });
  it('ends at what it takes', () => expect(milestoneProgress(bronze, 7, undefined).progress).toBe(5));
  it.each(['available', 'claimed'])('shows a reward that is %s', (status) => {
    expect(milestoneProgress(bronze, 5, { rewardId: 'rwd_x', status })).toMatchObject({
      status,
      rewardId: 'rwd_x',
    });
  });
});
