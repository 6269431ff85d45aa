import { describe, expect, it } from 'vitest';
import { availableAtOf, rewardStatusAt } from '../../../shared/domain/rewards/reward.ts';

const now = '2026-12-01T10:00:00.000Z';

describe('a reward', () => {
  it.each([
    ['made', 'available', false, 'available'],
    ['made', 'waiting', false, 'pending'],
    ['made', '2026-12-01', false, 'available'],
    ['made', '2026-12-02', false, 'pending'],
    ['made', 'available', true, 'pending'],
    ['claimed', 'waiting', true, 'claimed'],
    ['reversed', 'available', false, 'reversed'],
  ] as const)('%s, in the bucket %s, awaiting a code: %s, is %s', (stored, bucket, awaitsCode, status) => {
    expect(rewardStatusAt(stored, bucket, now, awaitsCode)).toBe(status);
  });

  it('awaits no code unless it is said to', () => {
    expect(rewardStatusAt('made', 'available', now)).toBe('available');
  });

  it.each([
    ['2026-12-02', '2026-12-02T00:00:00.000Z'],
    ['available', undefined],
    ['waiting', undefined],
  ])('in the bucket %s is available from %s', (bucket, at) => {
    expect(availableAtOf(bucket)).toBe(at);
  });
});
