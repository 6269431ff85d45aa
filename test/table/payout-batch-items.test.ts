import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noTotals, type PayoutBatch } from '../../shared/domain/payouts/batch.ts';
import type { PayoutTerms } from '../../shared/domain/programs/program.ts';
import type { Table } from '../../shared/table/client.ts';
import { cancelBatch } from '../../shared/usecases/payouts/cancel-batch.ts';
import { cancelPayout } from '../../shared/usecases/payouts/cancel-payout.ts';
import { type BatchInput, createBatch } from '../../shared/usecases/payouts/create-batch.ts';
import { createPayout } from '../../shared/usecases/payouts/create-payout.ts';
import { freezeBatch } from '../../shared/usecases/payouts/freeze-batch.ts';
import type { PayoutProvider, ProviderFinding } from '../../shared/usecases/payouts/provider.ts';
import { exportBatch, readBatch } from '../../shared/usecases/payouts/read-batch.ts';
import { reconcileBatch } from '../../shared/usecases/payouts/reconcile-batch.ts';
import { recordResults } from '../../shared/usecases/payouts/record-result.ts';
import { sendBatch } from '../../shared/usecases/payouts/send-batch.ts';
import {
  balanceOf,
  bookFaults,
  counterOf,
  earn,
  type PayoutPorts,
  payoutPorts,
  programId,
  reach,
  saveProgram,
} from '../support/payouts.ts';
import { type Engine, startEngine } from '../support/table.ts';
import { taken, testCost } from './use-table.ts';

let engine: Engine;
let table: Table;
let ports: PayoutPorts;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  table = await engine.makeTable();
  ports = payoutPorts(table);
  await saveProgram(ports);
});

const later = Number.MAX_SAFE_INTEGER;
const begin = async (input: Partial<BatchInput> = {}) =>
  taken(await createBatch(ports, { programId, currency: 'USD', ...input }));
const freeze = async (batchId: string, on: PayoutPorts = ports) =>
  taken(await freezeBatch(on, batchId, later));
const frozen = async (input: Partial<BatchInput> = {}) => freeze((await begin(input)).batchId);
const payoutsOf = async (batch: Pick<PayoutBatch, 'batchId'>) => {
  const { records } = await ports.listBatchPayouts({ programId, batchId: batch.batchId }, 100);
  return records.map(({ payout }) => payout);
};
const usersOf = async (batch: Pick<PayoutBatch, 'batchId'>) =>
  (await payoutsOf(batch)).map(({ userId, amount }) => [userId, amount] as const).sort();
const people = (count: number) => Array.from({ length: count }, (_, index) => `user-${index}`);
const earnAll = (userIds: readonly string[], amount = 100) =>
  Promise.all(userIds.map((userId) => earn(table, ports, userId, { available: amount })));
const expectBooksToBalance = async (userIds: readonly string[]) =>
  expect(await bookFaults(table, ports, userIds)).toEqual([]);

/** Ports over a table whose calls die: those for which `dies` says so, before or after they are done. */
function dying(dies: (call: number, name: string) => 'before' | 'after' | undefined): {
  ports: PayoutPorts;
  calls: () => number;
} {
  let calls = 0;
  const documents = Object.create(table.documents) as Table['documents'];
  documents.send = (async (command: { constructor: { name: string } }) => {
    const when = dies(calls++, command.constructor.name);
    if (when === 'before') throw new Error('killed');
    const answer = await table.documents.send(command as never);
    if (when === 'after') throw new Error('killed');
    return answer;
  }) as typeof documents.send;
  const made = payoutPorts({ ...table, documents });
  return {
    ports: { ...made, providers: ports.providers, findProvider: ports.findProvider },
    calls: () => calls,
  };
}

