import { describe, expect, it } from 'vitest';
import { foldJournal, type JournalEntry, type Posting } from '../../../shared/domain/rewards/journal.ts';

const posting = (ruleId: string, amount: number, more: Partial<Posting> = {}): Posting => ({
  ruleId,
  beneficiaryId: 'alice',
  kind: 'cash',
  currency: 'USD',
  amount,
  rewardAmount: amount,
  ...more,
});
const entry = (position: number, more: Partial<JournalEntry>): JournalEntry => ({
  position,
  eventId: `e${position}`,
  eventType: 'order.paid',
  orderId: 'o1',
  programVersion: 1,
  createdAt: '2026-05-01T10:00:00.000Z',
  postings: [],
  explanation: [],
  ...more,
});

describe('foldJournal', () => {
  it('of nothing begins at position 1', () => {
    expect(foldJournal([])).toEqual({
      nextPosition: 1,
      eventIds: new Set(),
      orders: new Map(),
      triggered: new Map(),
    });
  });

  it('adds up orders, refunds and how often each rule paid', () => {
    const state = foldJournal([
      entry(1, { gross: 1_000, postings: [posting('a', 100), posting('b', 50)] }),
      entry(2, { orderId: 'o2', gross: 500, postings: [posting('a', 50)] }),
      entry(3, {
        refunded: 400,
        postings: [posting('a', -40, { rewardAmount: 60, adjusts: { position: 1, part: 0 } })],
      }),
      entry(4, { refunded: 300 }),
    ]);
    expect(state.nextPosition).toBe(5);
    expect([...state.eventIds]).toEqual(['e1', 'e2', 'e3', 'e4']);
    expect([...state.triggered]).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(state.orders.get('o1')).toEqual({
      gross: 1_000,
      refunded: 400,
      rewards: [
        { ruleId: 'a', beneficiaryId: 'alice', currency: 'USD', amount: 60, place: { position: 1, part: 0 } },
        { ruleId: 'b', beneficiaryId: 'alice', currency: 'USD', amount: 50, place: { position: 1, part: 1 } },
      ],
    });
    expect(state.orders.get('o2')).toMatchObject({ gross: 500, refunded: 0 });
  });

  it('keeps a refund that came before its order', () => {
    const state = foldJournal([
      entry(1, { refunded: 400 }),
      entry(2, { gross: 1_000, postings: [posting('a', 60)] }),
    ]);
    expect(state.orders.get('o1')).toMatchObject({ gross: 1_000, refunded: 400 });
  });

  it('keeps the gross that was rewarded first', () => {
    const state = foldJournal([entry(1, { gross: 1_000 }), entry(2, { gross: 9_000 })]);
    expect(state.orders.get('o1')?.gross).toBe(1_000);
  });
});
