import { describe, expect, it } from 'vitest';
import { noProgress } from '../../../shared/domain/milestones/measure.ts';
import { milestoneProgress } from '../../../shared/domain/milestones/progress.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import type { Milestone } from '../../../shared/domain/programs/program.ts';

const [bronze] = defaultSettings('Default', 'https://example.com/').milestones;
if (bronze === undefined) throw new Error('The default program has milestones');
const completed = (count: number) => ({ ...noProgress, completed: count });

describe('milestoneProgress', () => {
  it('shows how far it is', () => {
    expect(milestoneProgress(bronze, completed(3), undefined)).toStrictEqual({
      milestoneId: 'bronze',
      name: 'Bronze',
      metric: 'completedReferrals',
      target: 5,
      progress: 3,
      status: 'locked',
    });
  });

  it('shows revenue in its currency, and no number of referrals', () => {
    const threshold = { metric: 'revenue', value: 10_000, currency: 'EUR' } as const;
    const sold: Milestone = { ...bronze, milestoneId: 'sold', name: 'Sold', threshold };
    const progress = { ...noProgress, completed: 9, revenue: { EUR: 700, USD: 90_000 } };
    expect(milestoneProgress(sold, progress, undefined)).toStrictEqual({
      milestoneId: 'sold',
      name: 'Sold',
      metric: 'revenue',
      currency: 'EUR',
      target: 10_000,
      progress: 700,
      status: 'locked',
    });
  });

  it('ends at what it takes, and begins at nothing', () => {
    expect(milestoneProgress(bronze, completed(7), undefined).progress).toBe(5);
    expect(milestoneProgress(bronze, completed(-2), undefined).progress).toBe(0);
  });

  it.each([
    ['available', 'available'],
    ['claimed', 'claimed'],
    ['reversed', 'reversed'],
    ['pending', 'available'],
  ])('shows a reward that is %s as %s', (status, shown) => {
    expect(milestoneProgress(bronze, completed(5), { rewardId: 'rwd_x', status })).toMatchObject({
      status: shown,
      rewardId: 'rwd_x',
    });
  });
});
