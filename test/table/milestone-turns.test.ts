import { describe, expect, it } from 'vitest';
import { milestoneRewardId } from '../../shared/domain/ids.ts';
import type { Milestone } from '../../shared/domain/programs/program.ts';
import { accountAdd } from '../../shared/table/balance-items.ts';
import { transact } from '../../shared/table/transact.ts';
import { grantMilestones } from '../../shared/usecases/milestones/grant-milestones.ts';
import { claimReward } from '../../shared/usecases/rewards/claim-reward.ts';
import {
  advance,
  alice,
  atOnce,
  balanceOf,
  ledger,
  milestone,
  programId,
  saveProgram,
  useRewardTable,
} from './reward-table.ts';

const world = useRewardTable();
const rewardId = milestoneRewardId(alice, 'first');
const grant = (ports = world.ports) => grantMilestones(ports, programId, 'alice');
const statusOf = async () => (await world.ports.findMilestoneReward(alice, 'first'))?.status;
const amount = { amount: 1_000, currency: 'USD' };
const bonus = (more: Partial<Milestone> = {}) =>
  milestone({ kind: 'cash', amount, grant: 'automatic', onReversal: 'take_back', ...more });

/** Saves the milestone, and lets Alice come as far. */
async function given(one: Milestone, changes: Record<string, number> = { completed: 2 }): Promise<void> {
  await saveProgram(world, { milestones: [one] });
  await advance(world, changes);
}
/** Takes money away, as a payout does. */
async function spend(spent: number): Promise<void> {
  const name = { programId, userId: 'alice', kind: 'cash', currency: 'USD' } as const;
  const change = accountAdd(world.table, name, { available: -spent, paid: spent });
  expect((await transact(world.table, [change])).done).toBe(true);
}
const cash = async () => (await balanceOf(world, 'cash', 'USD')).available;

describe('money that a milestone gives by itself', () => {
  it('is given once, however many look at the same moment', async () => {
    await given(bonus());
    await atOnce(30, () => grant());
    expect(await cash()).toBe(1_000);
    expect(await ledger(world)).toEqual([['milestone', 1_000]]);
    expect(await world.ports.findMilestoneReward(alice, 'first')).toMatchObject({
      kind: 'cash',
      status: 'available',
      milestoneId: 'first',
      ...amount,
    });
  });

  it('is taken back once, and given again once', async () => {
    await given(bonus());
    await grant();
    expect(await cash()).toBe(1_000);
    await advance(world, { completed: -1 });
    await atOnce(30, () => grant());
    expect([await statusOf(), await cash()]).toEqual(['reversed', 0]);
    await advance(world, { completed: 1 });
    await atOnce(30, () => grant());
    expect([await statusOf(), await cash()]).toEqual(['available', 1_000]);
    expect(await ledger(world)).toEqual([
      ['milestone', 1_000],
      ['milestone_reversed', -1_000],
      ['milestone', 1_000],
    ]);
  });

  it('leaves a debt where it has been spent before it is taken back', async () => {
    await given(bonus());
    await grant();
    await spend(700);
    await advance(world, { completed: -1 });
    await grant();
    expect([await statusOf(), await cash()]).toEqual(['reversed', -700]);
  });

  it('of credit is not taken back once it was claimed', async () => {
    await given(bonus({ kind: 'credit' }));
    await grant();
    expect(await claimReward(world.ports, rewardId)).toMatchObject({ status: 'claimed' });
    await advance(world, { completed: -1 });
    await grant();
    expect(await statusOf()).toBe('claimed');
    expect(await balanceOf(world, 'credit', 'USD')).toEqual({ pending: 0, available: 0, paid: 1_000 });
  });

  it('stays where the program keeps it', async () => {
    await given(bonus({ onReversal: 'keep' }));
    await grant();
    await advance(world, { completed: -2 });
    await grant();
    expect([await statusOf(), await cash()]).toEqual(['available', 1_000]);
  });
});

describe('one who has read old progress', () => {
  /** Ports that read now, and write after something has happened. */
  const reading = (happens: () => Promise<void>) => ({
    ...world.ports,
    findMilestones: async (...of: Parameters<typeof world.ports.findMilestones>) => {
      const seen = await world.ports.findMilestones(...of);
      if (first) {
        first = false;
        await happens();
      }
      return seen;
    },
  });
  let first = true;

  it('does not grant what is below the threshold by now', async () => {
    first = true;
    await given(bonus());
    await grant(reading(() => advance(world, { completed: -1 })));
    expect(await statusOf()).toBeUndefined();
    expect(await cash()).toBe(0);
  });

  it('does not take back what is reached again by now', async () => {
    first = true;
    await given(bonus());
    await grant();
    await advance(world, { completed: -1 });
    await grant(reading(() => advance(world, { completed: 1 })));
    expect([await statusOf(), await cash()]).toEqual(['available', 1_000]);
  });

  it('does not take back what was claimed meanwhile', async () => {
    first = true;
    await given(milestone({ onReversal: 'take_back' }));
    await grant();
    const claiming = async () => {
      await advance(world, { completed: 1 });
      await claimReward(world.ports, rewardId);
      await advance(world, { completed: -1 });
    };
    await advance(world, { completed: -1 });
    await grant(reading(claiming));
    expect(await statusOf()).toBe('claimed');
  });
});

describe('progress that moves while many look', () => {
  it('ends with what the last progress asks for', async () => {
    await given(bonus(), { completed: 1 });
    const steps = [1, -1, 1, -1, 1, 1, -2, 1];
    await Promise.all([
      ...steps.map(async (by) => {
        await advance(world, { completed: by });
        await grant();
      }),
      ...Array.from({ length: 10 }, () => grant()),
    ]);
    expect([await statusOf(), await cash()]).toEqual(['available', 1_000]);
    const sum = (await ledger(world)).reduce((total, [, change]) => total + Number(change), 0);
    expect(sum).toBe(1_000);
  });
});

describe('each metric', () => {
  it.each([
    [{ metric: 'completedReferrals', value: 3 }, { completed: 3 }],
    [{ metric: 'paidOrders', value: 3 }, { paidOrders: 3 }],
    [{ metric: 'points', value: 3 }, { points: 3 }],
    [
      { metric: 'revenue', value: 3, currency: 'USD' },
      { 'revenue:USD': 3, 'revenue:EUR': 1 },
    ],
  ] as const)('%o grants when it is reached, and takes back when it is not', async (threshold, changes) => {
    const [name] = Object.keys(changes);
    await given(bonus({ threshold }), { ...changes, [name ?? '']: 2 });
    await grant();
    expect(await statusOf()).toBeUndefined();
    await advance(world, { [name ?? '']: 1 });
    await grant();
    expect([await statusOf(), await cash()]).toEqual(['available', 1_000]);
    await advance(world, { [name ?? '']: -1 });
    await grant();
    expect([await statusOf(), await cash()]).toEqual(['reversed', 0]);
  });
});
