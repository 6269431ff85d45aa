import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { accountAdd } from '../../../shared/table/balance-items.ts';
import { transact } from '../../../shared/table/transact.ts';
import { type Backend, startBackend } from '../backend.ts';
import { changeOf, itemsOf, streamOf } from '../stream/stream-event.ts';

let backend: Backend;
let handler: typeof import('../../../functions/schedule/tell-hold-ends/handler.ts').handler;
let relay: typeof import('../../../functions/stream/relay-changes/handler.ts').handler;

beforeAll(async () => {
  mockClient(SQSClient).on(SendMessageBatchCommand).resolves({});
  mockClient(EventBridgeClient).on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  backend = await startBackend();
  ({ handler } = await import('../../../functions/schedule/tell-hold-ends/handler.ts'));
  ({ handler: relay } = await import('../../../functions/stream/relay-changes/handler.ts'));
});
afterAll(() => backend.stop());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('finds what the relay has noted, on its day, and names nobody', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-12-01T12:00:00.000Z') });
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const alice = { programId: 'default', userId: 'alice', kind: 'cash', currency: 'USD' } as const;
  await transact(backend.table, [accountAdd(backend.table, alice, { '2026-12-05': 300 })]);
  const balanceItem = async () => (await itemsOf(backend.table)).find(({ type }) => type === 'balance') ?? {};
  await relay(streamOf(changeOf(await balanceItem())));
  vi.setSystemTime(Date.parse('2026-12-04T23:05:00.000Z'));
  expect(await handler()).toEqual({ told: 0, complete: true });
  expect(await balanceItem()).not.toHaveProperty('endsToldUntil');
  vi.setSystemTime(Date.parse('2026-12-05T00:05:00.000Z'));
  expect(await handler()).toEqual({ told: 1, complete: true });
  expect(await balanceItem()).toMatchObject({ 'held:2026-12-05': 300, endsToldUntil: '2026-12-05' });
  expect(await handler()).toEqual({ told: 0, complete: true });
  expect(lines.join('')).not.toContain('alice');
  expect(
    JSON.stringify((await itemsOf(backend.table)).filter(({ type }) => type === 'holdEnd')),
  ).not.toContain('alice');
});
