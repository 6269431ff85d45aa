import { describe, expect, it } from 'vitest';
import {
  accepted,
  movementOf,
  type Payout,
  type PayoutRecord,
  saysTheSame,
  settled,
  started,
  startedAgain,
} from '../../../shared/domain/money/payout.ts';

const payout: Payout = {
  payoutId: 'pay_1',
  programId: 'default',
  userId: 'alice',
  amount: 100,
  currency: 'USD',
  status: 'requested',
  createdAt: '2026-12-01T00:00:00.000Z',
};
const record: PayoutRecord = { payout, counted: [] };

describe('a payout', () => {
  it('is in doubt from the moment that it leaves, until there is an answer', () => {
    const leaving = started(record, 'stripe', '2026-12-02T00:00:00.000Z');
    expect(leaving.payout).toMatchObject({ status: 'processing', uncertain: true, provider: 'stripe' });
    expect(leaving.intent).toMatchObject({ idempotencyKey: 'pay_1', attempts: 1 });
    expect(accepted(leaving, 'r').payout).not.toHaveProperty('uncertain');
    expect(settled(leaving, { status: 'paid' }, 'later').payout).not.toHaveProperty('uncertain');
    expect(started(record, 'manual', 'now').payout).not.toHaveProperty('uncertain');
  });

  it('keeps its key and its first time however often it is sent', () => {
    const leaving = started(record, 'stripe', 'first');
    if (leaving.intent === undefined) throw new Error('There is no intent');
    expect(startedAgain(leaving, leaving.intent, 'second').intent).toEqual({
      provider: 'stripe',
      idempotencyKey: 'pay_1',
      startedAt: 'first',
      attemptedAt: 'second',
      attempts: 2,
    });
  });

  it('moves all of its amount at every step, and makes none', () => {
    for (const status of ['requested', 'paid', 'failed', 'cancelled'] as const) {
      const changes = movementOf({ ...payout, status })?.changes;
      const sum = Object.values(changes ?? {}).reduce((total: number, change: number) => total + change, 0);
      expect(sum).toBe(0);
      expect(changes?.inPayout).toBe(status === 'requested' ? 100 : -100);
    }
    expect(movementOf({ ...payout, status: 'processing' })).toBeUndefined();
  });

  it('tells a repeat from a contradiction', () => {
    const paid: Payout = { ...payout, status: 'paid', reference: 'a' };
    expect(saysTheSame(paid, { status: 'paid' })).toBe(true);
    expect(saysTheSame(paid, { status: 'paid', reference: 'a' })).toBe(true);
    expect(saysTheSame(paid, { status: 'paid', reference: 'b' })).toBe(false);
    expect(saysTheSame(paid, { status: 'failed' })).toBe(false);
  });
});