describe('freezing', () => {
  it('takes all who have enough, with what was held until today, and nobody else', async () => {
    await earn(table, ports, 'alice', { available: 500 });
    await earn(table, ports, 'bob', { available: 40, '2026-12-01': 60, '2026-12-09': 1_000 });
    await earn(table, ports, 'carol', { available: 99 });
    await earn(table, ports, 'dave', { available: 700 }, 'EUR');
    await earn(table, ports, 'erin', { available: -20 });
    const batch = await frozen({ minimum: 100, name: 'November' });
    expect(batch).toEqual({
      batchId: expect.stringMatching(/^pbt_[0-9a-z]{26}$/),
      programId,
      programVersion: 1,
      currency: 'USD',
      status: 'frozen',
      provider: 'manual',
      name: 'November',
      minimum: 100,
      count: 2,
      total: 600,
      createdAt: '2026-12-02T12:00:00.000Z',
      frozenAt: '2026-12-02T12:00:00.000Z',
    });
    expect(await usersOf(batch)).toEqual([
      ['alice', 500],
      ['bob', 100],
    ]);
    expect(await balanceOf(ports, 'bob')).toEqual({ pending: 1_000, available: 0, inPayout: 100, paid: 0 });
    expect((await ports.listPayouts(programId, { limit: 10 }))?.items).toHaveLength(2);
    await expectBooksToBalance(['alice', 'bob', 'carol', 'erin']);
  });

  it('takes only those who were chosen, and says why others of them are not paid', async () => {
    await earnAll(['alice', 'bob', 'carol']);
    await earn(table, ports, 'dave', { available: 3 });
    await earn(table, ports, 'erin', { '2027-01-01': 100 });
    const batch = await frozen({
      userIds: ['alice', 'carol', 'alice', 'dave', 'erin', 'nobody'],
      minimum: 10,
    });
    expect(batch).toMatchObject({ selected: 5, count: 2, total: 200 });
    expect(await usersOf(batch)).toEqual([
      ['alice', 100],
      ['carol', 100],
    ]);
    expect(taken(await readBatch(ports, batch.batchId))).toEqual({
      batch,
      totals: { ...noTotals, requested: { count: 2, amount: 200 } },
      skipped: [
        { userId: 'dave', reason: 'payout_below_minimum' },
        { userId: 'erin', reason: 'insufficient_balance' },
        { userId: 'nobody', reason: 'participant_not_found' },
      ],
    });
    expect(await balanceOf(ports, 'bob')).toMatchObject({ available: 100, inPayout: 0 });
  });

  it('holds to the terms of the program: least amounts, thresholds, and what is left of limits', async () => {
    const terms: PayoutTerms = {
      minimums: [{ currency: 'USD', amount: 50 }],
      requires: [{ metric: 'completedReferrals', value: 1 }],
      limits: [{ period: 'month', amount: 120, currency: 'USD' }],
    };
    await saveProgram(ports, terms);
    const userIds = ['above', 'below', 'early', 'capped'];
    await earnAll(userIds, 300);
    await earn(table, ports, 'below', { available: -260 });
    for (const userId of ['above', 'below', 'capped']) await reach(table, userId, 'completed', 1);
    taken(await createPayout(ports, { programId, userId: 'capped', amount: 80, currency: 'USD' }));
    const batch = await frozen({ userIds });
    expect(await usersOf(batch)).toEqual([['above', 120]]);
    expect(taken(await readBatch(ports, batch.batchId)).skipped).toEqual([
      { userId: 'below', reason: 'payout_below_minimum' },
      { userId: 'early', reason: 'payout_not_yet_allowed' },
      { userId: 'capped', reason: 'payout_limit_reached' },
    ]);
    expect(await counterOf(ports, 'above', 'payout#month#USD#2026-12-01')).toBe(120);
    taken(await cancelBatch(ports, batch.batchId, later));
    expect(await counterOf(ports, 'above', 'payout#month#USD#2026-12-01')).toBe(0);
    await expectBooksToBalance(userIds);
  });

  it('goes on in later calls where time ran out, over several pages', async () => {
    const userIds = people(230);
    await earnAll(userIds);
    const { batchId } = await begin();
    const statuses: string[] = [];
    while (statuses.at(-1) !== 'frozen') {
      // Time is over after the first page of each call.
      let pages = 0;
      const hurried = {
        ...ports,
        choose: (...chosen: Parameters<PayoutPorts['choose']>) => {
          pages += 1;
          return ports.choose(...chosen);
        },
        now: () => ports.clock.at + pages,
      };
      statuses.push(taken(await freezeBatch(hurried, batchId, ports.clock.at + 1)).status);
    }
    expect(statuses).toEqual(['freezing', 'freezing', 'frozen']);
    expect(taken(await readBatch(ports, batchId))).toMatchObject({
      batch: { status: 'frozen', count: 230, total: 23_000 },
      totals: { requested: { count: 230, amount: 23_000 } },
    });
  });

  it('begins no page when its time is over', async () => {
    await earnAll(people(3));
    const { batchId } = await begin();
    expect(taken(await freezeBatch(ports, batchId, ports.now()))).toMatchObject({
      status: 'freezing',
      count: 0,
    });
  });

  it('reserves each once, and counts exactly, with several at it at the same moment', async () => {
    const userIds = people(40);
    await earnAll(userIds);
    const { batchId } = await begin();
    await Promise.allSettled([1, 2, 3, 4].map(() => freezeBatch(ports, batchId, later)));
    const batch = await freeze(batchId);
    expect(batch).toMatchObject({ status: 'frozen', count: 40, total: 4_000 });
    expect(await payoutsOf(batch)).toHaveLength(40);
    await expectBooksToBalance(userIds);
  });

  it('shares people with another batch without paying anybody twice', async () => {
    const userIds = people(20);
    await earnAll(userIds);
    const [one, other] = await Promise.all([begin(), begin()]);
    await Promise.all([freeze(one.batchId), freeze(other.batchId)]);
    const batches = await Promise.all([ports.findBatch(one.batchId), ports.findBatch(other.batchId)]);
    expect(batches.reduce((sum, found) => sum + (found?.batch.total ?? 0), 0)).toBe(2_000);
    await expectBooksToBalance(userIds);
  });

  it('takes nobody in once the set is closed', async () => {
    await earnAll(['alice']);
    const batch = await frozen();
    await earnAll(['bob']);
    const { reservePayout } = ports;
    const account = await ports.findAccount({ programId, userId: 'bob', kind: 'cash', currency: 'USD' });
    const result = await reservePayout({
      ulid: batch.batchId.slice(4),
      account,
      limits: [],
      now: new Date(ports.now()).toISOString(),
      record: {
        counted: [],
        payout: {
          payoutId: `pay_${'0'.repeat(26)}_${batch.batchId.slice(4)}`,
          programId,
          userId: 'bob',
          amount: 100,
          currency: 'USD',
          status: 'requested',
          batchId: batch.batchId,
          createdAt: batch.createdAt,
        },
      },
    });
    expect(result).toEqual({ result: 'closed' });
    expect(await balanceOf(ports, 'bob')).toMatchObject({ available: 100, inPayout: 0 });
  });

  it.each(['before', 'after'] as const)('ends alike when it is killed %s any of its calls', async (when) => {
    const userIds = people(3);
    for (let at = 0; ; at++) {
      table = await engine.makeTable();
      ports = payoutPorts(table);
      await saveProgram(ports, { limits: [{ period: 'day', amount: 1_000, currency: 'USD' }] });
      await earnAll(userIds);
      const { batchId } = await begin({ userIds: [...userIds, 'nobody'] });
      const killed = dying((call) => (call === at ? when : undefined));
      const outcome = await freezeBatch(killed.ports, batchId, later).catch(() => 'killed');
      // Whoever earns meanwhile is not reserved a second time.
      await earn(table, ports, 'user-0', { available: 7 });
      const batch = await freeze(batchId);
      expect(batch.count, `killed at ${at}`).toBe(3);
      const payouts = await payoutsOf(batch);
      expect(payouts).toHaveLength(3);
      expect(payouts.reduce((sum, payout) => sum + payout.amount, 0)).toBe(batch.total);
      expect(taken(await readBatch(ports, batchId)).skipped).toEqual([
        { userId: 'nobody', reason: 'participant_not_found' },
      ]);
      await expectBooksToBalance(userIds);
      if (outcome !== 'killed') break;
    }
  });
});

