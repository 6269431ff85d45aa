import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../shared/domain/programs/default-program.ts';
import type { Rule } from '../../shared/domain/programs/program.ts';
import { foldJournal } from '../../shared/domain/rewards/journal.ts';
import { continueSettlement } from '../../shared/usecases/fraud/continue-settlement.ts';
import { openReview } from '../../shared/usecases/fraud/open-review.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { type AllPorts, takingAtMost } from '../support/ports.ts';
import { measureWrites } from './measure-writes.ts';
import {
  atOnce,
  happen,
  join,
  ledgerOf,
  linkOf,
  overviewOf,
  process,
  report,
  taken,
  testCost,
  useTable,
} from './use-table.ts';

const world = useTable();
const [commission] = defaultSettings('Default', 'https://example.com/').rules as [Rule];

/** Alice brings Bob, whose every order earns her a tenth; what he orders before his address is verified waits. */
async function begin(rule: Partial<Rule> = {}, qualification = [{ event: 'email.verified', times: 1 }]) {
  const rules = [{ ...commission, limitPerReferee: null, ...rule }];
  taken(
    await updateProgram(world.ports, 'default', { rules, qualification, versioning: 'latest' }, undefined),
  );
  await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
}

const order = (n: number) => ({ id: `o${n}`, orderId: `o${n}` });
const told = (id: string, type: string) => ({ id, type, amount: undefined, currency: undefined }) as never;
const verified = told('verified', 'email.verified');
const refund = (n: number) => ({
  ...{ id: `r${n}`, orderId: `o${n}`, type: 'order.refunded', amountRefunded: 1_000 },
});
const buy = async (count: number, ports: AllPorts = world.ports) => {
  for (let n = 0; n < count; n++) await happen(ports, order(n));
};
const goOn = (ports: AllPorts = world.ports) => continueSettlement(ports, 'default', 'bob');
const journal = async () => (await world.ports.loadRefereeAccount('default', 'bob')).journal;

/** Goes on as the queue does, as long as entries ask for it. @returns after how many stages it is settled */
async function settle(ports: AllPorts = world.ports): Promise<number> {
  for (let stages = 0; stages < 50; stages++) {
    if (!foldJournal(await journal()).isSettling) return stages;
    await goOn(ports);
  }
  throw new Error('It is never settled');
}

async function balance(userId = 'alice') {
  const { balances } = await overviewOf(world.ports, userId);
  return balances.find(({ currency }) => currency === 'USD') ?? { available: 0, pending: 0 };
}

const available = async (userId = 'alice') => (await balance(userId)).available;

/** The balance is the sum of the ledger. */
async function expectBooked(): Promise<void> {
  const ledger = await ledgerOf(world.ports, 'alice');
  expect(await available()).toBe(ledger.reduce((sum, { amount }) => sum + amount, 0));
}

describe('an event that moves more rewards than one transaction takes', () => {
  // The entry lies in the first reward; with it the balance, the sums and the referral change.
  it.each([
    [97, 0],
    [98, 1],
    [110, 1],
    [180, 2],
  ])(
    'completes a referral of %i orders and pays them all, after %i stages',
    async (orders, stages) => {
      await begin();
      await buy(orders);
      await happen(world.ports, verified);
      expect(await world.ports.findReferralOf('default', 'bob')).toMatchObject({ status: 'completed' });
      const { progress } = await overviewOf(world.ports, 'alice');
      expect(progress).toMatchObject({ pending: 0, completed: 1 });
      expect(await available()).toBe(stages === 0 ? orders * 100 : 8_000);
      expect(await settle()).toBe(stages);
      expect(await available()).toBe(orders * 100);
      await happen(world.ports, verified);
      await goOn();
      expect(await available()).toBe(orders * 100);
    },
    120_000,
  );

  it('completes a referral that asks for a hundred orders, and pays both sides', async () => {
    await begin({ side: 'both' }, [{ event: 'order.paid', times: 100 }]);
    await buy(100);
    await settle();
    expect([await available('alice'), await available('bob')]).toEqual([10_000, 10_000]);
    const last = (await journal()).find(({ eventId }) => eventId === 'o99');
    expect(last?.explanation[0]).toEqual({ outcome: 'adjusted', reason: 'referral_completed' });
    expect(last?.explanation.filter(({ reason }) => reason === 'rule_matched')).toHaveLength(2);
    expect(last?.postings.some(({ subject }) => subject === 'o99')).toBe(false);
  }, 120_000);

  it('releases all that waited for it', async () => {
    await begin({ hold: { untilEvent: 'trial.ended' } }, []);
    await buy(60);
    expect(await balance()).toMatchObject({ available: 0, pending: 6_000 });
    await happen(world.ports, told('ended', 'trial.ended'));
    expect(await balance()).toMatchObject({ available: 4_000, pending: 2_000 });
    expect(await settle()).toBe(1);
    expect(await balance()).toMatchObject({ available: 6_000, pending: 0 });
  }, 120_000);

  it('leaves nothing to be settled where it fits', async () => {
    await begin();
    await buy(3);
    await happen(world.ports, verified);
    expect((await journal()).filter(({ left }) => left !== undefined)).toEqual([]);
  });
});

