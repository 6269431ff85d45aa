import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import type { ReviewDecision } from '../../shared/domain/fraud/review.ts';
import { defaultSettings } from '../../shared/domain/programs/default-program.ts';
import { continueSettlement } from '../../shared/usecases/fraud/continue-settlement.ts';
import { decideReview } from '../../shared/usecases/fraud/decide-review.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import { takingAtMost } from '../support/ports.ts';
import { happen, ledgerOf, linkOf, overviewOf, taken, useTable } from './use-table.ts';

const world = useTable();

type Step =
  | { readonly do: 'order' }
  | { readonly do: 'refund'; readonly order: number; readonly amount: number }
  | { readonly do: 'decide'; readonly decision: ReviewDecision }
  | { readonly do: 'stage' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: 'order' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('refund' as const),
      order: fc.nat({ max: 6 }),
      amount: fc.constantFrom(200, 500, 1_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      decision: fc.constantFrom('approve' as const, 'reject' as const, 'undo' as const),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'stage' as const }) },
);

/** Groups of steps, each of which happens at the same moment. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 10 });

beforeEach(async () => {
  const [commission] = defaultSettings('Default', 'https://example.com/').rules;
  const rules = commission && [{ ...commission, limitPerReferee: null }];
  const fraud = { rules: { same_device: { action: 'hold' } } } as const;
  taken(await updateProgram(world.ports, 'default', { fraud, rules, versioning: 'latest' }, undefined));
});

let histories = 0;

/** A referrer and who came on their device, and is held; transactions of their case take one reward. */
async function begin() {
  const [referrer, referee] = [`alice-${++histories}`, `bob-${histories}`];
  const deviceId = `device-${histories}`;
  taken(await putParticipant(world.ports, 'default', referrer, { deviceId }));
  const { code } = await linkOf(world.ports, referrer);
  const signUp = { newUserId: referee, referralCode: code, deviceId };
  const reviewId = taken(await createReferral(world.ports, signUp)).reviewId ?? '';
  const ports = takingAtMost(world.ports, 1);
  return { referrer, referee, reviewId, ports, refunded: [] as number[] };
}

type Play = Awaited<ReturnType<typeof begin>>;

async function take({ referee, reviewId, ports, refunded }: Play, one: Step): Promise<void> {
  const name = (n: number) => `${referee} ${n}`;
  if (one.do === 'order') {
    const id = name(refunded.push(0) - 1);
    await happen(ports, { id, orderId: id, userId: referee, amount: 1_000 });
  } else if (one.do === 'refund') {
    const before = refunded[one.order];
    if (before === undefined || before >= one.amount) return;
    refunded[one.order] = one.amount;
    const orderId = name(one.order);
    await happen(ports, {
      id: `${orderId} ${one.amount}`,
      orderId,
      userId: referee,
      type: 'order.refunded',
      amountRefunded: one.amount,
    });
  } else if (one.do === 'decide') {
    const deciding = { decision: one.decision, note: 'Because', keyId: 'key1', requestId: 'r1' };
    await decideReview(ports, reviewId, deciding);
  } else await continueSettlement(ports, 'default', referee);
}

async function booked(referrer: string): Promise<number> {
  const { balances } = await overviewOf(world.ports, referrer);
  const available = balances.find(({ currency }) => currency === 'USD')?.available ?? 0;
  const ledger = await ledgerOf(world.ports, referrer);
  expect(ledger.reduce((sum, entry) => sum + entry.amount, 0)).toBe(available);
  return available;
}

it('whatever is decided, ordered and refunded while a case is settled, it ends as what was decided last', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (groups) => {
      const play = await begin();
      for (const group of groups) {
        await Promise.all(group.map((one) => take(play, one)));
        await booked(play.referrer);
      }
      let review = await world.ports.findReview(play.reviewId);
      for (let stages = 0; review?.settling !== undefined; stages++) {
        expect(stages).toBeLessThan(100);
        await continueSettlement(play.ports, 'default', play.referee);
        review = await world.ports.findReview(play.reviewId);
      }
      const earned = play.refunded.reduce((sum, refunded) => sum + (1_000 - refunded) / 10, 0);
      expect(await booked(play.referrer)).toBe(review?.state === 'approved' ? earned : 0);
    }),
    { numRuns: 20 },
  );
}, 120_000);
