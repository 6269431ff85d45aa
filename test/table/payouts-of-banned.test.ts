import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Payout } from '../../shared/domain/money/payout.ts';
import type { Participant } from '../../shared/domain/participant.ts';
import { accountAdd } from '../../shared/table/balance-items.ts';
import type { Table } from '../../shared/table/client.ts';
import { transact } from '../../shared/table/transact.ts';
import { createBatch } from '../../shared/usecases/payouts/create-batch.ts';
import { createPayout } from '../../shared/usecases/payouts/create-payout.ts';
import { freezeBatch } from '../../shared/usecases/payouts/freeze-batch.ts';
import { readBatch } from '../../shared/usecases/payouts/read-batch.ts';
import { reconcilePayout } from '../../shared/usecases/payouts/reconcile-payout.ts';
import { sendBatch } from '../../shared/usecases/payouts/send-batch.ts';
import { sendPayout } from '../../shared/usecases/payouts/send-payout.ts';
import {
  balanceOf,
  bookFaults,
  earn,
  type PayoutPorts,
  payoutPorts,
  saveProgram,
} from '../support/payouts.ts';
import { type Engine, startEngine } from '../support/table.ts';
import { atOnce, codeOf, taken, tally } from './use-table.ts';

const programId = 'default';
const later = Number.POSITIVE_INFINITY;

let engine: Engine;
let table: Table;
let ports: PayoutPorts;
let sent: string[];

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  table = await engine.makeTable();
  ports = payoutPorts(table);
  await saveProgram(ports);
  await earn(table, ports, 'alice', { available: 300 });
  sent = [];
  ports.providers.set('webhook', {
    name: 'webhook',
    repeatableForMs: 24 * 3_600_000,
    needsAccount: false,
    send: async ({ payout }) => {
      sent.push(payout.userId);
      return { status: 'uncertain' };
    },
    find: async () => ({ status: 'absent' }),
  });
});

async function stand(userId: string, change: Pick<Participant, 'status' | 'ban'>): Promise<void> {
  const read = await ports.findParticipant(programId, userId);
  if (read === undefined || (await ports.changeParticipant(read, change)) === 'again') {
    throw new Error('The test could not change a participant');
  }
}

const ban = (userId = 'alice') =>
  stand(userId, { status: 'inactive', ban: { cases: 1, statusBefore: 'active' } });
const withdraw = (amount = 100, userId = 'alice') =>
  createPayout(ports, { programId, userId, amount, currency: 'USD' });
const send = ({ payoutId }: Payout) => sendPayout(ports, payoutId, 'webhook');
const statusOf = async ({ payoutId }: Payout) => (await ports.findPayout(payoutId))?.payout.status;
const begin = (userIds?: readonly string[]) =>
  createBatch(ports, {
    programId,
    currency: 'USD',
    provider: 'webhook',
    ...(userIds && { userIds: [...userIds] }),
  }).then(taken);
/** What an operator takes back of what somebody has earned. */
const takeBack = (amount: number, userId = 'alice') =>
  transact(table, [
    accountAdd(table, { programId, userId, kind: 'cash', currency: 'USD' }, { available: -amount }),
  ]);

describe('somebody who is banned', () => {
  it('is refused a payout, until the ban is lifted or they are reactivated by hand', async () => {
    await ban();
    expect(codeOf(await withdraw())).toBe('participant_banned');
    expect(await balanceOf(ports, 'alice')).toMatchObject({ available: 300, inPayout: 0 });
    await stand('alice', { status: 'active', ban: { cases: 1, statusBefore: 'active' } });
    taken(await withdraw());
    expect(await bookFaults(table, ports, ['alice'])).toEqual([]);
  });

  it('is refused also where the ban comes after they were looked at', async () => {
    const late = {
      ...ports,
      findParticipant: async (program: string, userId: string) => {
        const read = await ports.findParticipant(program, userId);
        await ban();
        return read;
      },
    };
    const asked = await createPayout(late, { programId, userId: 'alice', amount: 100, currency: 'USD' });
    expect(codeOf(asked)).toBe('participant_banned');
    expect((await ports.listPayouts(programId, { limit: 5 }))?.items).toEqual([]);
  });

  it('has no payout after the ban, however many are asked for at its moment', async () => {
    const outcomes = await Promise.all([
      ...Array.from({ length: 10 }, () => withdraw(30)),
      ban().then(() => withdraw(30)),
    ]);
    expect(codeOf(outcomes[10] ?? {})).toBe('participant_banned');
    expect(Object.keys(tally(outcomes)).filter((code) => code !== 'taken')).toEqual(['participant_banned']);
    expect(await bookFaults(table, ports, ['alice'])).toEqual([]);
  });

  it('is left alone who was deactivated and not banned', async () => {
    await stand('alice', { status: 'inactive' });
    const payout = taken(await withdraw());
    expect(taken(await send(payout)).status).toBe('processing');
  });

  it('is not sent what they asked for before', async () => {
    const payout = taken(await withdraw());
    await ban();
    expect(codeOf(await send(payout))).toBe('participant_banned');
    expect([sent, await statusOf(payout)]).toEqual([[], 'requested']);
  });

  it('is sent a payout either before the ban, or not at all', async () => {
    const payout = taken(await withdraw());
    await Promise.all([ban(), ...(await atOnce(5, async () => send(payout)))]);
    const status = await statusOf(payout);
    expect(sent).toHaveLength(status === 'processing' ? 1 : 0);
    expect(codeOf(await send(payout))).toBe(
      status === 'processing' ? 'payout_not_sendable' : 'participant_banned',
    );
  });

  it('is not sent again what the provider never heard of, which stays in doubt', async () => {
    const payout = taken(await send(taken(await withdraw())));
    expect(sent).toEqual(['alice']);
    await ban();
    ports.clock.at += 3_600_000;
    expect(taken(await reconcilePayout(ports, payout.payoutId))).toMatchObject({
      outcome: 'uncertain',
      payout: { status: 'processing', uncertain: true },
    });
    expect(sent).toEqual(['alice']);
  });
});

