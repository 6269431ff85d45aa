import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { participantKey } from '../../shared/domain/ids.ts';
import { keys } from '../../shared/table/keys.ts';
import { reconcileBalances } from '../../shared/usecases/money/reconcile-balances.ts';
import { cancelPayout } from '../../shared/usecases/payouts/cancel-payout.ts';
import { createPayout } from '../../shared/usecases/payouts/create-payout.ts';
import { happen, join, linkOf, taken, useTable } from './use-table.ts';

const world = useTable();

async function reconcile() {
  const found: { userId: string; column: number; sum: number }[] = [];
  const result = await reconcileBalances({
    ...world.ports,
    mismatch: ({ userId, balance }, sum) =>
      found.push({ userId, column: balance.available, sum: sum.available }),
  });
  return { ...result, found };
}

async function aliceEarns(): Promise<void> {
  await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
  await happen(world.ports, { id: 'e1', orderId: 'o1' }, { id: 'e2', currency: 'EUR' });
  await happen(world.ports, { id: 'r1', type: 'order.refunded', orderId: 'o1', amountRefunded: 300 });
  const payout = { programId: 'default', userId: 'alice', amount: 20, currency: 'USD' };
  const { payoutId } = taken(await createPayout(world.ports, payout));
  taken(await createPayout(world.ports, payout));
  taken(await cancelPayout(world.ports, payoutId));
}

it('agrees after rewards, refunds, payouts and cancellations, in each currency', async () => {
  await aliceEarns();
  expect(await reconcile()).toEqual({ checked: 2, mismatches: 0, found: [] });
});

it.each(['available', 'waiting', 'held:2020-01-01', 'held:2999-01-01', 'inPayout', 'paid'])(
  'finds a cent too much in %s',
  async (column) => {
    await aliceEarns();
    await world.table.documents.send(
      new UpdateCommand({
        TableName: world.table.name,
        Key: keys.balance(participantKey('default', 'alice'), 'cash', 'USD'),
        UpdateExpression: 'ADD #column :one',
        ExpressionAttributeNames: { '#column': column },
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
    expect(await reconcile()).toMatchObject({
      checked: 2,
      mismatches: 1,
      found: [{ userId: 'alice', sum: 50 }],
    });
  },
);

it('sums ledgers of more than a page', async () => {
  const link = await linkOf(world.ports, 'alice');
  for (let i = 0; i < 45; i++) {
    await join(world.ports, `user-${i}`, link);
    await happen(world.ports, ...[1, 2, 3].map((n) => ({ id: `e${i}-${n}`, userId: `user-${i}` })));
  }
  expect(await reconcile()).toEqual({ checked: 1, mismatches: 0, found: [] });
});

it('has nothing to say of a table without money', async () => {
  await linkOf(world.ports, 'alice');
  expect(await reconcile()).toEqual({ checked: 0, mismatches: 0, found: [] });
});

it('looks again where the list of the ledger lags behind the balance', async () => {
  await aliceEarns();
  const lagging = new Set(['USD', 'EUR']);
  const result = await reconcileBalances({
    ...world.ports,
    listLedger: async (...args) => {
      const page = await world.ports.listLedger(...args);
      return lagging.delete([...lagging][0] ?? '') ? { items: [] } : page;
    },
    mismatch: () => undefined,
  });
  expect(result).toEqual({ checked: 2, mismatches: 0 });
});
