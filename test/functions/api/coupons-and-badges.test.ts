import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { milestoneRewardId, participantKey } from '../../../shared/domain/ids.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import type { Milestone, Tier } from '../../../shared/domain/programs/program.ts';
import { assignCoupon } from '../../../shared/usecases/coupons/assign-coupon.ts';
import { grantMilestones } from '../../../shared/usecases/milestones/grant-milestones.ts';
import { advance } from '../../table/reward-table.ts';
import { type Backend, call, startBackend } from '../backend.ts';

type Handler = Parameters<typeof call>[0];
let backend: Backend;
let coupons: Handler;
let rewards: Handler;

const threshold = { metric: 'completedReferrals', value: 2 } as const;
const given = { threshold, grant: 'claim', onReversal: 'keep' } as const;
const milestones: readonly Milestone[] = [
  { ...given, milestoneId: 'starter', name: 'Starter', kind: 'badge' },
  { ...given, milestoneId: 'gift', name: '10% off', kind: 'coupon', pool: 'spring' },
  {
    ...given,
    milestoneId: 'bonus',
    name: 'Bonus',
    kind: 'cash',
    amount: { amount: 1_000, currency: 'USD' },
  },
];
const tiers: readonly Tier[] = [
  { tierId: 'basic', name: 'Basic', threshold: { metric: 'completedReferrals', value: 1 } },
  { tierId: 'pro', name: 'Pro', threshold: { metric: 'completedReferrals', value: 5 } },
];

beforeAll(async () => {
  backend = await startBackend();
  coupons = (await import('../../../functions/api/coupons/handler.ts')).handler as Handler;
  rewards = (await import('../../../functions/api/rewards/handler.ts')).handler as Handler;
  const { ports } = backend;
  const at = new Date(ports.now()).toISOString();
  const settings = { ...defaultSettings('Shop', 'https://example.com/'), milestones, tiers };
  await ports.saveProgram({ programId: 'shop', ...settings, version: 1, createdAt: at, updatedAt: at });
  for (const userId of ['alice', 'bob']) {
    await ports.createParticipant({ programId: 'shop', userId, status: 'active', links: 0, createdAt: at });
  }
  await advance(backend, { completed: 2 });
  await grantMilestones(ports, 'shop', 'alice');
});
afterAll(() => backend.stop());

const poolPath = 'GET /v1/programs/{programId}/coupon-pools/{pool}';
const pathParameters = { programId: 'shop', pool: 'spring' };
const load = (body: unknown, more = {}) =>
  call(coupons, {
    routeKey: 'POST /v1/programs/{programId}/coupon-pools/{pool}/coupons',
    pathParameters: { ...pathParameters, ...more },
    body,
  });
const rewardIdOf = (milestoneId: string) => milestoneRewardId(participantKey('shop', 'alice'), milestoneId);
const claim = async (milestoneId: string) =>
  call(rewards, {
    routeKey: 'POST /claim-reward',
    body: { user_id: 'alice', reward_id: rewardIdOf(milestoneId) },
  });

