import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../shared/contract/problems.ts';
import { milestoneRewardId, parseRewardId } from '../../shared/domain/ids.ts';
import { rewardKeyOf } from '../../shared/table/claim-items.ts';
import { type CouponWork, couponWorkOf } from '../../shared/table/coupon-items.ts';
import { keys } from '../../shared/table/keys.ts';
import { assignCoupon } from '../../shared/usecases/coupons/assign-coupon.ts';
import { fillPool } from '../../shared/usecases/coupons/fill-pool.ts';
import { findPool } from '../../shared/usecases/coupons/find-pool.ts';
import { loadCoupons } from '../../shared/usecases/coupons/load-coupons.ts';
import { grantMilestones } from '../../shared/usecases/milestones/grant-milestones.ts';
import { claimReward } from '../../shared/usecases/rewards/claim-reward.ts';
import {
  advance,
  alice,
  atOnce,
  book,
  milestone,
  programId,
  saveProgram,
  tallyOf,
  useRewardTable,
} from './reward-table.ts';
import { testCost } from './use-table.ts';

const world = useRewardTable();
const pool = 'spring';
const codes = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `SPRING-${String(from + i).padStart(4, '0')}`);
const load = (...list: string[]) => loadCoupons(world.ports, programId, pool, list);
const couponFor = (refereeId: string) =>
  book(world, refereeId, { kind: 'coupon', pool, name: '10% off', rewardAmount: 1 });
const assign = (rewardId: string) => assignCoupon(world.ports, rewardId);
const fill = () => fillPool(world.ports, programId, pool);

async function couponsFor(count: number): Promise<string[]> {
  return atOnce(count, (i) => couponFor(`referee-${i}`));
}
async function codeOf(rewardId: string): Promise<string | undefined> {
  return (await world.ports.findCouponReward(rewardId))?.code;
}
async function counts() {
  const { available, handedOut, waiting, status } = (await world.ports.findCouponPool(programId, pool)) ?? {};
  return { available, handedOut, waiting, status };
}
async function allCoupons() {
  const found = [];
  let cursor: string | undefined;
  do {
    const page = await world.ports.listCoupons(programId, pool, { limit: 40, ...(cursor && { cursor }) });
    found.push(...(page?.items ?? []));
    cursor = page?.nextCursor;
  } while (cursor !== undefined);
  return found;
}
/** The numbers are those of the codes. */
async function expectExact() {
  const list = await allCoupons();
  const free = list.filter(({ state }) => state === 'available').length;
  const waiting = (await world.ports.listWaiting(programId, pool, 1_000)).length;
  expect(await counts()).toMatchObject({ available: free, handedOut: list.length - free, waiting });
}

describe('loadCoupons', () => {
  it('loads a thousand in bulk, and each once', async () => {
    await saveProgram(world, {});
    expect(await load(...codes(1_000))).toEqual({ added: 1_000, duplicates: 0 });
    expect(await load(...codes(1_000, 500))).toEqual({ added: 500, duplicates: 500 });
    expect(await load('A', 'A', 'B')).toEqual({ added: 2, duplicates: 1 });
    expect(await counts()).toEqual({ available: 1_502, handedOut: 0, waiting: 0, status: 'ok' });
    await expectExact();
  });

  it('counts each once where the same are loaded at the same moment', async () => {
    await saveProgram(world, {});
    const answers = await atOnce(5, () => load(...codes(150)));
    const added = answers.map((answer) => (isRefusal(answer) ? 0 : answer.added));
    expect(added.reduce((sum, count) => sum + count, 0)).toBe(150);
    expect(await counts()).toMatchObject({ available: 150 });
    await expectExact();
  });

  it('never gives back what was handed out', async () => {
    await saveProgram(world, {});
    await load('ONE');
    await assign(await couponFor('bob'));
    expect(await load('ONE')).toEqual({ added: 0, duplicates: 1 });
    expect(await counts()).toMatchObject({ available: 0, handedOut: 1 });
  });

  it('needs a program', async () => {
    expect(await load('ONE')).toMatchObject({ refused: 'program_not_found' });
  });
});