/** A provider that notes what it is asked, and answers as it is told. */
function testProvider(
  answers: (payoutId: string, attempt: number) => Awaited<ReturnType<PayoutProvider['send']>>,
) {
  const sent: string[] = [];
  const moved = new Set<string>();
  const findings = new Map<string, ProviderFinding>();
  const provider: PayoutProvider = {
    name: 'webhook',
    repeatableForMs: 24 * 3_600_000,
    needsAccount: false,
    send: async (record, key) => {
      expect(key).toBe(record.payout.payoutId);
      const stored = await ports.findPayout(key);
      expect(stored).toMatchObject({
        payout: { status: 'processing', uncertain: true },
        intent: { idempotencyKey: key },
      });
      sent.push(key);
      moved.add(key);
      return answers(key, sent.filter((one) => one === key).length);
    },
    find: async (_, key) => findings.get(key) ?? { status: 'absent' },
  };
  ports.providers.set('webhook', provider);
  return { sent, moved, findings };
}

describe('sending', () => {
  it('hands each payout over once, with several at it at the same moment, and again later', async () => {
    const userIds = people(25);
    await earnAll(userIds);
    const { sent } = testProvider(() => ({ status: 'accepted', reference: 'r' }));
    const { batchId } = await frozen({ provider: 'webhook' });
    await Promise.all([1, 2, 3].map(() => sendBatch(ports, batchId, later)));
    expect(taken(await sendBatch(ports, batchId, later)).status).toBe('sent');
    expect(sent).toHaveLength(25);
    expect(new Set(sent).size).toBe(25);
    const { totals } = taken(await readBatch(ports, batchId));
    expect(totals).toEqual({ ...noTotals, processing: { count: 25, amount: 2_500 } });
  });

  it('is refused before the set is frozen, and for a provider without settings', async () => {
    await earnAll(['alice']);
    const { batchId } = await begin();
    expect(await sendBatch(ports, batchId, later)).toMatchObject({ refused: 'payout_batch_not_frozen' });
    expect(await createBatch(ports, { programId, currency: 'USD', provider: 'stripe' })).toMatchObject({
      refused: 'payout_provider_not_set_up',
    });
  });

  it('books what a provider answers at once, and gives back what failed', async () => {
    await earnAll(people(4));
    testProvider(() => ({ status: 'uncertain' }));
    const { batchId } = await frozen({ provider: 'webhook', userIds: people(4) });
    const [first = '', second = ''] = (await payoutsOf({ batchId })).map(({ payoutId }) => payoutId);
    testProvider((payoutId) => {
      if (payoutId === first) return { status: 'paid', reference: 'tr_1' };
      if (payoutId === second) return { status: 'failed', reason: 'account_closed' };
      return { status: 'uncertain' };
    });
    expect(taken(await sendBatch(ports, batchId, later)).status).toBe('sent');
    const { totals } = taken(await readBatch(ports, batchId));
    expect(totals).toEqual({
      ...noTotals,
      paid: { count: 1, amount: 100 },
      failed: { count: 1, amount: 100 },
      uncertain: { count: 2, amount: 200 },
    });
    expect((await ports.findPayout(second))?.payout).toMatchObject({
      status: 'failed',
      reason: 'account_closed',
    });
    await expectBooksToBalance(people(4));
  });

  it('leaves a provider in trouble alone, and the rest for a later call', async () => {
    await earnAll(people(60));
    const { sent } = testProvider((_, __) => ({ status: sent.length <= 20 ? 'uncertain' : 'accepted' }));
    const { batchId } = await frozen({ provider: 'webhook' });
    expect(taken(await sendBatch(ports, batchId, later)).status).toBe('sending');
    expect(sent.length).toBeLessThan(30);
    await sendBatch(ports, batchId, later);
    expect(taken(await sendBatch(ports, batchId, later)).status).toBe('sent');
    expect(new Set(sent).size).toBe(60);
    expect(sent).toHaveLength(60);
  });

  it('sends nothing of what was cancelled', async () => {
    await earnAll(people(3));
    const { sent } = testProvider(() => ({ status: 'accepted' }));
    const { batchId } = await frozen({ provider: 'webhook' });
    const [cancelled = ''] = (await payoutsOf({ batchId })).map(({ payoutId }) => payoutId);
    taken(await cancelPayout(ports, cancelled));
    expect(taken(await sendBatch(ports, batchId, later)).status).toBe('sent');
    expect(sent).toHaveLength(2);
    expect(sent).not.toContain(cancelled);
  });

  it.each(['before', 'after'] as const)(
    'sends nothing twice when it is killed %s any of its calls',
    async (when) => {
      const userIds = people(2);
      for (let at = 0; ; at++) {
        table = await engine.makeTable();
        ports = payoutPorts(table);
        await saveProgram(ports);
        await earnAll(userIds);
        const { sent, moved, findings } = testProvider(() => ({ status: 'paid', reference: 'tr' }));
        const { batchId } = await frozen({ provider: 'webhook', userIds });
        const killed = dying((call) => (call === at ? when : undefined));
        const outcome = await sendBatch(killed.ports, batchId, later).catch(() => 'killed');
        // Other lanes of the killed call may be under way for a moment.
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(taken(await sendBatch(ports, batchId, later)).status, `killed at ${at}`).toBe('sent');
        expect(sent.length, `killed at ${at}`).toBe(new Set(sent).size);
        for (const payoutId of moved) findings.set(payoutId, { status: 'paid', reference: 'tr' });
        ports.clock.at += 120_000;
        taken(await reconcileBatch(ports, batchId, later));
        expect(sent.length, `killed at ${at}`).toBe(new Set(sent).size);
        expect(taken(await readBatch(ports, batchId)).totals.paid, `killed at ${at}`).toEqual({
          count: 2,
          amount: 200,
        });
        await expectBooksToBalance(userIds);
        if (outcome !== 'killed') break;
      }
    },
  );
});

