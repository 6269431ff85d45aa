import { beforeEach, describe, expect, it } from 'vitest';
import type { ReviewDecision } from '../../shared/domain/fraud/review.ts';
import { decideReview } from '../../shared/usecases/fraud/decide-review.ts';
import { openReview } from '../../shared/usecases/fraud/open-review.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { measureWrites } from './measure-writes.ts';
import {
  atOnce,
  codeOf,
  happen,
  join,
  ledgerOf,
  linkOf,
  overviewOf,
  taken,
  testCost,
  useTable,
} from './use-table.ts';

const world = useTable();

const order = (id: string, amount = 1_000) => ({ id, orderId: id, amount });
const finding = (ruleId: string, score = 40) => ({
  ruleId,
  score,
  reason: 'It looks odd',
  evidence: { orders: 4 },
});
const open = (cause: string, ...ruleIds: string[]) =>
  openReview(
    world.ports,
    { programId: 'default', refereeId: 'bob' },
    { cause, findings: (ruleIds.length === 0 ? ['odd_order'] : ruleIds).map((id) => finding(id)) },
  );
const opened = async (cause: string, ...ruleIds: string[]) =>
  taken((await open(cause, ...ruleIds)) ?? {}) as { reviewId: string };
const decide = (reviewId: string, decision: ReviewDecision) =>
  decideReview(world.ports, reviewId, { decision, note: 'Because', keyId: 'key1', requestId: 'r1' });
const referral = () => world.ports.findReferralOf('default', 'bob');
const queue = async () => (await world.ports.listReviews('default', 'open', { limit: 10 }))?.items ?? [];

/** What Alice has: her counts, her balance in USD, and the sum of her ledger. */
async function books() {
  const { progress, balances } = await overviewOf(world.ports, 'alice');
  const available = balances.find(({ currency }) => currency === 'USD')?.available ?? 0;
  const ledger = (await ledgerOf(world.ports, 'alice')).reduce((sum, entry) => sum + entry.amount, 0);
  const { pending, completed, rejected, inReview } = progress;
  return { pending, completed, rejected, inReview, available, ledger };
}

const held = { pending: 0, completed: 0, rejected: 0, inReview: 1, available: 0, ledger: 0 };

/** Alice has brought Bob, whose order has earned her 100. */
beforeEach(async () => {
  await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
  await happen(world.ports, order('o1'));
});

describe('late findings', () => {
  it('put a complete referral under review, and take back what it has earned', async () => {
    const review = await opened('o1', 'odd_order', 'fast_order');
    expect(review).toMatchObject({
      state: 'open',
      reasons: ['odd_order', 'fast_order'],
      score: 80,
      findings: [
        { ruleId: 'odd_order', cause: 'o1', evidence: { orders: 4 } },
        { ruleId: 'fast_order', cause: 'o1' },
      ],
      decisions: 0,
    });
    expect(await queue()).toEqual([review]);
    expect(await referral()).toMatchObject({
      status: 'in_review',
      reviewId: review.reviewId,
      reasons: ['odd_order', 'fast_order'],
    });
    expect(await referral()).not.toHaveProperty('completedAt');
    expect(await books()).toEqual(held);
    await happen(world.ports, order('o2'));
    expect(await books()).toEqual(held);
    await decide(review.reviewId, 'approve');
    expect(await books()).toEqual({ ...held, inReview: 0, completed: 1, available: 200, ledger: 200 });
  });

  it('leave the referral what else it says', async () => {
    const before = await referral();
    await opened('o1');
    const { status: _, completedAt: __, ...rest } = before ?? {};
    expect(await referral()).toMatchObject(rest);
  });

  it('put one that is still pending under review', async () => {
    taken(
      await updateProgram(
        world.ports,
        'default',
        { qualification: [{ event: 'order.paid', times: 2 }] },
        undefined,
      ),
    );
    await join(world.ports, 'carol', await linkOf(world.ports, 'alice'));
    const late = { cause: 'c1', findings: [finding('odd_order')] };
    await openReview(world.ports, { programId: 'default', refereeId: 'carol' }, late);
    expect(await books()).toMatchObject({ pending: 0, completed: 1, inReview: 1 });
  });

  it('of one cause do so once, also when a person has decided meanwhile', async () => {
    const { reviewId } = await opened('o1');
    const cases = await atOnce(4, () => open('o1'));
    expect(cases.map((one) => (one as { reviewId: string }).reviewId)).toEqual(Array(4).fill(reviewId));
    expect((await queue())[0]).toMatchObject({ score: 40, findings: [{ cause: 'o1' }] });
    await decide(reviewId, 'approve');
    expect(await open('o1')).toMatchObject({ state: 'approved' });
    expect(await books()).toMatchObject({ completed: 1, available: 100 });
  });

  it('of one cause at once open one case', async () => {
    await atOnce(5, () => open('o1'));
    expect(await queue()).toMatchObject([{ score: 40, findings: [{ cause: 'o1' }] }]);
    expect(await books()).toEqual(held);
  });

  it('of another cause open the case again that was approved', async () => {
    const { reviewId } = await opened('o1');
    await decide(reviewId, 'approve');
    expect(await opened('o2', 'fast_order')).toMatchObject({
      reviewId,
      state: 'open',
      decisions: 1,
      reasons: ['odd_order', 'fast_order'],
      findings: [{ cause: 'o1' }, { cause: 'o2' }],
    });
    expect(await books()).toEqual(held);
  });

  it('are further evidence where the case is open, up to a bound', async () => {
    await atOnce(3, (n) => open(`p${n}`));
    for (let n = 0; n < 25; n++) await open(`q${n}`);
    const [review] = await queue();
    expect(review?.findings).toHaveLength(20);
    expect(review?.findings.at(-1)).toMatchObject({ cause: 'q24' });
    expect(await books()).toEqual(held);
  });

  it('change nothing of what is rejected, or was never referred', async () => {
    const { reviewId } = await opened('o1');
    await decide(reviewId, 'reject');
    expect(await open('o2')).toBeUndefined();
    expect((await books()).rejected).toBe(1);
    const stranger = { programId: 'default', refereeId: 'nobody' };
    expect(await openReview(world.ports, stranger, { cause: 'x', findings: [] })).toBeUndefined();
  });

  it('meet decisions and events without losing either', async () => {
    const { reviewId } = await opened('o1');
    const [decided] = await Promise.all([
      decide(reviewId, 'approve'),
      open('o2'),
      happen(world.ports, order('o3')),
    ]);
    expect(codeOf(decided)).toContain('not refused');
    // The findings came before the approval, which settles all, or after it, and hold what was approved.
    const [review] = await queue();
    expect(await books()).toMatchObject(
      review ? held : { ...held, inReview: 0, completed: 1, available: 200, ledger: 200 },
    );
  });
});

/** docs/fraud.md has these figures. */
describe('write units', () => {
  testCost('of opening a case that takes back one reward', async () => {
    const { units } = await measureWrites(world.table, () => opened('o1'));
    expect(units).toEqual({ table: 12, lists: 4 });
  });

  testCost('of further evidence', async () => {
    await opened('o1');
    const { units } = await measureWrites(world.table, () => opened('o2'));
    expect(units).toEqual({ table: 6, lists: 1 });
  });
});
