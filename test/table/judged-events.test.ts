import { BatchGetCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FraudSettings } from '../../shared/domain/fraud/settings.ts';
import { processEvents } from '../../shared/usecases/events/process-events.ts';
import { readEvent } from '../../shared/usecases/events/read-event.ts';
import { recordEvents } from '../../shared/usecases/events/record-events.ts';
import { decideReview } from '../../shared/usecases/fraud/decide-review.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, join, linkOf, overviewOf, process, taken, testCost, useTable } from './use-table.ts';

const world = useTable();
const deviceId = 'device-1';
const paymentFingerprint = 'card-1';

const set = async (fraud: FraudSettings) =>
  taken(await updateProgram(world.ports, 'default', { fraud }, undefined));

beforeEach(async () => {
  // Settings are those of the version that the sign-up began with.
  taken(await updateProgram(world.ports, 'default', { versioning: 'latest' }, undefined));
  taken(await putParticipant(world.ports, 'default', 'alice', { deviceId, paymentFingerprint }));
  await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
});

async function report(id: string, more: object = {}): Promise<void> {
  const order = { id, type: 'order.paid', userId: 'bob', orderId: id, amount: 1_000, currency: 'USD' };
  taken(await recordEvents(world.ports, [{ ...order, programId: 'default', ...more }]));
}

async function order(id: string, more: object = {}): Promise<void> {
  await report(id, more);
  await process(world.ports, id);
}

const referral = async () => (await world.ports.findReferralOf('default', 'bob')) ?? ({} as never);
const earned = async () => (await overviewOf(world.ports, 'alice')).balances[0]?.available ?? 0;
const journal = async () => (await world.ports.loadRefereeAccount('default', 'bob')).journal;
const linesOf = async (id: string) => {
  const found = taken(await readEvent(world.ports, 'default', id));
  return found.event.explanation.map(({ outcome, reason }) => `${outcome} ${reason}`);
};

describe('an order that tells of the referrer', () => {
  it('is flagged: it pays, the referral has its reason, and the event says so', async () => {
    await order('o1', { deviceId, paymentFingerprint });
    expect((await referral()).reasons).toEqual(['same_device', 'same_payment']);
    expect(await linesOf('o1')).toEqual(['flagged same_device', 'flagged same_payment', 'paid rule_matched']);
    expect(await earned()).toBe(100);
    await order('o2', { deviceId });
    expect((await referral()).reasons).toEqual(['same_device', 'same_payment']);
    expect(await earned()).toBe(200);
  });

  it('is nothing to flag where it is somebody else, or the rule is off', async () => {
    await order('o1', { deviceId: 'another', ip: '203.0.113.9' });
    await set({ rules: { same_device: { action: 'off' } } });
    await order('o2', { deviceId });
    expect(await referral()).not.toHaveProperty('reasons');
    expect(await earned()).toBe(200);
  });

  it('is flagged also where it pays nothing', async () => {
    await order('o1', { deviceId, paymentMethod: 'account_balance' });
    expect((await referral()).reasons).toEqual(['same_device']);
    expect(await linesOf('o1')).toContain('flagged same_device');
    expect(await earned()).toBe(0);
  });

  it('is rejected where the program says: it pays nothing, once and for ever, and takes no place in the limit', async () => {
    await set({ rules: { same_device: { action: 'reject' } } });
    await report('o1', { deviceId });
    await atOnce(4, () => processEvents(world.ports, 'default', 'bob', ['o1']));
    await process(world.ports, 'o1');
    expect(await linesOf('o1')).toEqual(['rejected same_device']);
    expect((await journal()).map(({ eventId }) => eventId)).toEqual(['o1']);
    expect(await referral()).toMatchObject({ status: 'completed', reasons: ['same_device'] });
    await order('r1', { type: 'order.refunded', orderId: 'o1', amountRefunded: 500, amount: undefined });
    for (const id of ['o2', 'o3', 'o4', 'o5']) await order(id);
    expect(await earned()).toBe(300);
  });

  it('is held where the program says, before it pays, and pays when a person approves', async () => {
    await order('o1');
    await set({ rules: { same_device: { action: 'hold' } } });
    await report('o2', { deviceId });
    await atOnce(3, () => processEvents(world.ports, 'default', 'bob', ['o2']));
    await process(world.ports, 'o2');
    expect(await referral()).toMatchObject({ status: 'in_review', reasons: ['same_device'] });
    expect(await earned()).toBe(0);
    const { reviewId = '' } = await referral();
    expect(await world.ports.findReview(reviewId)).toMatchObject({
      state: 'open',
      findings: [{ ruleId: 'same_device', cause: 'o2' }],
    });
    const deciding = { decision: 'approve', note: 'Known', keyId: 'k', requestId: 'r' } as const;
    taken(await decideReview(world.ports, reviewId, deciding));
    expect(await earned()).toBe(200);
    await order('o3', { deviceId });
    expect((await referral()).status).toBe('completed');
    expect(await earned()).toBe(300);
    expect((await journal()).filter(({ eventId }) => eventId.startsWith('referral.held'))).toHaveLength(1);
  });

  it('is held once, by whoever dies after it was', async () => {
    await set({ rules: { same_device: { action: 'hold' } } });
    await report('o1', { deviceId });
    const appendEntry = async () => Promise.reject(new Error('died'));
    const [failed] = await processEvents({ ...world.ports, appendEntry }, 'default', 'bob', ['o1']);
    expect(failed?.eventId).toBe('o1');
    expect((await referral()).status).toBe('in_review');
    await process(world.ports, 'o1');
    expect((await journal()).map(({ eventId }) => eventId)).toEqual(['referral.held#o1', 'o1']);
  });
});