describe('reconciling', () => {
  const inDoubt = async () => {
    await earnAll(['alice']);
    const provider = testProvider((_, attempt) => ({ status: attempt === 1 ? 'uncertain' : 'accepted' }));
    const { batchId } = await frozen({ provider: 'webhook' });
    taken(await sendBatch(ports, batchId, later));
    const [payout] = await payoutsOf({ batchId });
    if (payout === undefined) throw new Error('There is no payout');
    const standing = async () => (await ports.findPayout(payout.payoutId))?.payout;
    return { ...provider, batchId, payoutId: payout.payoutId, standing };
  };
  const none = { too_early: 0, paid: 0, failed: 0, accepted: 0, uncertain: 0, complete: true };

  it('waits while the call may still be under way', async () => {
    const { batchId, sent } = await inDoubt();
    ports.clock.at += 59_000;
    expect(await reconcileBatch(ports, batchId, later)).toEqual({ ...none, too_early: 1 });
    expect(sent).toHaveLength(1);
  });

  it.each(['paid', 'failed', 'accepted'] as const)(
    'takes the answer %s, and sends nothing',
    async (status) => {
      const { batchId, sent, findings, payoutId, standing } = await inDoubt();
      findings.set(payoutId, { status, reference: 'found' });
      ports.clock.at += 90_000;
      expect(await reconcileBatch(ports, batchId, later)).toEqual({ ...none, [status]: 1 });
      expect(await standing()).toMatchObject({
        status: status === 'accepted' ? 'processing' : status,
        reference: 'found',
      });
      expect(await standing()).not.toHaveProperty('uncertain');
      expect(await reconcileBatch(ports, batchId, later)).toEqual(none);
      expect(sent).toHaveLength(1);
      await expectBooksToBalance(['alice']);
    },
  );

  it('sends again under the same key what never arrived, once, within the window', async () => {
    const { batchId, sent, payoutId, standing } = await inDoubt();
    ports.clock.at += 90_000;
    await Promise.all([1, 2, 3].map(() => reconcileBatch(ports, batchId, later)));
    expect(sent).toEqual([payoutId, payoutId]);
    expect(await standing()).toMatchObject({ status: 'processing' });
    expect(await standing()).not.toHaveProperty('uncertain');
  });

  it('never sends again after the window, and leaves it to a person', async () => {
    const { batchId, sent, payoutId, standing } = await inDoubt();
    ports.clock.at += 24 * 3_600_000 - 60_000;
    expect(await reconcileBatch(ports, batchId, later)).toEqual({ ...none, uncertain: 1 });
    ports.clock.at += 365 * 24 * 3_600_000;
    expect(await reconcileBatch(ports, batchId, later)).toEqual({ ...none, uncertain: 1 });
    expect(sent).toEqual([payoutId]);
    expect(await standing()).toMatchObject({ status: 'processing', uncertain: true });
    expect(await recordResults(ports, batchId, [{ payoutId, status: 'failed' }])).toEqual([
      { payoutId, outcome: 'recorded', status: 'failed' },
    ]);
    expect(await balanceOf(ports, 'alice')).toMatchObject({ available: 100, inPayout: 0 });
  });
});

