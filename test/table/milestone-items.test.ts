import { describe, expect, it } from 'vitest';
import { milestoneRewardId, participantKey } from '../../shared/domain/ids.ts';
import { grantMilestones } from '../../shared/usecases/milestones/grant-milestones.ts';
import { claimReward } from '../../shared/usecases/rewards/claim-reward.ts';
import { listRewards } from '../../shared/usecases/rewards/list-rewards.ts';
import { atOnce, codeOf, happen, join, linkOf, overviewOf, taken, tally, useTable } from './use-table.ts';

const world = useTable();
const bronze = milestoneRewardId(participantKey('default', 'alice'), 'bronze');

/** So many users join by Alice's link. */
async function joined(count: number): Promise<void> {
  const link = await linkOf(world.ports, 'alice');
  await atOnce(count, (i) => join(world.ports, `user-${i}`, link));
}
const rewardsOf = async (userId: string) =>
  taken(await listRewards(world.ports, 'default', userId, { limit: 50 }));

describe('a milestone', () => {
  it('is granted by the referral that reaches it', async () => {
    await joined(4);
    expect((await overviewOf(world.ports, 'alice')).milestones).toEqual([]);
    await join(world.ports, 'fifth', await linkOf(world.ports, 'alice'));
    const { rewards, milestones } = await rewardsOf('alice');
    expect(rewards).toEqual([
      {
        rewardId: bronze,
        programId: 'default',
        userId: 'alice',
        kind: 'badge',
        status: 'available',
        name: 'Bronze',
        milestoneId: 'bronze',
        programVersion: 1,
        createdAt: expect.any(String),
      },
    ]);
    expect(milestones.map((m) => [m.milestoneId, m.progress, m.status])).toEqual([
      ['bronze', 5, 'available'],
      ['silver', 5, 'locked'],
      ['gold', 5, 'locked'],
    ]);
  });

  it('is granted once, also where the queue asks again and at the same moment', async () => {
    await joined(10);
    await atOnce(20, () => grantMilestones(world.ports, 'default', 'alice'));
    const { rewards } = await rewardsOf('alice');
    expect(rewards.map((reward) => reward.name).sort()).toEqual(['Bronze', 'Silver']);
  });

  it('is granted by the queue where the sign-up could not', async () => {
    await joined(4);
    const failing = { ...world.ports, grantMilestone: async () => Promise.reject(new Error('down')) };
    const link = await linkOf(world.ports, 'alice');
    expect(await join(failing, 'fifth', link)).toMatchObject({ status: 'completed' });
    expect((await overviewOf(world.ports, 'alice')).milestones).toHaveLength(0);
    await grantMilestones(world.ports, 'default', 'alice');
    expect((await overviewOf(world.ports, 'alice')).milestones).toHaveLength(1);
  });

  it('that was claimed stays claimed when it is granted again', async () => {
    await joined(5);
    taken(await claimReward(world.ports, bronze));
    await grantMilestones(world.ports, 'default', 'alice');
    expect((await rewardsOf('alice')).milestones[0]?.status).toBe('claimed');
  });
});

describe('claimReward', () => {
  it('claims for one of a hundred who ask at the same moment', async () => {
    await joined(5);
    const outcomes = await atOnce(100, () => claimReward(world.ports, bronze, 'alice'));
    expect(tally(outcomes)).toEqual({ taken: 1, already_claimed: 99 });
    const winner = outcomes.find((outcome) => 'rewardId' in outcome);
    expect(winner).toMatchObject({ status: 'claimed', claimedAt: expect.any(String) });
    expect(outcomes.find((outcome) => 'refused' in outcome)).toMatchObject({ extra: { reward: winner } });
  });

  it.each([
    ['a reward of somebody else', bronze, 'bob', 'reward_not_found'],
    ['a milestone that was not reached', bronze.replace('bronze', 'gold'), 'alice', 'reward_not_found'],
    ['an id of nothing', 'rwd_nothing', undefined, 'reward_not_found'],
  ])('refuses %s', async (_, rewardId, userId, code) => {
    await joined(5);
    expect(codeOf(await claimReward(world.ports, rewardId, userId))).toBe(code);
    expect((await rewardsOf('alice')).milestones[0]?.status).toBe('available');
  });

  it('refuses money, which is taken by a payout', async () => {
    await joined(1);
    await happen(world.ports, { id: 'e1', userId: 'user-0' });
    const [reward] = (await rewardsOf('alice')).rewards;
    expect(codeOf(await claimReward(world.ports, reward?.rewardId ?? ''))).toBe('not_claimable');
  });
});
