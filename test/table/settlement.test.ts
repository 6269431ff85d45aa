import { beforeEach, describe, expect, it } from 'vitest';
import type { Review, ReviewDecision } from '../../shared/domain/fraud/review.ts';
import { defaultSettings } from '../../shared/domain/programs/default-program.ts';
import { continueSettlement } from '../../shared/usecases/fraud/continue-settlement.ts';
import { decideReview } from '../../shared/usecases/fraud/decide-review.ts';
import { openReview } from '../../shared/usecases/fraud/open-review.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import { type AllPorts, takingAtMost } from '../support/ports.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, happen, linkOf, overviewOf, taken, testCost, useTable } from './use-table.ts';

const world = useTable();
const deviceId = 'device-1';
let reviewId = '';

const [commission] = defaultSettings('Default', 'https://example.com/').rules;
const rule = { ...commission, limitPerReferee: null };

/** Alice brings Bob on her own device: he is held. Every order of his earns her a tenth. */
beforeEach(async () => {
  await set({ fraud: { rules: { same_device: { action: 'hold' } } }, versioning: 'latest', rules: [rule] });
  taken(await putParticipant(world.ports, 'default', 'alice', { deviceId }));
  const { code } = await linkOf(world.ports, 'alice');
  const sent = { newUserId: 'bob', referralCode: code, deviceId };
  reviewId = taken(await createReferral(world.ports, sent)).reviewId ?? '';
});

const set = async (changes: object) => taken(await updateProgram(world.ports, 'default', changes, undefined));
const order = (n: number, amount = 1_000) => ({ id: `o${n}`, orderId: `o${n}`, amount });
const buy = async (count: number, from = 0) => {
  for (let n = from; n < from + count; n++) await happen(world.ports, order(n));
};

const taking = (most: number): AllPorts => takingAtMost(world.ports, most);

const decide = async (decision: ReviewDecision, ports: AllPorts = world.ports): Promise<Review> => {
  const deciding = { decision, note: 'Because', keyId: 'key1', requestId: 'r1' };
  return taken(await decideReview(ports, reviewId, deciding));
};
const goOn = (ports: AllPorts = world.ports) => continueSettlement(ports, 'default', 'bob');
const review = () => world.ports.findReview(reviewId);

/** Goes on as the queue does, as long as the case asks for it. @returns after how many stages it is settled */
async function settle(ports: AllPorts = world.ports): Promise<number> {
  for (let stages = 0; ; stages++) {
    const settling = (await review())?.settling;
    await expectBooked();
    if (settling === undefined) return stages;
    await goOn(ports);
  }
}

async function available(): Promise<number> {
  const { balances } = await overviewOf(world.ports, 'alice');
  return balances.find(({ currency }) => currency === 'USD')?.available ?? 0;
}

/** The balance is the sum of the ledger. */
async function expectBooked(): Promise<void> {
  let sum = 0;
  let cursor: string | undefined;
  do {
    const request = { limit: 100, ...(cursor !== undefined && { cursor }) };
    const now = new Date().toISOString();
    const page = await world.ports.listLedger('default', 'alice', request, now);
    sum += (page?.items ?? []).reduce((all, entry) => all + entry.amount, 0);
    cursor = page?.nextCursor;
  } while (cursor !== undefined);
  expect(await available()).toBe(sum);
}

describe('a decision that moves more rewards than one transaction takes', () => {
  it('is taken at once, and settled in stages', async () => {
    await buy(120);
    const decided = await decide('approve');
    expect(decided.settling?.left).toBeGreaterThan(0);
    expect((decided.settling?.moved ?? 0) + (decided.settling?.left ?? 0)).toBe(120);
    expect(await world.ports.findReferralOf('default', 'bob')).toMatchObject({ status: 'completed' });
    expect(await settle()).toBeGreaterThan(0);
    expect(await available()).toBe(12_000);
    expect(await review()).not.toHaveProperty('settling');
    await decide('undo');
    await settle();
    expect(await available()).toBe(0);
    const { progress } = await overviewOf(world.ports, 'alice');
    expect(progress).toMatchObject({ completed: 0, inReview: 1 });
  }, 60_000);

  it('shows how far it is, and is the same decision when it is sent again', async () => {
    await buy(5);
    const two = taking(2);
    expect(await decide('approve', two)).toMatchObject({
      state: 'approved',
      settling: { moved: 2, left: 3 },
    });
    expect(await decide('approve', two)).toMatchObject({ settling: { moved: 2, left: 3 } });
    await goOn(two);
    expect(await review()).toMatchObject({ settling: { moved: 4, left: 1 } });
    expect(await available()).toBe(400);
    await goOn(two);
    expect(await review()).not.toHaveProperty('settling');
    await goOn(two);
    expect(await available()).toBe(500);
    expect(await settle(two)).toBe(0);
  });

  it('stays in one step where it fits', async () => {
    await buy(40);
    expect(await decide('approve')).not.toHaveProperty('settling');
    expect(await available()).toBe(4_000);
  }, 30_000);
});