describe('results', () => {
  it('are taken one by one, and a repeat is answered alike', async () => {
    await earnAll(people(3));
    const stranger = await frozen({ userIds: ['user-2'] });
    const { batchId } = await frozen({ userIds: ['user-0', 'user-1'] });
    const [a = '', b = ''] = (await payoutsOf({ batchId })).map(({ payoutId }) => payoutId);
    const [other = ''] = (await payoutsOf(stranger)).map(({ payoutId }) => payoutId);
    expect(await recordResults(ports, batchId, [{ payoutId: a, status: 'paid' }])).toEqual([
      { payoutId: a, outcome: 'not_sent', status: 'requested' },
    ]);
    taken(await sendBatch(ports, batchId, later));
    const results = [
      { payoutId: a, status: 'paid', reference: 'wire 1' },
      { payoutId: b, status: 'failed', reason: 'no such account' },
      { payoutId: a, status: 'failed' },
      { payoutId: other, status: 'paid' },
      { payoutId: `pay_${'0'.repeat(26)}_${batchId.slice(4)}`, status: 'paid' },
    ] as const;
    const first = await recordResults(ports, batchId, results);
    expect(first.map(({ outcome, status }) => [outcome, status])).toEqual([
      ['recorded', 'paid'],
      ['recorded', 'failed'],
      ['conflict', 'paid'],
      ['not_found', undefined],
      ['not_found', undefined],
    ]);
    expect(await recordResults(ports, batchId, results)).toEqual(first);
    expect(taken(await readBatch(ports, batchId)).totals).toEqual({
      ...noTotals,
      paid: { count: 1, amount: 100 },
      failed: { count: 1, amount: 100 },
    });
    await expectBooksToBalance(people(3));
  });
});