describe('findPool', () => {
  it('is empty where the program names a pool that nobody has loaded, and unknown otherwise', async () => {
    await saveProgram(world, { milestones: [milestone({ kind: 'coupon', pool })] });
    expect(await findPool(world.ports, programId, pool)).toEqual({
      pool,
      available: 0,
      handedOut: 0,
      waiting: 0,
      status: 'empty',
    });
    expect(await findPool(world.ports, programId, 'autumn')).toMatchObject({
      refused: 'coupon_pool_not_found',
    });
    expect(await findPool(world.ports, 'none', pool)).toMatchObject({ refused: 'program_not_found' });
  });

  it('lists pools page by page', async () => {
    await saveProgram(world, {});
    for (const name of ['a', 'b', 'c']) await loadCoupons(world.ports, programId, name, ['X']);
    const first = await world.ports.listCouponPools(programId, { limit: 2 });
    expect(first?.items.map((one) => one.pool)).toEqual(['a', 'b']);
    const cursor = first?.nextCursor ?? '';
    expect((await world.ports.listCouponPools(programId, { limit: 2, cursor }))?.items).toMatchObject([
      { pool: 'c', available: 1, status: 'low' },
    ]);
    expect(await world.ports.listCouponPools(programId, { limit: 2, cursor: 'garbage' })).toBeUndefined();
  });
});

describe('assignCoupon', () => {
  it('hands sixty codes to sixty of a hundred rewards that ask at the same moment', async () => {
    await saveProgram(world, {});
    await load(...codes(60));
    const rewards = await couponsFor(100);
    const outcomes = await atOnce(100, (i) => assign(rewards[i] ?? ''));
    expect(tallyOf(outcomes)).toEqual({ assigned: 60, waiting: 40 });
    const given = (await Promise.all(rewards.map(codeOf))).filter((code) => code !== undefined);
    expect(new Set(given)).toEqual(new Set(codes(60)));
    expect(await counts()).toEqual({ available: 0, handedOut: 60, waiting: 40, status: 'empty' });
    expect(new Set(world.empty).size).toBe(40);
    expect(world.empty).toHaveLength(40);
    await expectExact();
  });

  it('gives one reward one code, however often it is asked for', async () => {
    await saveProgram(world, {});
    await load(...codes(20));
    const rewardId = await couponFor('bob');
    const outcomes = await atOnce(30, () => assign(rewardId));
    expect(tallyOf(outcomes)).toEqual({ assigned: 1, assigned_before: 29 });
    expect(await counts()).toMatchObject({ available: 19, handedOut: 1 });
    expect((await allCoupons()).filter((one) => one.state === 'handed_out')).toEqual([
      {
        code: await codeOf(rewardId),
        state: 'handed_out',
        loadedAt: expect.any(String),
        rewardId,
        userId: 'alice',
        handedOutAt: expect.any(String),
      },
    ]);
  });

  it('gives the last code to one of two', async () => {
    await saveProgram(world, {});
    await load('LAST');
    const rewards = await couponsFor(2);
    expect((await atOnce(2, (i) => assign(rewards[i] ?? ''))).sort()).toEqual(['assigned', 'waiting']);
    expect((await Promise.all(rewards.map(codeOf))).filter((code) => code === 'LAST')).toHaveLength(1);
    expect(await counts()).toEqual({ available: 0, handedOut: 1, waiting: 1, status: 'empty' });
  });

  it('notes one that waits once, and tells each time that it finds nothing', async () => {
    const rewardId = await couponFor('bob');
    expect(tallyOf(await atOnce(20, () => assign(rewardId)))).toEqual({ waiting: 20 });
    expect(await counts()).toEqual({ available: 0, handedOut: 0, waiting: 1, status: 'empty' });
    expect(world.empty).toEqual(Array(20).fill(rewardId));
    expect(await world.ports.findJournalReward(...placeOf(rewardId))).toMatchObject({ status: 'pending' });
  });

  it('gives no code to what was taken back, waits for a decision or is no coupon', async () => {
    await saveProgram(world, {});
    await load(...codes(3));
    const back = { adjusts: { position: 1, part: 0 }, rewardAmount: 0, kind: 'coupon', pool } as const;
    const reversed = await couponFor('bob');
    await book(world, 'bob', back, 2);
    const held = await book(world, 'carl', { kind: 'coupon', pool, rewardAmount: 1, bucket: 'waiting' });
    const badge = await book(world, 'dora', { kind: 'badge', rewardAmount: 1 });
    for (const rewardId of [reversed, held, badge, 'rwd_nothing'])
      expect(await assign(rewardId)).toBe('not_wanted');
    expect(await counts()).toMatchObject({ available: 3, handedOut: 0 });
  });

  it('gives a milestone its code, which is shown once it is claimed', async () => {
    await saveProgram(world, { milestones: [milestone({ kind: 'coupon', pool })] });
    const rewardId = milestoneRewardId(alice, 'first');
    await advance(world, { completed: 2 });
    await grantMilestones(world.ports, programId, 'alice');
    expect(await claimReward(world.ports, rewardId)).toMatchObject({ refused: 'not_claimable' });
    await load('ONE');
    expect(await assign(rewardId)).toBe('assigned');
    expect(await world.ports.findMilestoneReward(alice, 'first')).not.toHaveProperty('couponCode');
    expect(await claimReward(world.ports, rewardId)).toMatchObject({ status: 'claimed', couponCode: 'ONE' });
    expect(await world.ports.findMilestoneReward(alice, 'first')).toMatchObject({ couponCode: 'ONE' });
  });
});