describe('while a case is settled', () => {
  it('an undo turns it round', async () => {
    await buy(6);
    const two = taking(2);
    await decide('approve', two);
    await goOn(two);
    expect(await available()).toBe(400);
    expect(await decide('undo', two)).toMatchObject({ state: 'open', settling: { moved: 2, left: 2 } });
    await settle(two);
    expect(await available()).toBe(0);
    await decide('reject', two);
    expect(await settle(two)).toBe(0);
    await decide('undo', two);
    await decide('approve', two);
    await settle(two);
    expect(await available()).toBe(600);
  });

  it('orders are judged by what was decided, and paid once', async () => {
    await buy(4);
    const one = taking(1);
    await decide('approve', one);
    await happen(world.ports, order(10), order(11, 3_000));
    expect(await available()).toBe(100 + 100 + 300);
    await happen(world.ports, {
      ...{ id: 'r3', orderId: 'o3', type: 'order.refunded', amountRefunded: 1_000 },
    });
    await settle(one);
    expect(await available()).toBe(300 + 100 + 300);
    await decide('undo', one);
    await happen(world.ports, order(12));
    await settle(one);
    expect(await available()).toBe(0);
  });

  it('what is found of an order holds it again', async () => {
    await buy(4);
    const one = taking(1);
    await decide('approve', one);
    const findings = [{ ruleId: 'odd_order', score: 40, reason: 'It looks odd', evidence: {} }];
    const late = { cause: 'o1', findings };
    taken((await openReview(one, { programId: 'default', refereeId: 'bob' }, late)) ?? {});
    await settle(one);
    expect(await available()).toBe(0);
    expect(await review()).toMatchObject({ state: 'open', reasons: ['same_device', 'odd_order'] });
  });

  it('stages, orders and decisions at the same moment move each reward once', async () => {
    await buy(8);
    const two = taking(2);
    await decide('approve', two);
    await atOnce(6, async (n) => {
      if (n === 0) await happen(world.ports, order(20));
      else if (n === 1) await decide('undo', two);
      else await goOn(two);
    });
    await settle(two);
    expect(await available()).toBe(0);
    await decide('approve', two);
    await atOnce(4, () => goOn(two));
    await settle(two);
    expect(await available()).toBe(900);
    await expectBooked();
  });

  it('a cap is kept, and what it left out stays without', async () => {
    const cap = { period: 'ever', amount: 350, currency: 'USD' };
    await set({ rules: [{ ...rule, caps: [cap] }] });
    await buy(6);
    const one = taking(1);
    await decide('approve', one);
    await settle(one);
    expect(await available()).toBe(350);
    await decide('undo', one);
    await settle(one);
    expect(await available()).toBe(0);
    await decide('approve', one);
    await settle(one);
    expect(await available()).toBe(350);
  });
});

it('nothing happens where there is nothing to settle', async () => {
  await goOn();
  await continueSettlement(world.ports, 'default', 'nobody');
  await buy(2);
  await decide('approve');
  await goOn();
  expect(await available()).toBe(200);
});

testCost(
  'a stage costs its case, and its rewards: 6 + 2 with one to make, 8 + 3 to take it back',
  async () => {
    await buy(3);
    const one = taking(1);
    await decide('approve', one);
    expect((await measureWrites(world.table, () => goOn(one))).units).toEqual({ table: 6, lists: 2 });
    await goOn(one);
    await decide('undo', one);
    expect((await measureWrites(world.table, () => goOn(one))).units).toEqual({ table: 8, lists: 3 });
  },
);
