import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../shared/contract/problems.ts';
import { milestoneRewardId } from '../../shared/domain/ids.ts';
import { grantMilestones } from '../../shared/usecases/milestones/grant-milestones.ts';
import { claimReward } from '../../shared/usecases/rewards/claim-reward.ts';
import {
  advance,
  alice,
  atOnce,
  balanceOf,
  book,
  ledger,
  milestone,
  programId,
  saveProgram,
  tallyOf,
  useRewardTable,
} from './reward-table.ts';

const world = useRewardTable();
const first = milestoneRewardId(alice, 'first');
const codeOf = (outcome: object) => (isRefusal(outcome) ? outcome.refused : 'taken');
const credit = { kind: 'credit', currency: 'USD', rewardAmount: 500, amount: 500 } as const;
const farDay = '2099-01-01';

/** A hundred claims at the same moment, of which one is taken. */
async function claimedByOne(rewardId: string) {
  const outcomes = await atOnce(100, () => claimReward(world.ports, rewardId, 'alice'));
  expect(tallyOf(outcomes.map(codeOf))).toEqual({ taken: 1, already_claimed: 99 });
  return outcomes.find((outcome) => !isRefusal(outcome));
}

describe('a hundred claims at the same moment', () => {
  it('of credit take it from the balance once', async () => {
    const rewardId = await book(world, 'bob', credit);
    await book(world, 'carl', { ...credit, rewardAmount: 200, amount: 200 });
    expect(await claimedByOne(rewardId)).toMatchObject({ status: 'claimed', claimedAt: expect.any(String) });
    expect(await balanceOf(world, 'credit', 'USD')).toEqual({ pending: 0, available: 200, paid: 500 });
    expect((await ledger(world)).filter(([type]) => type === 'claim')).toEqual([['claim', -500]]);
  });

  it('of a badge mark it once', async () => {
    const rewardId = await book(world, 'bob', { kind: 'badge', name: 'Friend', rewardAmount: 1 });
    expect(await claimedByOne(rewardId)).toMatchObject({ kind: 'badge', status: 'claimed', name: 'Friend' });
  });

  it('of a milestone with money give the money once', async () => {
    await saveProgram(world, {
      milestones: [milestone({ kind: 'cash', amount: { amount: 2_500, currency: 'USD' } })],
    });
    await advance(world, { completed: 2 });
    await grantMilestones(world.ports, programId, 'alice');
    expect(await balanceOf(world, 'cash', 'USD')).toEqual({ pending: 0, available: 0, paid: 0 });
    expect(await claimedByOne(first)).toMatchObject({ status: 'claimed', amount: 2_500, currency: 'USD' });
    expect(await balanceOf(world, 'cash', 'USD')).toEqual({ pending: 0, available: 2_500, paid: 0 });
    expect(await ledger(world)).toEqual([['milestone', 2_500]]);
  });
});

describe('claimReward', () => {
  it('takes points whose day has come from the bucket that they lie in', async () => {
    const points = { kind: 'points', currency: 'points', rewardAmount: 30, amount: 30 } as const;
    const rewardId = await book(world, 'bob', { ...points, bucket: '2026-01-01' });
    expect(codeOf(await claimReward(world.ports, rewardId))).toBe('taken');
    expect(await balanceOf(world, 'points', 'points')).toEqual({ pending: 0, available: 0, paid: 30 });
  });

  it.each([
    ['what is held', { ...credit, bucket: farDay }, farDay],
    ['what waits', { ...credit, bucket: 'waiting' }, 'decision'],
    ['cash', { ...credit, kind: 'cash' }, 'payout'],
    ['a coupon without a code', { kind: 'coupon', pool: 'spring', rewardAmount: 1 }, 'code'],
    ['what came to nothing', { kind: 'perk', rewardAmount: 0 }, 'taken back'],
  ] as const)('refuses %s', async (_, posting, word) => {
    const rewardId = await book(world, 'bob', posting);
    const before = await ledger(world);
    expect(await claimReward(world.ports, rewardId)).toMatchObject({
      refused: 'not_claimable',
      detail: expect.stringContaining(word),
    });
    expect(await ledger(world)).toEqual(before);
    expect((await world.ports.findClaimable(rewardId))?.status).not.toBe('claimed');
  });

  it('refuses credit that the balance does not have', async () => {
    const rewardId = await book(world, 'bob', credit);
    const debt = { adjusts: { position: 1, part: 0 }, rewardAmount: 0, amount: -500 };
    await book(world, 'carl', { ...credit, rewardAmount: 100, amount: 100 });
    await book(world, 'carl', { ...credit, ...debt }, 2);
    expect(codeOf(await claimReward(world.ports, rewardId))).toBe('insufficient_balance');
    expect(await balanceOf(world, 'credit', 'USD')).toEqual({ pending: 0, available: 100, paid: 0 });
  });

  it('does not claim an amount that a refund changes at the same moment', async () => {
    const rewardId = await book(world, 'bob', credit);
    await book(world, 'carl', credit);
    const refund = { adjusts: { position: 1, part: 0 }, rewardAmount: 300, amount: -200 };
    const meeting = {
      ...world.ports,
      findAccount: async (name: Parameters<typeof world.ports.findAccount>[0]) => {
        const account = await world.ports.findAccount(name);
        meeting.findAccount = world.ports.findAccount;
        await book(world, 'bob', { ...credit, ...refund }, 2);
        return account;
      },
    };
    expect(codeOf(await claimReward(meeting, rewardId))).toBe('taken');
    expect(await balanceOf(world, 'credit', 'USD')).toEqual({ pending: 0, available: 500, paid: 300 });
  });

  it.each([
    ['credit', credit],
    ['a badge', { kind: 'badge', name: 'Friend', rewardAmount: 1 } as const],
  ])('knows its own claim of %s whose answer was lost', async (_, posting) => {
    const rewardId = await book(world, 'bob', posting);
    const losing = {
      ...world.ports,
      claim: async (claim: Parameters<typeof world.ports.claim>[0]) => {
        await world.ports.claim(claim);
        return world.ports.claim(claim);
      },
    };
    expect(await claimReward(losing, rewardId)).toMatchObject({ rewardId, status: 'claimed' });
    expect(codeOf(await claimReward(world.ports, rewardId))).toBe('already_claimed');
  });

  it('refuses a milestone that is below its threshold again, before it is taken back', async () => {
    await saveProgram(world, { milestones: [milestone({ onReversal: 'take_back' })] });
    await advance(world, { completed: 2 });
    await grantMilestones(world.ports, programId, 'alice');
    await advance(world, { completed: -1 });
    expect(await claimReward(world.ports, first)).toMatchObject({
      refused: 'not_claimable',
      detail: expect.stringContaining('below'),
    });
    await advance(world, { completed: 1 });
    expect(codeOf(await claimReward(world.ports, first))).toBe('taken');
  });

  it('says what was claimed before', async () => {
    const rewardId = await book(world, 'bob', { kind: 'perk', name: 'Lounge', rewardAmount: 1 });
    const taken = await claimReward(world.ports, rewardId);
    expect(await claimReward(world.ports, rewardId)).toMatchObject({
      refused: 'already_claimed',
      extra: { reward: taken },
    });
  });

  it.each([
    ['of somebody else', 'bob'],
    ['of nobody', 'nobody'],
  ])('hides a reward %s', async (_, userId) => {
    const rewardId = await book(world, 'bob', credit);
    expect(codeOf(await claimReward(world.ports, rewardId, userId))).toBe('reward_not_found');
  });
});