describe('cancelling a batch', () => {
  it('gives back what was reserved, also while it is being frozen, and nothing is sent then', async () => {
    const userIds = people(30);
    await earnAll(userIds);
    const { batchId } = await begin();
    await Promise.all([freezeBatch(ports, batchId, later), cancelBatch(ports, batchId, later)]);
    const cancelled = taken(await cancelBatch(ports, batchId, later));
    expect(cancelled).toMatchObject({ status: 'cancelled' });
    expect(await sendBatch(ports, batchId, later)).toMatchObject({ refused: 'payout_batch_not_frozen' });
    for (const userId of userIds) {
      expect(await balanceOf(ports, userId)).toEqual({ pending: 0, available: 100, inPayout: 0, paid: 0 });
    }
    await expectBooksToBalance(userIds);
  });

  it('is refused once it is being sent', async () => {
    await earnAll(['alice']);
    const { batchId } = await frozen();
    taken(await sendBatch(ports, batchId, later));
    expect(await cancelBatch(ports, batchId, later)).toMatchObject({
      refused: 'payout_batch_not_cancellable',
    });
    expect(await balanceOf(ports, 'alice')).toMatchObject({ available: 0, inPayout: 100 });
  });
});

describe('lists', () => {
  it('page through the payouts of a batch and nobody else’s, and export all of them', async () => {
    await earnAll(people(7));
    const first = await frozen({ userIds: people(3) });
    ports.clock.at += 1;
    const second = await frozen({ userIds: people(7) });
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await ports.listBatchPayouts(second, 3, after);
      seen.push(...page.records.map(({ payout }) => payout.userId));
      after = page.after;
    } while (after !== undefined);
    expect(seen.sort()).toEqual(['user-3', 'user-4', 'user-5', 'user-6']);
    expect(taken(await exportBatch(ports, first.batchId)).payouts).toHaveLength(3);
    const page = await ports.listBatches(programId, { limit: 10 });
    expect(page?.items).toEqual([second, first]);
    expect((await ports.listPayouts(programId, { limit: 5 }))?.items).toHaveLength(5);
  });

  it('export no file with gaps', async () => {
    await earnAll(people(2));
    const batch = await frozen();
    const lagging = { ...ports, listBatchPayouts: async () => ({ records: [] }) };
    expect(await exportBatch(lagging, batch.batchId)).toMatchObject({ refused: 'unavailable' });
    const open = await begin();
    expect(await exportBatch(ports, open.batchId)).toMatchObject({ refused: 'payout_batch_not_frozen' });
  });
});

describe('what it costs', () => {
  testCost('is 10 WRU and 3 in the index to reserve a payout of a batch', async () => {
    await earnAll(['alice']);
    const capacities: number[] = [];
    const measured = {
      ...ports,
      reservePayout: async (reservation: Parameters<PayoutPorts['reservePayout']>[0]) => {
        const done = await ports.reservePayout(reservation);
        if (done.result === 'reserved') capacities.push(done.capacity);
        return done;
      },
    };
    const { batchId } = await begin();
    taken(await freezeBatch(measured, batchId, later));
    expect(capacities).toEqual([13]);
  });
});