describe('a pool of coupons', () => {
  it('is empty, is loaded, hands out, and shows who has what', async () => {
    expect(await call(coupons, { routeKey: poolPath, pathParameters })).toMatchObject({
      status: 200,
      body: { pool: { pool: 'spring', available: 0, handedOut: 0, waiting: 0, status: 'empty' } },
    });
    expect(await claim('gift')).toMatchObject({ status: 409, body: { code: 'not_claimable' } });
    expect(await load({ codes: ['A-1', 'A-2', 'A-1'] })).toMatchObject({
      status: 200,
      body: { added: 2, duplicates: 1 },
    });
    const rewardId = rewardIdOf('gift');
    await assignCoupon({ ...backend.ports, poolIsEmpty: () => undefined }, rewardId);
    const listed = await call(coupons, {
      routeKey: 'GET /v1/programs/{programId}/coupon-pools',
      pathParameters: { programId: 'shop' },
    });
    const pool = { pool: 'spring', available: 1, handedOut: 1, waiting: 0, status: 'low' };
    expect(listed.body).toEqual({ pools: [pool] });
    const { body } = await call(coupons, {
      routeKey: `${poolPath}/coupons`,
      pathParameters,
      query: { limit: '1' },
    });
    const second = await call(coupons, {
      routeKey: `${poolPath}/coupons`,
      pathParameters,
      query: { limit: '1', cursor: body.nextCursor },
    });
    const both = [...body.coupons, ...second.body.coupons];
    expect(both.map(({ code }) => code)).toEqual(['A-1', 'A-2']);
    expect(both.map(({ state }) => state).sort()).toEqual(['available', 'handed_out']);
    expect(both.find(({ state }) => state === 'handed_out')).toMatchObject({ rewardId, userId: 'alice' });
    expect(second.body).not.toHaveProperty('nextCursor');
    const { status, body: claimed } = await claim('gift');
    expect({ status, code: claimed.reward.couponCode }).toEqual({
      status: 200,
      code: both.find(({ state }) => state === 'handed_out').code,
    });
  });

  it.each([
    ['no codes', {}, 'codes'],
    ['an empty list', { codes: [] }, 'codes'],
    ['too many', { codes: Array(1_001).fill('A') }, 'codes'],
    ['a space', { codes: ['with space'] }, 'codes.0'],
    ['an empty code', { codes: ['A', ''] }, 'codes.1'],
    ['another field', { codes: ['A'], more: 1 }, 'more'],
  ])('refuses %s by its field', async (_, body, field) => {
    const answer = await load(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ field }] } });
  });

  it('says what is not there', async () => {
    expect(await load({ codes: ['A'] }, { programId: 'none' })).toMatchObject({
      status: 404,
      body: { code: 'program_not_found' },
    });
    const autumn = { programId: 'shop', pool: 'autumn' };
    for (const routeKey of [poolPath, `${poolPath}/coupons`]) {
      expect(await call(coupons, { routeKey, pathParameters: autumn })).toMatchObject({
        status: 404,
        body: { code: 'coupon_pool_not_found' },
      });
    }
    const query = { cursor: 'garbage' };
    expect(await call(coupons, { routeKey: `${poolPath}/coupons`, pathParameters, query })).toMatchObject({
      status: 400,
      body: { code: 'invalid_cursor' },
    });
  });
});

describe('badges', () => {
  const routeKey = 'GET /v1/programs/{programId}/participants/{userId}/badges';
  const badgesOf = (userId: string) =>
    call(rewards, { routeKey, pathParameters: { programId: 'shop', userId } });

  it('are those of milestones and rules, beside the tier', async () => {
    const at = '2026-11-02T00:00:00.000Z';
    await backend.ports.appendEntry(
      { programId: 'shop', refereeId: 'bob' },
      {
        position: 1,
        eventId: 'e1',
        fact: {
          eventId: 'e1',
          type: 'order.paid',
          subject: 'o1',
          at,
          terms: { programVersion: 1 },
        },
        createdAt: at,
        explanation: [],
        postings: ['badge', 'perk'].map((kind) => ({
          ruleId: kind,
          beneficiaryId: 'alice',
          level: 1,
          kind: kind as 'badge' | 'perk',
          name: `A ${kind}`,
          subject: 'o1',
          rewardAmount: 1,
          amount: 0,
          bucket: 'available' as const,
          programVersion: 1,
        })),
      },
    );
    expect(await badgesOf('alice')).toMatchObject({
      status: 200,
      body: {
        badges: [
          { name: 'Starter', status: 'available', milestoneId: 'starter' },
          { name: 'A badge', status: 'available', createdAt: at },
        ],
        tier: { tierId: 'basic', name: 'Basic' },
        nextTier: { tierId: 'pro', name: 'Pro', metric: 'completedReferrals', progress: 2, target: 5 },
      },
    });
    expect((await badgesOf('bob')).body).toMatchObject({ badges: [], nextTier: { tierId: 'basic' } });
  });

  it('of somebody unknown are not found', async () => {
    expect(await badgesOf('nobody')).toMatchObject({ status: 404, body: { code: 'participant_not_found' } });
  });
});

describe('a claim of a milestone with money', () => {
  it('gives it once', async () => {
    expect(await claim('bonus')).toMatchObject({
      status: 200,
      body: { reward: { kind: 'cash', amount: 1_000, currency: 'USD', status: 'claimed' } },
    });
    const again = await call(rewards, {
      routeKey: 'POST /v1/rewards/{rewardId}/claim',
      pathParameters: { rewardId: rewardIdOf('bonus') },
    });
    expect(again).toMatchObject({
      status: 409,
      body: { code: 'already_claimed', reward: { status: 'claimed' } },
    });
    const name = { programId: 'shop', userId: 'alice', kind: 'cash', currency: 'USD' } as const;
    expect(await backend.ports.findAccount(name)).toMatchObject({ available: 1_000, paid: 0 });
  });
});
