import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { type EventInput, recordEvents } from '../../shared/usecases/events/record-events.ts';
import { atOnce, codeOf, taken, tally, useTable } from './use-table.ts';

const world = useTable();
const order = (id: string, more: Partial<EventInput> = {}): EventInput => ({
  id,
  type: 'order.paid',
  userId: 'bob',
  programId: 'default',
  amount: 4_900,
  currency: 'USD',
  ...more,
});
const record = (...inputs: EventInput[]) => recordEvents(world.ports, inputs);
const accepted = (...ids: string[]) => ({ events: ids.map((id) => ({ id, status: 'accepted' })) });

async function storedIds(): Promise<string[]> {
  const { Items = [] } = await world.table.documents.send(
    new ScanCommand({
      TableName: world.table.name,
      FilterExpression: '#type = :event',
      ExpressionAttributeNames: { '#type': 'type' },
      ExpressionAttributeValues: { ':event': 'event' },
    }),
  );
  return Items.map((item) => String(item['eventId'])).sort();
}

describe('recordEvents', () => {
  it('stores what was sent', async () => {
    const properties = { plan: 'pro', seats: 3, trial: false, coupon: null };
    const occurredAt = '2026-05-01T10:00:00.000Z';
    expect(await record(order('e1', { orderId: 'o1', occurredAt, properties }))).toEqual(accepted('e1'));
    expect((await world.ports.findEvent('default', 'e1'))?.event).toEqual({
      programId: 'default',
      eventId: 'e1',
      type: 'order.paid',
      userId: 'bob',
      amount: 4_900,
      currency: 'USD',
      orderId: 'o1',
      occurredAt,
      properties,
      acceptedAt: expect.any(String),
    });
  });

  it('accepts a repeat with the same answer, and keeps the first', async () => {
    await record(order('e1', { properties: { a: 1, b: 2 } }));
    const first = await world.ports.findEvent('default', 'e1');
    const later = { ...world.ports, now: () => Date.now() + 60_000 };
    const again = order('e1', { properties: { b: 2, a: 1 }, paymentMethod: undefined });
    expect(await recordEvents(later, [again])).toEqual(accepted('e1'));
    expect(await world.ports.findEvent('default', 'e1')).toEqual(first);
  });

  it.each<[string, Partial<EventInput>]>([
    ['another amount', { amount: 4_901 }],
    ['another user', { userId: 'carol' }],
    ['another type', { type: 'order.shipped' }],
    ['one more field', { paymentMethod: 'card' }],
    ['another property', { properties: { a: 2 } }],
  ])('refuses %s under the same id, and names it', async (_, more) => {
    await record(order('e1', { properties: { a: 1 } }));
    const conflict = await record(order('e1', { properties: { a: 1 }, ...more }));
    expect(conflict).toMatchObject({ refused: 'event_conflict', extra: { eventId: 'e1' } });
    expect((await world.ports.findEvent('default', 'e1'))?.event.amount).toBe(4_900);
  });

  it('holds ids of different programs apart', async () => {
    const program = await world.ports.findProgram('default');
    if (program) await world.ports.saveProgram({ ...program, programId: 'other' });
    await record(order('e1'), order('e1', { programId: 'other', amount: 1 }));
    expect(await storedIds()).toEqual(['e1', 'e1']);
  });

  it('takes a batch of a hundred', async () => {
    const inputs = Array.from({ length: 100 }, (_, i) => order(`e${i}`));
    expect(await record(...inputs)).toEqual(accepted(...inputs.map(({ id }) => id)));
    expect(await storedIds()).toHaveLength(100);
  });

  it('takes a batch of repeats and fresh ones, and answers in its order', async () => {
    await record(order('e2'), order('e4'));
    expect(await record(order('e1'), order('e2'), order('e3'), order('e4'))).toEqual(
      accepted('e1', 'e2', 'e3', 'e4'),
    );
    expect(await storedIds()).toEqual(['e1', 'e2', 'e3', 'e4']);
  });

  it('takes an event twice in one batch as a repeat', async () => {
    expect(await record(order('e1'), order('e2'), order('e1'))).toEqual(accepted('e1', 'e2', 'e1'));
    expect(await storedIds()).toEqual(['e1', 'e2']);
  });

  it.each([
    ['two contents of one id', [order('e1'), order('e2'), order('e1', { amount: 1 })], 'event_conflict'],
    ['a conflict with one that stands', [order('e1'), order('standing', { amount: 1 })], 'event_conflict'],
    [
      'a currency that ISO 4217 does not list',
      [order('e1'), order('e2', { currency: 'XYZ' })],
      'invalid_request',
    ],
    ['a program that is unknown', [order('e1'), order('e2', { programId: 'none' })], 'program_not_found'],
  ])('takes nothing of a batch with %s', async (_, inputs, code) => {
    await record(order('standing'));
    expect(codeOf(await record(...inputs))).toBe(code);
    expect(await storedIds()).toEqual(['standing']);
  });

  it.each([
    ['one event', [order('e1', { currency: 'XYZ' })], false, 'currency'],
    ['a batch', [order('e1'), order('e2', { currency: 'XYZ' })], true, 'events.1.currency'],
    ['a batch of one', [order('e1', { currency: 'XYZ' })], true, 'events.0.currency'],
  ])('names the currency of %s that it refuses', async (_, inputs, asBatch, field) => {
    const refusal = await recordEvents(world.ports, inputs, asBatch);
    expect(refusal).toMatchObject({ errors: [{ field, message: 'is not a currency of ISO 4217' }] });
  });

  it('takes copies at the same moment as one event', async () => {
    expect(tally(await atOnce(30, () => record(order('e1'))))).toEqual({ taken: 30 });
    expect(await storedIds()).toEqual(['e1']);
  });

  it('takes batches that overlap at the same moment, each event once', async () => {
    const outcomes = await atOnce(10, (i) =>
      record(...Array.from({ length: 10 }, (_, j) => order(`e${i + j}`))),
    );
    expect(tally(outcomes)).toEqual({ taken: 10 });
    expect(await storedIds()).toHaveLength(19);
  });

  it('takes one of two contents that come at the same moment', async () => {
    const outcomes = await atOnce(20, (i) => record(order('e1', { amount: i % 2 })));
    expect(tally(outcomes)).toEqual({ taken: 10, event_conflict: 10 });
  });
});

describe('explainEvent', () => {
  it('keeps the first reasons', async () => {
    taken(await record(order('e1')));
    await world.ports.explainEvent('default', 'e1', [{ outcome: 'skipped', reason: 'first' }]);
    await world.ports.explainEvent('default', 'e1', [{ outcome: 'skipped', reason: 'second' }]);
    expect((await world.ports.findEvent('default', 'e1'))?.explanation).toEqual([
      { outcome: 'skipped', reason: 'first' },
    ]);
  });

  it('makes no event of one that is not stored', async () => {
    await expect(world.ports.explainEvent('default', 'none', [])).rejects.toThrow('conditional');
    expect(await storedIds()).toEqual([]);
  });
});
