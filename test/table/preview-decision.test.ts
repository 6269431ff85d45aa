import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ReviewDecision } from '../../shared/domain/fraud/review.ts';
import { rewardReferral } from '../../shared/usecases/events/reward-referral.ts';
import { continueSettlement } from '../../shared/usecases/fraud/continue-settlement.ts';
import { decideReview } from '../../shared/usecases/fraud/decide-review.ts';
import { previewDecision } from '../../shared/usecases/fraud/preview-decision.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import { codeOf, happen, linkOf, overviewOf, taken, useTable } from './use-table.ts';

const world = useTable();
const deviceId = 'device-1';
let reviewId = '';

const set = async (changes: object) => taken(await updateProgram(world.ports, 'default', changes, undefined));
const preview = async (decision: ReviewDecision) =>
  taken(await previewDecision(world.ports, reviewId, decision));
const order = (id: string, amount = 1_000) => ({ id, orderId: id, amount });

/** Rules for orders, on both sides, and for the sign-up itself. */
async function payForAll() {
  const [rule] = (await world.ports.findProgram('default'))?.rules ?? [];
  const flat = (amount: number, currency: string) => ({ type: 'flat', amount, currency });
  await set({
    rules: [
      { ...rule, limitPerReferee: null },
      { ...rule, ruleId: 'friend', side: 'referee', kind: 'credit', amount: flat(50, 'EUR') },
      { ...rule, ruleId: 'welcome', event: 'referral.completed', amount: flat(700, 'USD') },
    ],
  });
}

async function join(action: 'flag' | 'hold') {
  await set({ fraud: { rules: { same_device: { action } } } });
  taken(await putParticipant(world.ports, 'default', 'alice', { deviceId }));
  const { code } = await linkOf(world.ports, 'alice');
  const joined = await createReferral(world.ports, { newUserId: 'bob', referralCode: code, deviceId });
  reviewId = taken(joined).reviewId ?? '';
  await rewardReferral(world.ports, 'default', 'bob');
}

/** What is in each balance, all buckets together. */
async function balances(): Promise<Record<string, number>> {
  const all: [string, number][] = [];
  for (const userId of ['alice', 'bob']) {
    for (const { kind, currency, pending, available } of (await overviewOf(world.ports, userId)).balances) {
      all.push([`${userId} ${kind} ${currency}`, pending + available]);
    }
  }
  return Object.fromEntries(all);
}

/** Decides, with all that follows. @returns what each balance gained */
async function gains(decision: ReviewDecision): Promise<Record<string, number>> {
  const before = await balances();
  const deciding = { decision, note: 'Because', keyId: 'key1', requestId: 'r1' };
  taken(await decideReview(world.ports, reviewId, deciding));
  while ((await world.ports.findReview(reviewId))?.settling)
    await continueSettlement(world.ports, 'default', 'bob');
  await rewardReferral(world.ports, 'default', 'bob');
  const gained = Object.entries(await balances()).map(([name, sum]) => [name, sum - (before[name] ?? 0)]);
  return Object.fromEntries(gained.filter(([, change]) => change !== 0));
}

async function everything() {
  const { Items = [] } = await world.table.documents.send(
    new ScanCommand({ TableName: world.table.name, ConsistentRead: true }),
  );
  return Items;
}

const byName = ({ totals }: Awaited<ReturnType<typeof preview>>) =>
  Object.fromEntries(
    totals.map(({ userId, kind, currency, change }) => [`${userId} ${kind} ${currency}`, change]),
  );

beforeEach(payForAll);

describe.each(['hold', 'flag'] as const)('of a sign-up that rules %s', (action) => {
  beforeEach(async () => {
    await join(action);
    await happen(world.ports, order('o1'), order('o2', 2_000), order('o3', 700));
    const refund = { id: 'r1', orderId: 'o2', amountRefunded: 500, type: 'order.refunded' };
    await happen(world.ports, refund);
  });

  it.each(['approve', 'reject', 'ban'] as const)(
    'is what comes of it and of its undo, and writes nothing: %s',
    async (first) => {
      for (const decision of [first, 'undo'] as const) {
        const before = await everything();
        const previewed = await preview(decision);
        expect(await everything()).toEqual(before);
        expect(byName(previewed)).toEqual(await gains(decision));
        const referral = await world.ports.findReferralOf('default', 'bob');
        expect(previewed.referralStatus).toBe(referral?.status);
        expect(previewed.state).toBe((await world.ports.findReview(reviewId))?.state);
      }
    },
  );
});

it('says of a held one what its approval pays, to whom and by which rule', async () => {
  await join('hold');
  await happen(world.ports, order('o1'));
  expect(await preview('approve')).toMatchObject({
    state: 'approved',
    referralStatus: 'completed',
    totals: [
      { userId: 'alice', kind: 'cash', currency: 'USD', change: 800 },
      { userId: 'bob', kind: 'credit', currency: 'EUR', change: 50 },
    ],
    count: 3,
    rewards: [
      { userId: 'alice', kind: 'cash', amount: 100 },
      { userId: 'bob', ruleId: 'friend', amount: 50 },
      { userId: 'alice', ruleId: 'welcome', amount: 700 },
    ],
  });
  expect(await preview('reject')).toMatchObject({ referralStatus: 'rejected', totals: [], count: 0 });
});

it('adds up all of a hundred orders, and shows the first hundred rewards', async () => {
  await join('hold');
  await happen(world.ports, ...Array.from({ length: 100 }, (_, n) => order(`o${n}`)));
  const previewed = await preview('approve');
  expect([previewed.count, previewed.rewards.length]).toEqual([104, 100]);
  expect(byName(previewed)).toEqual(await gains('approve'));
});

it('is refused as the decision is', async () => {
  await join('hold');
  expect(codeOf(await previewDecision(world.ports, `rev_${'0'.repeat(26)}`, 'approve'))).toBe(
    'review_not_found',
  );
  await gains('reject');
  expect(codeOf(await previewDecision(world.ports, reviewId, 'approve'))).toBe('review_decided');
  await set({ fraud: { rules: { same_device: { action: 'flag' } } } });
  const { code } = await linkOf(world.ports, 'bob');
  taken(await createReferral(world.ports, { newUserId: 'alice', referralCode: code }));
  expect(codeOf(await previewDecision(world.ports, reviewId, 'undo'))).toBe('referral_cycle');
});
