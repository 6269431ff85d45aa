import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isRefusal } from '../../shared/contract/problems.ts';
import type { PayoutRecord } from '../../shared/domain/money/payout.ts';
import type { PayoutTerms } from '../../shared/domain/programs/program.ts';
import type { Table } from '../../shared/table/client.ts';
import { cancelPayout } from '../../shared/usecases/payouts/cancel-payout.ts';
import { createPayout } from '../../shared/usecases/payouts/create-payout.ts';
import { recordResult } from '../../shared/usecases/payouts/record-result.ts';
import { sendPayout } from '../../shared/usecases/payouts/send-payout.ts';
import {
  balanceOf,
  bookFaults,
  counterOf,
  earn,
  ledgerOf,
  type PayoutPorts,
  payoutPorts,
  reach,
  saveProgram,
} from '../support/payouts.ts';
import { type Engine, startEngine } from '../support/table.ts';
import { atOnce, taken, tally, testCost } from './use-table.ts';

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
  await earn(table, ports, 'alice', { available: 300 });
});

const withdraw = (amount: number, more: { userId?: string; currency?: string } = {}) =>
  createPayout(ports, { programId: 'default', userId: 'alice', amount, currency: 'USD', ...more });
const codeOf = (value: object) => (isRefusal(value) ? value.refused : 'taken');
const lineOf = async (cause: string) =>
  (await ledgerOf(table, 'alice')).find((entry) => entry.cause.type === cause);
const expectBooksToBalance = async () => expect(await bookFaults(table, ports, ['alice'])).toEqual([]);

describe('a withdrawal', () => {
  it('moves the amount from what is available into payout', async () => {
    const payout = taken(await withdraw(120));
    expect(payout).toEqual({
      payoutId: expect.stringMatching(/^pay_[0-9a-z]{26}_[0-9a-z]{26}$/),
      programId: 'default',
      userId: 'alice',
      amount: 120,
      currency: 'USD',
      status: 'requested',
      createdAt: '2026-12-02T12:00:00.000Z',
    });
    expect((await ports.findPayout(payout.payoutId))?.payout).toEqual(payout);
    expect(await balanceOf(ports, 'alice')).toEqual({ pending: 0, available: 180, inPayout: 120, paid: 0 });
    expect(await lineOf('payout')).toMatchObject({
      kind: 'cash',
      amount: -120,
      changes: { pending: 0, available: -120, inPayout: 120, paid: 0 },
      cause: { type: 'payout', payoutId: payout.payoutId },
    });
    await expectBooksToBalance();
  });

  it('takes the whole balance for one of fifty who ask at the same moment', async () => {
    expect(tally(await atOnce(50, () => withdraw(300)))).toEqual({ taken: 1, insufficient_balance: 49 });
    expect(await balanceOf(ports, 'alice')).toMatchObject({ available: 0, inPayout: 300 });
    expect((await ports.listPayouts('default', { limit: 100 }))?.items).toHaveLength(1);
    await expectBooksToBalance();
  });

  it('never takes more than there is, in parts at the same moment', async () => {
    const counts = tally(await atOnce(30, () => withdraw(70)));
    expect(counts['taken']).toBe(4);
    expect(await balanceOf(ports, 'alice')).toMatchObject({ available: 20, inPayout: 280 });
    await expectBooksToBalance();
  });

  it('takes what was held until today with what is available, and leaves what is held for longer', async () => {
    await earn(table, ports, 'alice', { '2026-12-02': 50, '2026-12-01': 7, '2026-12-03': 1_000, waiting: 9 });
    expect(codeOf(await withdraw(358))).toBe('insufficient_balance');
    expect(tally(await atOnce(20, () => withdraw(357)))).toEqual({ taken: 1, insufficient_balance: 19 });
    expect(await balanceOf(ports, 'alice')).toEqual({
      pending: 1_009,
      available: 0,
      inPayout: 357,
      paid: 0,
    });
    ports.clock.at += 24 * 3_600_000;
    expect(codeOf(await withdraw(1_000))).toBe('taken');
    await expectBooksToBalance();
  });

  it.each([
    ['a cent too much', 301, {}, 'insufficient_balance'],
    ['a currency that nothing was earned in', 1, { currency: 'EUR' }, 'insufficient_balance'],
    ['a currency that ISO 4217 does not list', 1, { currency: 'XXX' }, 'invalid_request'],
    ['somebody unknown', 1, { userId: 'nobody' }, 'participant_not_found'],
  ])('is refused for %s, and leaves no trace', async (_, amount, more, code) => {
    expect(codeOf(await withdraw(amount, more))).toBe(code);
    expect((await ports.listPayouts('default', { limit: 100 }))?.items).toEqual([]);
    expect(await balanceOf(ports, 'alice')).toMatchObject({ available: 300, inPayout: 0 });
    expect(await ledgerOf(table, 'alice')).toHaveLength(1);
  });

  testCost('costs 8 WRU and 2 in the index', async () => {
    const capacities: number[] = [];
    const measured = {
      ...ports,
      reservePayout: async (reservation: Parameters<PayoutPorts['reservePayout']>[0]) => {
        const done = await ports.reservePayout(reservation);
        if (done.result === 'reserved') capacities.push(done.capacity);
        return done;
      },
    };
    taken(
      await createPayout(measured, { programId: 'default', userId: 'alice', amount: 1, currency: 'USD' }),
    );
    expect(capacities).toEqual([10]);
  });
});

