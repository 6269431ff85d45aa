import { describe, expect, it } from 'vitest';
import { noChange } from '../../../shared/domain/money/balance.ts';
import {
  accepted,
  movementOf,
  type Payout,
  type PayoutRecord,
  type PayoutStatus,
  saysTheSame,
  settled,
  started,
  startedAgain,
  stateSince,
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
    expect(startedAgain(leaving, leaving.intent, 'second').intent).toStrictEqual({
      provider: 'stripe',
      idempotencyKey: 'pay_1',
      startedAt: 'first',
      attemptedAt: 'second',
      attempts: 2,
    });
  });

  it('that leaves is stored with its provider, its time and its key', () => {
    const counted = [{ counter: 'day', amount: 100 }];
    expect(started({ ...record, counted, destination: 'acct_1' }, 'manual', 'now')).toStrictEqual({
      payout: { ...payout, status: 'processing', provider: 'manual', processingAt: 'now' },
      counted,
      destination: 'acct_1',
      intent: {
        provider: 'manual',
        idempotencyKey: 'pay_1',
        startedAt: 'now',
        attemptedAt: 'now',
        attempts: 1,
      },
    });
  });

  it('that the provider has taken on bears its reference, where there is one', () => {
    const leaving = started(record, 'webhook', 'now');
    const { uncertain: _, ...sure } = leaving.payout;
    expect(accepted(leaving, 'r')).toEqual({ ...leaving, payout: { ...sure, reference: 'r' } });
    expect(accepted(leaving, undefined).payout).not.toHaveProperty('reference');
  });

  it('that is settled says how, when, and what the result says of it', () => {
    const leaving = started(record, 'webhook', 'now');
    const { uncertain: _, ...sure } = leaving.payout;
    expect(settled(leaving, { status: 'paid', reference: 'r' }, 'then')).toStrictEqual({
      ...leaving,
      payout: { ...sure, status: 'paid', reference: 'r', paidAt: 'then' },
    });
    const failed = settled(leaving, { status: 'failed', reason: 'closed' }, 'then').payout;
    expect(failed).toEqual({ ...sure, status: 'failed', reason: 'closed', failedAt: 'then' });
    for (const absent of ['reference', 'paidAt']) expect(failed).not.toHaveProperty(absent);
    expect(settled(leaving, { status: 'paid' }, 'then').payout).not.toHaveProperty('reason');
  });

  it.each<[PayoutStatus, string]>([
    ['requested', 'created'],
    ['processing', 'processing'],
    ['paid', 'paid'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
  ])('that is %s has been so since it came into that state', (status, since) => {
    const times = {
      processingAt: 'processing',
      paidAt: 'paid',
      failedAt: 'failed',
      cancelledAt: 'cancelled',
    };
    expect(stateSince({ ...payout, ...times, createdAt: 'created', status })).toBe(since);
  });

  it('whose time of a state is not known has it since it was made', () => {
    expect(stateSince({ ...payout, status: 'paid' })).toBe(payout.createdAt);
  });

  it.each([
    ['requested', 'payout', { available: -100, inPayout: 100 }],
    ['paid', 'payout_paid', { inPayout: -100, paid: 100 }],
    ['failed', 'payout_failed', { available: 100, inPayout: -100 }],
    ['cancelled', 'payout_cancelled', { available: 100, inPayout: -100 }],
  ] as const)('that is %s is a ledger entry %s', (status, cause, changes) => {
    expect(movementOf({ ...payout, status })).toEqual({ cause, changes: { ...noChange, ...changes } });
  });

  it('that is processing moves nothing', () => {
    expect(movementOf({ ...payout, status: 'processing' })).toBeUndefined();
  });

  it('tells a repeat from a contradiction', () => {
    const paid: Payout = { ...payout, status: 'paid', reference: 'a' };
    expect(saysTheSame(paid, { status: 'paid' })).toBe(true);
    expect(saysTheSame(paid, { status: 'paid', reference: 'a' })).toBe(true);
    expect(saysTheSame(paid, { status: 'paid', reference: 'b' })).toBe(false);
    expect(saysTheSame(paid, { status: 'failed' })).toBe(false);
    expect(saysTheSame({ ...payout, status: 'paid' }, { status: 'paid', reference: 'b' })).toBe(true);
  });
});
