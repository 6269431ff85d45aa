import { describe, expect, it } from 'vitest';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { readStats } from '../../shared/usecases/participants/read-stats.ts';
import { listRewards } from '../../shared/usecases/rewards/list-rewards.ts';
import { atOnce, codeOf, happen, join, linkOf, taken, useTable } from './use-table.ts';

const world = useTable();
const put = (userId: string, input: Parameters<typeof putParticipant>[3] = {}) =>
  putParticipant(world.ports, 'default', userId, input);

describe('putParticipant', () => {
  it('creates, then changes what is given and keeps the rest', async () => {
    const made = taken(await put('alice', { name: 'Alice', email: 'Alice@example.com' }));
    expect(made).toMatchObject({ userId: 'alice', name: 'Alice', status: 'active', links: 0 });
    await linkOf(world.ports, 'alice');
    const changed = taken(await put('alice', { status: 'inactive' }));
    expect(changed).toEqual({ ...made, status: 'inactive', links: 1 });
    expect(taken(await put('alice'))).toEqual(changed);
    expect(await world.ports.findParticipant('default', 'alice')).toEqual(changed);
  });

  it('creates one of those who come at the same moment', async () => {
    const all = (await atOnce(10, () => put('alice', { name: 'Alice' }))).map(taken);
    expect(new Set(all.map((one) => one.createdAt)).size).toBe(1);
  });

  it('makes nobody of an unknown program', async () => {
    expect(codeOf(await putParticipant(world.ports, 'none', 'alice', {}))).toBe('program_not_found');
  });

  it('does not change somebody who is not there', async () => {
    await expect(world.ports.changeParticipant('default', 'nobody', { name: 'X' })).rejects.toThrow(
      'conditional',
    );
  });
});

describe('readStats', () => {
  it('shows somebody new as zero', async () => {
    taken(await put('alice'));
    expect(await readStats(world.ports, 'default', 'alice')).toEqual({
      userId: 'alice',
      programId: 'default',
      clicks: 0,
      uniqueClicks: 0,
      botClicks: 0,
      referrals: { pending: 0, completed: 0, rejected: 0, inReview: 0 },
      conversionRate: 0,
      rewards: { count: 0, milestones: 0 },
      balances: [],
    });
  });

  it('counts referrals, rewards, milestones and money', async () => {
    const link = await linkOf(world.ports, 'alice');
    await atOnce(5, (i) => join(world.ports, `user-${i}`, link));
    await happen(
      world.ports,
      { id: 'e1', userId: 'user-1' },
      { id: 'e2', userId: 'user-2', currency: 'JPY' },
    );
    expect(await readStats(world.ports, 'default', 'alice')).toMatchObject({
      referrals: { completed: 5 },
      rewards: { count: 2, milestones: 1 },
      balances: [
        { currency: 'JPY', available: 100 },
        { currency: 'USD', available: 100 },
      ],
    });
  });

  it('knows nobody else', async () => {
    expect(codeOf(await readStats(world.ports, 'default', 'nobody'))).toBe('participant_not_found');
    expect(codeOf(await listRewards(world.ports, 'default', 'nobody', { limit: 5 }))).toBe(
      'participant_not_found',
    );
    taken(await put('alice'));
    expect(codeOf(await listRewards(world.ports, 'default', 'alice', { limit: 5, cursor: 'x' }))).toBe(
      'invalid_cursor',
    );
    expect(codeOf(await readStats(world.ports, 'other', 'alice'))).toBe('participant_not_found');
  });
});
