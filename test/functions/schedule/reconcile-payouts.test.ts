import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createPayout } from '../../../shared/usecases/payouts/create-payout.ts';
import { sendPayout } from '../../../shared/usecases/payouts/send-payout.ts';
import { type Loopback, startLoopback } from '../../support/loopback.ts';
import { earn, payoutPorts } from '../../support/payouts.ts';
import { taken } from '../../table/use-table.ts';
import { type Backend, startBackend } from '../backend.ts';

let backend: Backend;
let provider: Loopback;
let handler: typeof import('../../../functions/schedule/reconcile-payouts/handler.ts').handler;

beforeAll(async () => {
  [backend, provider] = await Promise.all([startBackend(), startLoopback()]);
  const webhook = { url: `${provider.url}/pay`, secret: `whsec_${'a'.repeat(32)}`, timeoutMs: 300 };
  backend.secrets.set('arn:payout-providers', JSON.stringify({ webhook }));
  ({ handler } = await import('../../../functions/schedule/reconcile-payouts/handler.ts'));
});
afterAll(() => {
  provider.stop();
  return backend.stop();
});
afterEach(() => vi.restoreAllMocks());

it('records how many payouts stay in doubt for more than a day, and names nobody', async () => {
  const ports = payoutPorts(backend.table);
  ports.clock.at = Date.now() - 26 * 3_600_000;
  ports.providers.set('webhook', {
    name: 'webhook',
    repeatableForMs: 0,
    needsAccount: false,
    send: async () => ({ status: 'uncertain' }),
    find: async () => ({ status: 'uncertain' }),
  });
  await earn(backend.table, ports, 'alice', { available: 300 });
  const payout = { programId: 'default', userId: 'alice', amount: 100, currency: 'USD' };
  const made = taken(await createPayout(ports, payout));
  taken(await sendPayout(ports, made.payoutId, 'webhook'));
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  expect(await handler()).toEqual({ found: 1, cleared: 0, overdue: 1, complete: true });
  expect(lines.map((line) => JSON.parse(line)).find((line) => '_aws' in line)).toMatchObject({
    PayoutsLongInDoubt: 1,
    PayoutsCleared: 0,
  });
  expect(lines.join('')).not.toContain('alice');
  // Asked after, and not sent again.
  expect(provider.received.map(({ body }) => JSON.parse(body).type)).toEqual(['payout.status']);
});