describe("a program's terms", () => {
  const given = (terms: Partial<PayoutTerms>) => saveProgram(ports, terms);

  it('have a least amount, by currency', async () => {
    await given({
      minimums: [
        { currency: 'USD', amount: 200 },
        { currency: 'EUR', amount: 9_999 },
      ],
    });
    expect(await withdraw(199)).toMatchObject({
      refused: 'payout_below_minimum',
      extra: { minimum: 200, currency: 'USD' },
    });
    expect(codeOf(await withdraw(200))).toBe('taken');
  });

  it.each([
    ['completedReferrals', 'completed', undefined],
    ['paidOrders', 'paidOrders', undefined],
    ['points', 'points', undefined],
    ['revenue', 'revenue:USD', 'USD'],
  ] as const)('can ask for %s before anything is paid', async (metric, attribute, currency) => {
    await given({ requires: [{ metric, value: 5, ...(currency && { currency }) }] });
    expect(await withdraw(10)).toMatchObject({
      refused: 'payout_not_yet_allowed',
      extra: { metric, required: 5, reached: 0 },
    });
    await reach(table, 'alice', attribute, 4);
    expect(await withdraw(10)).toMatchObject({ extra: { metric, reached: 4 } });
    await reach(table, 'alice', attribute, 5);
    expect(codeOf(await withdraw(10))).toBe('taken');
  });

  it('hold a sum a week under a race, and begin anew on Monday', async () => {
    await given({ limits: [{ period: 'week', amount: 100, currency: 'USD' }] });
    expect(tally(await atOnce(20, () => withdraw(30)))).toEqual({ taken: 3, payout_limit_reached: 17 });
    expect(await counterOf(ports, 'alice', 'payout#week#USD#2026-11-30')).toBe(90);
    expect(await balanceOf(ports, 'alice')).toMatchObject({ available: 210, inPayout: 90 });
    ports.clock.at = Date.parse('2026-12-06T23:59:59.999Z');
    expect(await withdraw(30)).toMatchObject({
      refused: 'payout_limit_reached',
      extra: { period: 'week', limit: 100, counts: 'amount' },
    });
    ports.clock.at += 1;
    expect(codeOf(await withdraw(30))).toBe('taken');
    await expectBooksToBalance();
  });

  it('refuse at once what is more than a limit ever allows, also as the first', async () => {
    await given({ limits: [{ period: 'ever', amount: 100, currency: 'USD' }] });
    expect(codeOf(await withdraw(101))).toBe('payout_limit_reached');
    expect(codeOf(await withdraw(100))).toBe('taken');
  });

  it('hold a number of payouts a month, over all currencies', async () => {
    await earn(table, ports, 'alice', { available: 50 }, 'EUR');
    await given({ limits: [{ period: 'month', rewards: 2 }] });
    expect(codeOf(await withdraw(1))).toBe('taken');
    expect(codeOf(await withdraw(1, { currency: 'EUR' }))).toBe('taken');
    expect(codeOf(await withdraw(1))).toBe('payout_limit_reached');
  });

  it('are given back once by a cancelled and by a failed payout, in the period that they were taken in', async () => {
    await given({
      limits: [
        { period: 'day', amount: 100, currency: 'USD' },
        { period: 'ever', rewards: 2 },
      ],
    });
    const first = taken(await withdraw(60));
    const second = taken(await withdraw(40));
    await sendPayout(ports, second.payoutId, 'manual');
    ports.clock.at += 24 * 3_600_000;
    await given({});
    await atOnce(5, () => cancelPayout(ports, first.payoutId));
    await atOnce(5, () => recordResult(ports, second.payoutId, { status: 'failed' }));
    expect(await counterOf(ports, 'alice', 'payout#day#USD#2026-12-02')).toBe(0);
    expect(await counterOf(ports, 'alice', 'payout#day#USD#2026-12-03')).toBe(0);
    expect(await counterOf(ports, 'alice', 'payout#ever#count')).toBe(0);
    await expectBooksToBalance();
  });
});

