import { beforeEach, describe, expect, it } from 'vitest';
import { reconcileBalances } from '../../shared/usecases/money/reconcile-balances.ts';
import { cancelPayout } from '../../shared/usecases/payouts/cancel-payout.ts';
import { createPayout } from '../../shared/usecases/payouts/create-payout.ts';
import {
  atOnce,
  codeOf,
  happen,
  join,
  ledgerOf,
  linkOf,
  overviewOf,
  taken,
  tally,
  useTable,
} from './use-table.ts';

const world = useTable();
const withdraw = (amount: number, more: { userId?: string; currency?: string } = {}) =>
  createPayout(world.ports, { programId: 'default', userId: 'alice', amount, currency: 'USD', ...more });
const usd = async () =>
  (await overviewOf(world.ports, 'alice')).balances.find((balance) => balance.currency === 'USD');

async function expectBooksToBalance(): Promise<void> {
  expect(await reconcileBalances({ ...world.ports, mismatch: () => undefined })).toMatchObject({
    mismatches: 0,
  });
}

/** Alice has 300 US cents to withdraw. */
beforeEach(async () => {
  await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
  await happen(world.ports, { id: 'e1' }, { id: 'e2' }, { id: 'e3' });
});

describe('createPayout', () => {
  it('moves the amount from what is available into payout', async () => {
    const payout = taken(await withdraw(120));
    expect(payout).toEqual({
      payoutId: expect.stringMatching(/^pay_[0-9a-z]{26}_[0-9a-z]{26}$/),
      programId: 'default',
      userId: 'alice',
      amount: 120,
      currency: 'USD',
      status: 'requested',
      createdAt: expect.any(String),
    });
    expect(await world.ports.findPayout(payout.payoutId)).toEqual(payout);
    expect(await usd()).toEqual({ currency: 'USD', pending: 0, available: 180, inPayout: 120, paid: 0 });
    expect((await ledgerOf(world.ports, 'alice'))[0]).toMatchObject({
      amount: -120,
      changes: { available: -120, inPayout: 120 },
      cause: { type: 'payout', payoutId: payout.payoutId },
    });
    await expectBooksToBalance();
  });

  it('takes the whole balance for one of fifty who ask at the same moment', async () => {
    expect(tally(await atOnce(50, () => withdraw(300)))).toEqual({ taken: 1, insufficient_balance: 49 });
    expect(await usd()).toMatchObject({ available: 0, inPayout: 300 });
    expect((await world.ports.listPayouts('default', { limit: 100 }))?.items).toHaveLength(1);
    await expectBooksToBalance();
  });

  it('never takes more than there is, in parts at the same moment', async () => {
    expect(tally(await atOnce(50, () => withdraw(70)))).toEqual({ taken: 4, insufficient_balance: 46 });
    expect(await usd()).toMatchObject({ available: 20, inPayout: 280 });
    await expectBooksToBalance();
  });

  it.each([
    ['a cent too much', 301, {}, 'insufficient_balance'],
    ['a currency that nothing was earned in', 1, { currency: 'EUR' }, 'insufficient_balance'],
    ['a currency that ISO 4217 does not list', 1, { currency: 'XXX' }, 'invalid_request'],
    ['somebody without a balance', 1, { userId: 'bob' }, 'insufficient_balance'],
    ['somebody unknown', 1, { userId: 'nobody' }, 'participant_not_found'],
  ])('refuses %s, and leaves no trace', async (_, amount, more, code) => {
    expect(codeOf(await withdraw(amount, more))).toBe(code);
    expect((await world.ports.listPayouts('default', { limit: 100 }))?.items).toEqual([]);
    expect((await overviewOf(world.ports, 'alice')).balances).toHaveLength(1);
    expect(await usd()).toMatchObject({ available: 300, inPayout: 0 });
  });

  it('finds no money in a balance that a refund took below zero, until later earnings fill it', async () => {
    taken(await withdraw(300));
    await happen(world.ports, { id: 'r1', type: 'order.refunded', orderId: 'e1', amountRefunded: 1_000 });
    expect(await usd()).toMatchObject({ available: -100, inPayout: 300 });
    expect(codeOf(await withdraw(1))).toBe('insufficient_balance');
    await join(world.ports, 'carol', await linkOf(world.ports, 'alice'));
    await happen(world.ports, { id: 'c1', userId: 'carol', amount: 1_500 });
    expect(codeOf(await withdraw(51))).toBe('insufficient_balance');
    expect(codeOf(await withdraw(50))).toContain('requested');
    await expectBooksToBalance();
  });
});

describe('cancelPayout', () => {
  it('gives the amount back', async () => {
    const payout = taken(await withdraw(120));
    const cancelled = taken(await cancelPayout(world.ports, payout.payoutId));
    expect(cancelled).toEqual({ ...payout, status: 'cancelled', cancelledAt: expect.any(String) });
    expect(await world.ports.findPayout(payout.payoutId)).toEqual(cancelled);
    expect(await usd()).toMatchObject({ available: 300, inPayout: 0 });
    const causes = (await ledgerOf(world.ports, 'alice')).map((entry) => entry.cause.type).sort();
    expect(causes).toEqual(['payout', 'payout_cancelled', 'reward', 'reward', 'reward']);
    await expectBooksToBalance();
  });

  it('gives it back once', async () => {
    const { payoutId } = taken(await withdraw(120));
    taken(await cancelPayout(world.ports, payoutId));
    expect(await cancelPayout(world.ports, payoutId)).toMatchObject({
      refused: 'payout_not_cancellable',
      extra: { payout: { status: 'cancelled' } },
    });
    expect(await usd()).toMatchObject({ available: 300, inPayout: 0 });
  });

  it('gives it back once, however many cancel at the same moment', async () => {
    const { payoutId } = taken(await withdraw(120));
    taken(await withdraw(120));
    const outcomes = await atOnce(20, () => cancelPayout(world.ports, payoutId));
    expect(tally(outcomes)).toEqual({ taken: 1, payout_not_cancellable: 19 });
    expect(await usd()).toMatchObject({ available: 180, inPayout: 120 });
    await expectBooksToBalance();
  });

  it('keeps the books while others withdraw and cancel at the same moment', async () => {
    await atOnce(12, async () => {
      const payout = await withdraw(100);
      if ('payoutId' in payout) await cancelPayout(world.ports, payout.payoutId);
    });
    expect(await usd()).toMatchObject({ available: 300, inPayout: 0 });
    await expectBooksToBalance();
  });

  it.each(['pay_x', `pay_${'0'.repeat(26)}_${'0'.repeat(26)}`])('knows no payout %s', async (payoutId) => {
    expect(codeOf(await cancelPayout(world.ports, payoutId))).toBe('payout_not_found');
  });
});