describe('while an event is settled in stages', () => {
  const one = () => takingAtMost(world.ports, 1);
  const completeFour = async () => {
    await begin();
    await buy(4);
    await happen(one(), verified);
    expect(await available()).toBe(100);
  };

  it('each stage says how much is left, and asks for the next', async () => {
    await completeFour();
    await settle(one());
    expect((await journal()).map(({ left }) => left)).toEqual([...Array(4), 3, 2, 1, 0]);
    expect(await available()).toBe(400);
  });

  it('orders and refunds move their own rewards alone, each once', async () => {
    await completeFour();
    await happen(one(), order(10));
    expect(await available()).toBe(200);
    await happen(one(), refund(3), refund(0));
    expect(await available()).toBe(100);
    await settle(one());
    expect(await available()).toBe(300);
    await expectBooked();
  });

  it('an order with rewards of both sides is settled with the rest', async () => {
    await begin({ side: 'both' });
    await buy(2);
    await happen(one(), verified);
    await happen(one(), order(10));
    await settle(one());
    expect([await available('alice'), await available('bob')]).toEqual([300, 300]);
  });

  it('what is found of an order takes all of it back, and lets nothing follow', async () => {
    await completeFour();
    const findings = [{ ruleId: 'odd_order', score: 40, reason: 'It looks odd', evidence: {} }];
    const late = { cause: 'o1', findings };
    taken((await openReview(one(), { programId: 'default', refereeId: 'bob' }, late)) ?? {});
    await settle(one());
    expect(await available()).toBe(0);
    expect(await world.ports.findReferralOf('default', 'bob')).toMatchObject({ status: 'in_review' });
  });

  it('stages, orders and repeats at the same moment move each reward once', async () => {
    await begin();
    await buy(6);
    await report(world.ports, verified, order(20), refund(5));
    await atOnce(8, async (n) => {
      if (n < 2) await process(one(), 'verified');
      else if (n === 2) await process(one(), 'o20');
      else if (n === 3) await process(one(), 'r5');
      else await goOn(one());
    });
    await settle(one());
    expect(await available()).toBe(600);
    await expectBooked();
    const { progress } = await overviewOf(world.ports, 'alice');
    expect(progress).toMatchObject({ completed: 1, pending: 0 });
  });

  it('a cap is kept, and what it left out stays without', async () => {
    await begin({ caps: [{ period: 'ever', amount: 250, currency: 'USD' }] });
    await buy(5);
    await happen(one(), verified);
    await settle(one());
    expect(await available()).toBe(250);
    await happen(one(), refund(0));
    await settle(one());
    expect(await available()).toBe(150);
    expect(foldJournal(await journal()).denied.size).toBe(2);
  });
});

testCost('a stage of what is no case costs 4 + 1 with one reward, as an order does', async () => {
  await begin();
  await buy(3);
  const one = takingAtMost(world.ports, 1);
  await happen(one, verified);
  expect((await measureWrites(world.table, () => goOn(one))).units).toEqual({ table: 4, lists: 1 });
});