describe('a batch', () => {
  it('takes nobody in who is banned, and says why of those who were chosen', async () => {
    await earn(table, ports, 'bob', { available: 300 });
    await ban();
    const all = taken(await freezeBatch(ports, (await begin()).batchId, later));
    expect(all).toMatchObject({ status: 'frozen', count: 1, total: 300 });
    const chosen = taken(await freezeBatch(ports, (await begin(['alice'])).batchId, later));
    expect(taken(await readBatch(ports, chosen.batchId))).toMatchObject({
      batch: { count: 0 },
      skipped: [{ userId: 'alice', reason: 'participant_banned' }],
    });
  });

  it.each([
    ['was banned', () => ban(), 'participant_banned', 300],
    ['owes what was taken back', () => takeBack(40), 'insufficient_balance', 260],
  ] as const)(
    'cancels the payout of whoever %s since it was frozen, and pays the others',
    async (_, meanwhile, reason, available) => {
      await earn(table, ports, 'bob', { available: 300 });
      const { batchId } = taken(await freezeBatch(ports, (await begin()).batchId, later));
      await meanwhile();
      expect(taken(await sendBatch(ports, batchId, later)).status).toBe('sent');
      expect(sent).toEqual(['bob']);
      expect(taken(await readBatch(ports, batchId)).totals).toMatchObject({
        requested: { count: 0 },
        cancelled: { count: 1, amount: 300 },
        uncertain: { count: 1, amount: 300 },
      });
      const [payout] = (await ports.listPayoutsOf(programId, 'alice', { limit: 5 }))?.items ?? [];
      expect(payout).toMatchObject({ status: 'cancelled', reason });
      expect(await balanceOf(ports, 'alice')).toMatchObject({ available, inPayout: 0 });
    },
  );
});

describe('somebody from whom was taken back', () => {
  it('is sent nothing while it is more than what is left, and again once another payout is cancelled', async () => {
    const payout = taken(await withdraw(300));
    await takeBack(100);
    expect(codeOf(await send(payout))).toBe('insufficient_balance');
    expect([sent, await statusOf(payout)]).toEqual([[], 'requested']);
    await earn(table, ports, 'alice', { available: 100 });
    expect(taken(await send(payout)).status).toBe('processing');
  });

  it('is sent what they have where a hold that ended covers it', async () => {
    const payout = taken(await withdraw(300));
    await takeBack(100);
    await earn(table, ports, 'alice', { '2026-12-03': 100 });
    expect(codeOf(await send(payout))).toBe('insufficient_balance');
    ports.clock.at += 24 * 3_600_000;
    expect(taken(await send(payout)).status).toBe('processing');
  });

  it('is sent nothing where it is taken back after it was looked at', async () => {
    const payout = taken(await withdraw(300));
    let reads = 0;
    const late = {
      ...ports,
      findAccount: async (name: Parameters<PayoutPorts['findAccount']>[0]) => {
        const read = await ports.findAccount(name);
        if (reads++ === 0) await takeBack(100);
        return read;
      },
    };
    expect(codeOf(await sendPayout(late, payout.payoutId, 'webhook'))).toBe('insufficient_balance');
    expect([sent, reads]).toEqual([[], 2]);
  });
});
