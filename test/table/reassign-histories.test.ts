import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { defaultSettings } from '../../shared/domain/programs/default-program.ts';
import type { Tenure } from '../../shared/domain/referrals/referral.ts';
import { continueSettlement } from '../../shared/usecases/fraud/continue-settlement.ts';
import { decideReferral } from '../../shared/usecases/fraud/decide-referral.ts';
import { decideReview } from '../../shared/usecases/fraud/decide-review.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { reassignReferral } from '../../shared/usecases/referrals/reassign-referral.ts';
import { takingAtMost } from '../support/ports.ts';
import { happen, join, ledgerOf, linkOf, overviewOf, taken, useTable } from './use-table.ts';

const world = useTable();
const by = { keyId: 'key1', requestId: 'r1' };
const referrers = [0, 1, 2] as const;

type Step =
  | { readonly do: 'order' | 'reject' | 'approve' | 'undo' | 'stage' }
  | { readonly do: 'refund'; readonly order: number; readonly amount: number }
  | { readonly do: 'give'; readonly to: number; readonly earned: Tenure['earned'] };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ do: 'order' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('refund' as const),
      order: fc.nat({ max: 5 }),
      amount: fc.constantFrom(200, 500, 1_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('give' as const),
      to: fc.constantFrom(...referrers),
      earned: fc.constantFrom('stays' as const, 'taken_back' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('reject' as const, 'approve' as const, 'undo' as const) }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'stage' as const }) },
);

/** Groups of steps, each of which happens at the same moment. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 9 });

beforeEach(async () => {
  const [commission] = defaultSettings('Default', 'https://example.com/').rules;
  const rules = commission && [{ ...commission, limitPerReferee: null }];
  taken(await updateProgram(world.ports, 'default', { rules, versioning: 'latest' }, undefined));
});

let histories = 0;

/** Somebody whom the first of three participants brought; transactions of decisions take one reward. */
async function begin() {
  const n = ++histories;
  const names = referrers.map((number) => `referrer-${n}-${number}`);
  const links = await Promise.all(names.map((name) => linkOf(world.ports, name)));
  const referee = `bob-${n}`;
  const first = links[0];
  if (first === undefined) throw new Error('There is no link');
  const { referralId } = await join(world.ports, referee, first);
  const ports = takingAtMost(world.ports, 1);
  return { names, referee, referralId, ports, refunded: [] as number[] };
}

type Play = Awaited<ReturnType<typeof begin>>;

const orderOf = ({ referee }: Play, n: number) => `${referee} ${n}`;

async function take(play: Play, one: Step): Promise<void> {
  const { names, referee, referralId, ports, refunded } = play;
  const decision = { note: 'Because', ...by };
  switch (one.do) {
    case 'order': {
      const id = orderOf(play, refunded.push(0) - 1);
      return happen(ports, { id, orderId: id, userId: referee, amount: 1_000 });
    }
    case 'refund': {
      if ((refunded[one.order] ?? one.amount) >= one.amount) return;
      refunded[one.order] = one.amount;
      const orderId = orderOf(play, one.order);
      const id = `${orderId} ${one.amount}`;
      const refund = { type: 'order.refunded', amountRefunded: one.amount };
      return happen(ports, { id, orderId, userId: referee, ...refund });
    }
    case 'give': {
      const wanted = { userId: names[one.to] ?? '', reason: 'Because', earned: one.earned };
      await reassignReferral(ports, referralId, wanted, by);
      return;
    }
    case 'stage':
      return continueSettlement(ports, 'default', referee);
    case 'undo':
      await decideReview(ports, referralId.replace('ref_', 'rev_'), { decision: 'undo', ...decision });
      return;
    default:
      await decideReferral(ports, referralId, { decision: one.do, ...decision });
  }
}

/** What each has earned; the balance of each is the sum of their ledger, and one of them has the referral. */
async function books({ names, referralId }: Play): Promise<readonly number[]> {
  const { referrerId, status } = (await world.ports.findReferral(referralId)) ?? {};
  const all = await Promise.all(names.map((name) => overviewOf(world.ports, name)));
  return Promise.all(
    all.map(async ({ progress: { pending, completed, rejected, inReview }, balances }, index) => {
      const name = names[index] ?? '';
      const own = name === referrerId ? 1 : 0;
      const counts = { pending, completed, rejected, inReview };
      const column = status === 'completed' ? { completed: own } : { rejected: own };
      expect(counts).toEqual({ pending: 0, completed: 0, rejected: 0, inReview: 0, ...column });
      const { items } = taken((await world.ports.listReferralsOf('default', name, { limit: 9 })) ?? {}) as {
        items: readonly object[];
      };
      expect(items).toHaveLength(own);
      const available = balances.find(({ currency }) => currency === 'USD')?.available ?? 0;
      const ledger = await ledgerOf(world.ports, name);
      expect(ledger.reduce((sum, entry) => sum + entry.amount, 0)).toBe(available);
      return available;
    }),
  );
}

/** What each should have earned, by what the referral says of whose it was when. */
async function due(play: Play): Promise<readonly number[]> {
  const { referrerId, status, earlier = [] } = (await world.ports.findReferral(play.referralId)) ?? {};
  const sums = new Map<string, number>();
  for (const [n, refunded] of play.refunded.entries()) {
    const stored = await world.ports.findEvent('default', orderOf(play, n));
    const tenure = earlier.find(({ until }) => (stored?.event.acceptedAt ?? '') < until);
    const pays = tenure === undefined ? status === 'completed' : tenure.earned === 'stays';
    const whose = tenure?.referrerId ?? referrerId ?? '';
    if (pays) sums.set(whose, (sums.get(whose) ?? 0) + (1_000 - refunded) / 10);
  }
  return play.names.map((name) => sums.get(name) ?? 0);
}

it('whatever is ordered, refunded, given away and decided, one has the referral and each what was earned in their time', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (groups) => {
      const play = await begin();
      for (const group of groups) {
        await Promise.all(group.map((one) => take(play, one)));
        await books(play);
      }
      // Nothing asks for a stage where none is left: as many as there can be.
      for (let stages = 0; stages < 40; stages++) {
        await continueSettlement(play.ports, 'default', play.referee);
      }
      expect(await books(play)).toEqual(await due(play));
    }),
    { numRuns: 20 },
  );
}, 240_000);