describe('orders of one user', () => {
  it('with coupon after coupon are flagged', async () => {
    await order('o1', { coupon: 'A' });
    await order('o2', { coupon: 'B' });
    await order('o3', { coupon: 'b' });
    expect(await referral()).not.toHaveProperty('reasons');
    await order('o4', { coupon: 'C' });
    expect((await referral()).reasons).toEqual(['too_many_coupons']);
  });

  it('right after the sign-up are found where the program looks for them', async () => {
    await order('o1');
    expect(await referral()).not.toHaveProperty('reasons');
    await set({ rules: { fast_order: { action: 'flag' } } });
    await order('o2');
    expect((await referral()).reasons).toEqual(['fast_order']);
  });
});

/** docs/fraud.md has these figures. */
describe('units', () => {
  /** What processing an event writes (table + list) and how many requests read for it. */
  async function unitsOf(id: string): Promise<{ writes: string; reads: number }> {
    const { documents } = world.table;
    const send = documents.send.bind(documents);
    let reads = 0;
    documents.send = ((command: unknown) => {
      if ([GetCommand, QueryCommand, BatchGetCommand].some((read) => command instanceof read)) reads++;
      return send(command as never);
    }) as typeof documents.send;
    const { units } = await measureWrites(world.table, () =>
      processEvents(world.ports, 'default', 'bob', [id]),
    );
    documents.send = send;
    return { writes: `${units.table} + ${units.lists}`, reads };
  }

  testCost('of a plain order, of one that tells of its user, and of one that is flagged', async () => {
    await report('o1');
    const plain = await unitsOf('o1');
    expect(plain.writes).toBe('4 + 1');
    await report('o2', { deviceId: 'another' });
    expect(await unitsOf('o2')).toEqual({ writes: '4 + 1', reads: plain.reads + 1 });
    await report('o3', { deviceId });
    expect(await unitsOf('o3')).toEqual({ writes: '6 + 2', reads: plain.reads + 1 });
  });

  testCost('of an order that is rejected, for the first time and again', async () => {
    await set({ rules: { same_device: { action: 'reject' } } });
    await report('o1', { deviceId });
    expect((await unitsOf('o1')).writes).toBe('4 + 1');
    await report('o2', { deviceId });
    expect((await unitsOf('o2')).writes).toBe('1 + 0');
  });
});