describe('a payout', () => {
  it('is cancelled once, however many do so at the same moment', async () => {
    const { payoutId } = taken(await withdraw(120));
    taken(await withdraw(120));
    expect(tally(await atOnce(20, () => cancelPayout(ports, payoutId)))).toEqual({
      taken: 1,
      payout_not_cancellable: 19,
    });
    expect(await balanceOf(ports, 'alice')).toMatchObject({ available: 180, inPayout: 120 });
    expect((await ports.findPayout(payoutId))?.payout).toMatchObject({
      status: 'cancelled',
      cancelledAt: '2026-12-02T12:00:00.000Z',
    });
    expect((await ledgerOf(table, 'alice')).map(({ cause }) => cause.type).sort()).toEqual([
      'payout',
      'payout',
      'payout_cancelled',
      'reward',
    ]);
    await expectBooksToBalance();
  });

  it('is paid after it was sent, and its amount moves from payout to paid', async () => {
    const { payoutId } = taken(await withdraw(120));
    expect(codeOf(await recordResult(ports, payoutId, { status: 'paid' }))).toBe('payout_not_sent');
    expect(taken(await sendPayout(ports, payoutId, 'manual'))).toMatchObject({
      status: 'processing',
      provider: 'manual',
    });
    expect(codeOf(await sendPayout(ports, payoutId, 'manual'))).toBe('payout_not_sendable');
    expect(codeOf(await cancelPayout(ports, payoutId))).toBe('payout_not_cancellable');
    const paid = taken(await recordResult(ports, payoutId, { status: 'paid', reference: 'wire 7' }));
    expect(paid).toMatchObject({ status: 'paid', reference: 'wire 7' });
    expect(await recordResult(ports, payoutId, { status: 'paid', reference: 'wire 7' })).toEqual(paid);
    expect(await balanceOf(ports, 'alice')).toEqual({ pending: 0, available: 180, inPayout: 0, paid: 120 });
    expect(await lineOf('payout_paid')).toMatchObject({
      amount: 0,
      changes: { inPayout: -120, paid: 120 },
      cause: { type: 'payout_paid' },
    });
    await expectBooksToBalance();
  });

  it.each([
    [{ status: 'paid', reference: 'a' }, { status: 'failed' }],
    [{ status: 'failed' }, { status: 'paid', reference: 'a' }],
    [
      { status: 'paid', reference: 'a' },
      { status: 'paid', reference: 'b' },
    ],
  ] as const)('keeps its first result: %o, not %o', async (first, then) => {
    const { payoutId } = taken(await withdraw(120));
    await sendPayout(ports, payoutId, 'manual');
    const settled = taken(await recordResult(ports, payoutId, first));
    const before = await balanceOf(ports, 'alice');
    expect(await recordResult(ports, payoutId, then)).toMatchObject({
      refused: 'payout_result_conflict',
      extra: { payout: settled },
    });
    expect(await balanceOf(ports, 'alice')).toEqual(before);
    await expectBooksToBalance();
  });

  it('has one end, whatever is recorded at the same moment', async () => {
    const { payoutId } = taken(await withdraw(300));
    await sendPayout(ports, payoutId, 'manual');
    const statuses = ['paid', 'failed', 'paid', 'failed', 'failed', 'paid'] as const;
    await Promise.all(statuses.map((status) => recordResult(ports, payoutId, { status })));
    const { available, inPayout, paid } = await balanceOf(ports, 'alice');
    expect(inPayout).toBe(0);
    expect([available, paid].sort()).toEqual([0, 300]);
    expect(await ledgerOf(table, 'alice')).toHaveLength(3);
    await expectBooksToBalance();
  });

  it('is either sent or cancelled', async () => {
    for (let round = 0; round < 5; round++) {
      const { payoutId } = taken(await withdraw(10));
      const [sent, cancelled] = await Promise.all([
        sendPayout(ports, payoutId, 'manual'),
        cancelPayout(ports, payoutId),
      ]);
      expect([codeOf(sent), codeOf(cancelled)].filter((code) => code === 'taken').length).toBe(1);
    }
    await expectBooksToBalance();
  });

  testCost('settles for 6 WRU and 2 in the index', async () => {
    const { payoutId } = taken(await withdraw(10));
    const was = (await ports.findPayout(payoutId)) as PayoutRecord;
    const spy: number[] = [];
    const send = table.documents.send.bind(table.documents);
    table.documents.send = (async (command: never) => {
      const answer = (await send(command)) as { ConsumedCapacity?: { CapacityUnits?: number }[] };
      if (Array.isArray(answer.ConsumedCapacity)) {
        spy.push(answer.ConsumedCapacity.reduce((sum, one) => sum + (one.CapacityUnits ?? 0), 0));
      }
      return answer;
    }) as typeof table.documents.send;
    taken(await cancelPayout(ports, was.payout.payoutId));
    expect(spy).toEqual([8]);
  });
});

it("lists a participant's payouts, newest first, page by page, and nobody else's with them", async () => {
  await earn(table, ports, 'ben', { available: 300 });
  const made: string[] = [];
  for (let n = 0; n < 5; n++) {
    ports.clock.at += 1_000;
    made.unshift(taken(await withdraw(10)).payoutId);
    taken(await withdraw(10, { userId: 'ben' }));
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await ports.listPayoutsOf('default', 'alice', { limit: 2, ...(cursor && { cursor }) });
    seen.push(...(page?.items ?? []).map(({ payoutId }) => payoutId));
    cursor = page?.nextCursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(made);
  expect(await ports.listPayoutsOf('default', 'alice', { limit: 2, cursor: 'x' })).toBeUndefined();
  expect(await ports.listPayoutsOf('default', 'nobody', { limit: 2 })).toEqual({ items: [] });
});