describe('fillPool', () => {
  it('serves those that wait, earliest first, also where several fill at once', async () => {
    await saveProgram(world, {});
    const rewards = await couponsFor(8);
    for (const rewardId of rewards) await assign(rewardId);
    await load(...codes(5));
    const filled = await atOnce(3, fill);
    expect(filled.reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(await counts()).toEqual({ available: 0, handedOut: 5, waiting: 3, status: 'empty' });
    const order = [...rewards].sort();
    const served = await Promise.all(order.map(codeOf));
    expect(served.map((code) => code !== undefined)).toEqual([
      ...Array(5).fill(true),
      ...Array(3).fill(false),
    ]);
    await load(...codes(5, 5));
    expect(await fill()).toBe(3);
    expect(await counts()).toEqual({ available: 2, handedOut: 8, waiting: 0, status: 'low' });
    await expectExact();
  });

  it('leaves out what was taken back while it waited, and serves it if it is given again', async () => {
    await saveProgram(world, { milestones: [milestone({ kind: 'coupon', pool, onReversal: 'take_back' })] });
    const rewardId = milestoneRewardId(alice, 'first');
    const turn = async (by: number) => {
      await advance(world, { completed: by });
      await grantMilestones(world.ports, programId, 'alice');
    };
    await turn(2);
    expect(await assign(rewardId)).toBe('waiting');
    await turn(-1);
    await load('ONE');
    expect(await fill()).toBe(0);
    expect(await counts()).toEqual({ available: 1, handedOut: 0, waiting: 0, status: 'low' });
    await turn(1);
    expect(await assign(rewardId)).toBe('assigned');
    await turn(-1);
    await turn(1);
    expect(await assign(rewardId)).toBe('assigned_before');
    expect(await counts()).toMatchObject({ available: 0, handedOut: 1 });
  });

  it('asks for the rest where more wait than one filling serves', async () => {
    await saveProgram(world, {});
    const rewards = await couponsFor(55);
    for (const rewardId of rewards) await assign(rewardId);
    await load(...codes(60));
    const before = await poolItem();
    expect(await fill()).toBe(50);
    const asked = await poolItem();
    expect(couponWorkOf(asked, before)).toEqual({ kind: 'couponPool', programId, pool });
    expect(await fill()).toBe(5);
    expect(couponWorkOf(await poolItem(), asked)).toBeUndefined();
  });
});

describe('couponWorkOf', () => {
  it('asks for a code when a reward begins to want one', async () => {
    const work: CouponWork = { kind: 'coupon', programId, userId: 'alice', rewardId: '' };
    const rewardId = await couponFor('bob');
    const made = await rewardItem(rewardId);
    expect(couponWorkOf(made, undefined)).toEqual({ ...work, rewardId });
    expect(couponWorkOf(made, made)).toBeUndefined();
    const held = { ...made, rewardBucket: 'waiting' };
    expect(couponWorkOf(held, undefined)).toBeUndefined();
    expect(couponWorkOf(made, held)).toEqual({ ...work, rewardId });
    const reversed = { ...made, rewardAmount: 0 };
    expect(couponWorkOf(reversed, made)).toBeUndefined();
    expect(couponWorkOf(made, reversed)).toEqual({ ...work, rewardId });
    await assign(rewardId);
    const waiting = await rewardItem(rewardId);
    expect(couponWorkOf(waiting, made)).toBeUndefined();
    expect(couponWorkOf({ ...waiting, rewardAmount: 0 }, waiting)).toEqual({ ...work, rewardId });
  });

  it('asks for a filling when the first codes come while rewards wait', async () => {
    await saveProgram(world, {});
    await assign(await couponFor('bob'));
    const empty = await poolItem();
    expect(couponWorkOf(empty, undefined)).toBeUndefined();
    await load('ONE', 'TWO');
    const loaded = await poolItem();
    expect(couponWorkOf(loaded, empty)).toEqual({ kind: 'couponPool', programId, pool });
    expect(couponWorkOf({ ...loaded, available: 9 }, loaded)).toBeUndefined();
    await fill();
    expect(couponWorkOf(await poolItem(), loaded)).toBeUndefined();
  });

  it('asks nothing of other rewards and other items', async () => {
    const badge = await rewardItem(await book(world, 'bob', { kind: 'badge', rewardAmount: 1 }));
    expect(couponWorkOf(badge, undefined)).toBeUndefined();
    expect(couponWorkOf({ type: 'participant' }, undefined)).toBeUndefined();
  });
});

describe('what it costs', () => {
  testCost('is 6 and 2 for a code, and 8 and 2 for one that waited', async () => {
    await saveProgram(world, {});
    const added = await world.ports.addCoupons(programId, pool, codes(10), '2026-11-21T10:00:00.000Z');
    expect(added).toMatchObject({ added: true });
    const costs = { added: 'capacity' in added ? added.capacity : 0, assigned: 0 };
    const reward = await world.ports.findCouponReward(await couponFor('bob'));
    if (reward === undefined) throw new Error('It was booked');
    const at = '2026-11-21T10:00:00.000Z';
    const result = await world.ports.assignCoupon({ reward, code: codes(1)[0] ?? '', at });
    costs.assigned = 'capacity' in result ? result.capacity : 0;
    expect(costs).toEqual({ added: 32, assigned: 8 });
  });
});

function placeOf(rewardId: string): [string, number, number, string] {
  const place = parseRewardId(rewardId);
  if (place?.in !== 'journal') throw new Error('It is in no journal');
  return [place.participantKey, place.position, place.part, new Date(world.ports.now()).toISOString()];
}
async function rewardItem(rewardId: string): Promise<Record<string, unknown>> {
  const place = parseRewardId(rewardId);
  if (place === undefined) throw new Error('It is no reward');
  return item(rewardKeyOf(place));
}
const poolItem = () => item(keys.couponPool(programId, pool));
async function item(Key: { pk: string; sk: string }): Promise<Record<string, unknown>> {
  const { Item } = await world.table.documents.send(
    new GetCommand({ TableName: world.table.name, Key, ConsistentRead: true }),
  );
  return Item ?? {};
}
