import { describe, expect, it } from 'vitest';
import { milestoneRewardId } from '../../shared/domain/ids.ts';
import type { Milestone } from '../../shared/domain/programs/program.ts';
import type { Table } from '../../shared/table/client.ts';
import { assignCoupon } from '../../shared/usecases/coupons/assign-coupon.ts';
import { fillPool } from '../../shared/usecases/coupons/fill-pool.ts';
import { loadCoupons } from '../../shared/usecases/coupons/load-coupons.ts';
import { grantMilestones } from '../../shared/usecases/milestones/grant-milestones.ts';
import { claimReward } from '../../shared/usecases/rewards/claim-reward.ts';
import { allPorts } from '../support/ports.ts';
import { onDynamodbLocal } from '../support/table.ts';
import { advance, alice, book, milestone, programId, saveProgram, useRewardTable } from './reward-table.ts';
import { testCost } from './use-table.ts';

/** DynamoDB Local counts what transactions write to an index twice: there they are skipped, as by `testCost`. */
const itOf = onDynamodbLocal ? it.skip : it;
const world = useRewardTable();
const first = milestoneRewardId(alice, 'first');
const money = { kind: 'cash', amount: { amount: 1_000, currency: 'USD' } } as const;

interface Bill {
  read: number;
  write: number;
  index: number;
}
interface Consumed {
  readonly Table?: { readonly CapacityUnits?: number };
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, { readonly CapacityUnits?: number }>>;
}

/** What the table bills for some work. Index reads count as reads. */
async function billOf(work: (ports: ReturnType<typeof portsOf>) => Promise<unknown>): Promise<Bill> {
  const bill = { read: 0, write: 0, index: 0 };
  const documents = new Proxy(world.table.documents, {
    get: (target, name) =>
      name === 'send'
        ? async (command: { input: Record<string, unknown>; constructor: { name: string } }) => {
            command.input['ReturnConsumedCapacity'] = 'INDEXES';
            const answer = (await target.send(command as never)) as {
              ConsumedCapacity?: Consumed | readonly Consumed[];
            };
            add(bill, /Get|Query/.test(command.constructor.name), [answer.ConsumedCapacity ?? []].flat());
            return answer;
          }
        : Reflect.get(target, name),
  });
  await work(portsOf({ ...world.table, documents }));
  return bill;
}
const portsOf = (table: Table) => ({ ...allPorts(table), poolIsEmpty: () => undefined });

function add(bill: Bill, isRead: boolean, consumed: readonly Consumed[]): void {
  for (const { Table, GlobalSecondaryIndexes = {} } of consumed) {
    const index = Object.values(GlobalSecondaryIndexes).reduce(
      (sum, one) => sum + (one.CapacityUnits ?? 0),
      0,
    );
    if (isRead) bill.read += (Table?.CapacityUnits ?? 0) + index;
    else {
      bill.write += Table?.CapacityUnits ?? 0;
      bill.index += index;
    }
  }
}

async function reach(one: Partial<Milestone>): Promise<void> {
  await saveProgram(world, { milestones: [milestone(one)] });
  await advance(world, { completed: 2 });
}
const grant = (ports: ReturnType<typeof portsOf>) => grantMilestones(ports, programId, 'alice');
const assign = (rewardId: string) => (ports: ReturnType<typeof portsOf>) => assignCoupon(ports, rewardId);
const coupon = { kind: 'coupon', pool: 'spring', rewardAmount: 1 } as const;
const load = (...codes: string[]) => loadCoupons(world.ports, programId, 'spring', codes);

describe('a milestone costs', () => {
  itOf.each<[string, Partial<Milestone>, Bill]>([
    ['a badge', {}, { read: 1.5, write: 1, index: 1 }],
    ['money by itself', { ...money, grant: 'automatic' }, { read: 1.5, write: 6, index: 2 }],
    [
      'money that can be taken back',
      { ...money, grant: 'automatic', onReversal: 'take_back' },
      { read: 1.5, write: 8, index: 2 },
    ],
  ])('%s', async (_, one, bill) => {
    await reach(one);
    expect(await billOf(grant)).toEqual(bill);
    expect(await billOf(grant)).toEqual({ read: 1.5, write: 0, index: 0 });
  });

  testCost('to be taken back as much as to be given', async () => {
    await reach({ ...money, grant: 'automatic', onReversal: 'take_back' });
    await grantMilestones(world.ports, programId, 'alice');
    await advance(world, { completed: -1 });
    expect(await billOf(grant)).toEqual({ read: 1.5, write: 8, index: 2 });
  });
});

describe('a claim costs', () => {
  itOf.each<[string, Partial<Milestone>, Bill]>([
    ['of a badge', {}, { read: 2, write: 1, index: 1 }],
    ['of money', money, { read: 2, write: 6, index: 2 }],
  ])('%s', async (_, one, bill) => {
    await reach(one);
    await grantMilestones(world.ports, programId, 'alice');
    expect(await billOf((ports) => claimReward(ports, first))).toEqual(bill);
  });

  testCost('of credit', async () => {
    const rewardId = await book(world, 'bob', { currency: 'USD', rewardAmount: 500, amount: 500 });
    expect(await billOf((ports) => claimReward(ports, rewardId))).toEqual({ read: 3, write: 6, index: 2 });
  });
});

describe('a coupon costs', () => {
  testCost('to be loaded, handed out, waited for and served', async () => {
    await saveProgram(world, {});
    expect(await billOf((ports) => loadCoupons(ports, programId, 'spring', ['A']))).toEqual({
      read: 0.5,
      write: 4,
      index: 1,
    });
    const bills = [await billOf(assign(await book(world, 'bob', coupon)))];
    bills.push(await billOf(assign(await book(world, 'carl', coupon))));
    await load('B', 'C', 'D');
    bills.push(await billOf((ports) => fillPool(ports, programId, 'spring')));
    // A search for a free code that begins past the last one begins anew: half a unit more.
    expect(bills.map(({ write, index }) => [write, index])).toEqual([
      [6, 2],
      [6, 1],
      [8, 2],
    ]);
    expect(bills.every(({ read }) => read <= 3)).toBe(true);
  });
});
