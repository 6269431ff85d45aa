import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Payout } from '../../shared/domain/money/payout.ts';
import type { Table } from '../../shared/table/client.ts';
import { createPayout } from '../../shared/usecases/payouts/create-payout.ts';
import type {
  PayoutProvider,
  ProviderAnswer,
  ProviderFinding,
} from '../../shared/usecases/payouts/provider.ts';
import { reconcileInDoubt } from '../../shared/usecases/payouts/reconcile-in-doubt.ts';
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
import { taken } from './use-table.ts';

const hourMs = 3_600_000;

let engine: Engine;
let table: Table;
let ports: PayoutPorts;
let sends: ProviderAnswer;
let finds: ProviderFinding;
let sent: string[];
let failed: string[];

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  table = await engine.makeTable();
  ports = payoutPorts(table);
  ports.clock.at = Date.now() - 40 * 24 * hourMs;
  await saveProgram(ports);
  await earn(table, ports, 'alice', { available: 300 });
  [sent, failed, sends, finds] = [[], [], { status: 'uncertain' }, { status: 'uncertain' }];
  ports.providers.set('webhook', {
    name: 'webhook',
    repeatableForMs: 24 * hourMs,
    needsAccount: false,
    send: async ({ payout }) => {
      sent.push(payout.payoutId);
      return sends;
    },
    find: async () => finds,
  } satisfies PayoutProvider);
});

/** A payout that was sent, and about which the provider gave no clear answer. */
async function inDoubt(amount = 100): Promise<Payout> {
  const made = taken(
    await createPayout(ports, { programId: 'default', userId: 'alice', amount, currency: 'USD' }),
  );
  return taken(await sendPayout(ports, made.payoutId, 'webhook'));
}

const run = (until = Number.POSITIVE_INFINITY) =>
  reconcileInDoubt({ ...ports, failed: (payoutId) => failed.push(payoutId) }, until);
const later = (ms: number): void => {
  ports.clock.at += ms;
};
const statusOf = async ({ payoutId }: Payout) => (await ports.findPayout(payoutId))?.payout.status;

it('clears up what the provider knows of, and leaves alone what is in no doubt', async () => {
  sends = { status: 'accepted' };
  const clear = await inDoubt(50);
  sends = { status: 'uncertain' };
  const doubtful = await inDoubt();
  later(hourMs);
  finds = { status: 'paid', reference: 'wire 1' };
  expect(await run()).toEqual({ found: 1, cleared: 1, overdue: 0, complete: true });
  expect([await statusOf(doubtful), await statusOf(clear)]).toEqual(['paid', 'processing']);
  expect(await run()).toEqual({ found: 0, cleared: 0, overdue: 0, complete: true });
  expect(await bookFaults(table, ports, ['alice'])).toEqual([]);
});

it('sends once what the provider never heard of, though many runs find it at the same moment', async () => {
  await inDoubt();
  later(hourMs);
  [finds, sends, sent] = [{ status: 'absent' }, { status: 'paid' }, []];
  await Promise.all(Array.from({ length: 6 }, () => run()));
  expect(sent).toHaveLength(1);
  expect(await balanceOf(ports, 'alice')).toMatchObject({ inPayout: 0, paid: 100 });
  expect(await bookFaults(table, ports, ['alice'])).toEqual([]);
});

it('counts what has been in doubt for more than a day, and never sends that again', async () => {
  const doubtful = await inDoubt();
  [finds, sent] = [{ status: 'absent' }, []];
  later(25 * hourMs);
  expect(await run()).toEqual({ found: 1, cleared: 0, overdue: 1, complete: true });
  expect(sent).toEqual([]);
  expect(await statusOf(doubtful)).toBe('processing');
});

it('goes on to others where one cannot be looked at', async () => {
  const [first, second] = [await inDoubt(), await inDoubt()];
  later(hourMs);
  finds = { status: 'failed' };
  const { settlePayout } = ports;
  ports.settlePayout = async (next, was, ulid) => {
    if (next.payout.payoutId === first.payoutId) throw new Error('unreachable');
    return settlePayout(next, was, ulid);
  };
  expect(await run()).toMatchObject({ found: 2, cleared: 1, complete: true });
  expect(failed).toEqual([first.payoutId]);
  expect(await statusOf(second)).toBe('failed');
});

it('looks at the last thirty days, and takes on no more when its time is over', async () => {
  await inDoubt();
  expect(await run(ports.now())).toMatchObject({ cleared: 0, complete: false });
  later(31 * 24 * hourMs);
  expect(await run()).toEqual({ found: 0, cleared: 0, overdue: 0, complete: true });
});
