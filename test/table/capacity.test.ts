import { describe, expect } from 'vitest';
import { createProgram as createProgramRoute } from '../../shared/contract/programs.ts';
import { createProgram } from '../../shared/usecases/programs/save-program.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import { measureWrites } from './measure-writes.ts';
import { linkOf, process, report, taken, testCost, useTable } from './use-table.ts';

const world = useTable();
const programId = 'p';
const commission = {
  ruleId: 'commission',
  event: 'order.paid',
  side: 'referrer',
  kind: 'cash',
  amount: { type: 'percentage', rate: '10' },
};
const level = (n: number) => ({ ...commission, ruleId: `level-${n}`, side: 'upline', level: n });

/** Carol was invited by Bob, and Bob by Alice. */
async function begin(settings: object): Promise<void> {
  const body = { programId, name: 'P', destination: 'https://example.com/', milestones: [], ...settings };
  taken(await createProgram(world.ports, createProgramRoute.body.parse(body)));
  for (const [who, by] of [
    ['bob', 'alice'],
    ['carol', 'bob'],
  ] as const) {
    const link = await linkOf(world.ports, by, programId);
    taken(await createReferral(world.ports, { newUserId: who, referralCode: link.code }));
  }
}

/** Write units of all that an event makes: of the table, and of the list. */
async function unitsOf(id: string): Promise<string> {
  const { units } = await measureWrites(world.table, () => process(world.ports, id, programId));
  return `${units.table} + ${units.lists}`;
}

const order = { programId, userId: 'carol', amount: 10_000, currency: 'USD' };
const paid = (id: string, more: object = {}) => ({ ...order, id, orderId: id, ...more });
const unlimited = { limitPerReferee: null };
const refundsCounted = { rules: { refund_rate: { action: 'flag', percent: 40 } } };

/** docs/access-patterns.md has these figures. */
describe('write units (table + list)', () => {
  const orders: [string, object, string][] = [
    ['a plain rewarded order', { rules: [commission] }, '4 + 1'],
    ['an order whose reward is held', { rules: [{ ...commission, hold: { days: 30 } }] }, '4 + 1'],
    ['an order that pays two levels', { rules: [commission, level(2)] }, '8 + 2'],
    ['an order that pays both sides', { rules: [{ ...commission, side: 'both' }] }, '8 + 2'],
    ['an order that pays one balance by two rules', { rules: [commission, level(1)] }, '6 + 2'],
    [
      'an order whose reward is capped',
      { rules: [{ ...commission, caps: [{ period: 'month', amount: 1, currency: 'USD' }] }] },
      '6 + 1',
    ],
    ['an order within a budget', { rules: [commission], budgets: [{ currency: 'USD', amount: 9 }] }, '6 + 1'],
    [
      'an order where sales are counted',
      {
        rules: [commission],
        tiers: [{ tierId: 'gold', name: 'Gold', threshold: { metric: 'paidOrders', value: 5 } }],
      },
      '6 + 1',
    ],
    ['an order where refunds are counted', { rules: [commission], fraud: refundsCounted }, '6 + 1'],
    [
      'an order where sales and refunds are counted',
      {
        rules: [commission],
        fraud: refundsCounted,
        tiers: [{ tierId: 'gold', name: 'Gold', threshold: { metric: 'paidOrders', value: 5 } }],
      },
      '6 + 1',
    ],
    [
      'an order that completes its referral',
      { rules: [commission], qualification: [{ event: 'order.paid' }] },
      '8 + 2',
    ],
    [
      'an order that earns a badge',
      {
        rules: [{ ruleId: 'b', event: 'order.paid', side: 'referrer', kind: 'badge', name: 'B' }],
      },
      '4 + 1',
    ],
  ];
  for (const [name, settings, expected] of orders) {
    testCost(name, async () => {
      await begin(settings);
      await report(world.ports, paid('o1'));
      expect(await unitsOf('o1')).toBe(expected);
    });
  }

  const changes: [string, object, string][] = [
    ['a refund', { type: 'order.refunded', amountRefunded: 500 }, '6 + 2'],
    ['an edit', { type: 'order.updated', amount: 900, currency: 'USD' }, '6 + 2'],
    ['a refund that changes no reward', { type: 'order.refunded', amountRefunded: 1 }, '1 + 0'],
  ];
  for (const [name, change, expected] of changes) {
    testCost(name, async () => {
      await begin({ rules: [{ ...commission, ...unlimited }] });
      await report(world.ports, paid('o1'));
      await process(world.ports, 'o1', programId);
      const { amount: _amount, currency: _currency, ...rest } = order;
      await report(world.ports, { ...rest, id: 'c1', orderId: 'o1', ...change });
      expect(await unitsOf('c1')).toBe(expected);
    });
  }

  const unreferred = { ...order, userId: 'zoe' };
  const signUp = async (newUserId: string): Promise<string> => {
    const link = await linkOf(world.ports, 'alice', programId);
    const { units } = await measureWrites(world.table, () =>
      createReferral(world.ports, { newUserId, referralCode: link.code }),
    );
    return `${units.table} + ${units.lists}`;
  };

  testCost('orders of somebody whom nobody referred, and the sign-up that counts them', async () => {
    await begin({ rules: [commission] });
    for (const id of ['o1', 'o2', 'o3']) {
      await report(world.ports, { ...unreferred, id });
      expect(await unitsOf(id)).toBe('1 + 0');
      expect(await unitsOf(id)).toBe('0 + 0');
    }
    expect(await signUp('zoe')).toBe(await signUp('yves'));
    expect(await unitsOf('o1')).toBe('4 + 1');
  });
});
