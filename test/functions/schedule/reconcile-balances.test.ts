import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { participantKey } from '../../../shared/domain/ids.ts';
import { keys } from '../../../shared/table/keys.ts';
import { happen, join, linkOf } from '../../table/use-table.ts';
import { type Backend, startBackend } from '../backend.ts';

let backend: Backend;
let handler: typeof import('../../../functions/schedule/reconcile-balances/handler.ts').handler;
let lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../../functions/schedule/reconcile-balances/handler.ts'));
  await join(backend.ports, 'bob', await linkOf(backend.ports, 'alice'));
  await happen(backend.ports, { id: 'e1' });
});
afterAll(() => backend.stop());
beforeEach(() => {
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(JSON.parse(String(text)));
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const metric = () => lines.find((line) => '_aws' in line);

it('records that every balance is its ledger', async () => {
  expect(await handler()).toEqual({ checked: 1, mismatches: 0 });
  expect(metric()).toMatchObject({ BalancesChecked: 1, BalanceMismatch: 0 });
  expect(lines.filter((line) => line['level'] === 'error')).toEqual([]);
});

it('records a balance that is not, and names the participant by key, not by user', async () => {
  const key = participantKey('default', 'alice');
  const change = { UpdateExpression: 'ADD available :one', ExpressionAttributeValues: { ':one': 1 } };
  await backend.table.documents.send(
    new UpdateCommand({ TableName: backend.table.name, Key: keys.balance(key, 'cash', 'USD'), ...change }),
  );
  expect(await handler()).toEqual({ checked: 1, mismatches: 1 });
  expect(metric()).toMatchObject({ BalanceMismatch: 1 });
  expect(lines.find((line) => line['level'] === 'error')).toMatchObject({
    participant: key,
    balance: { currency: 'USD', available: 101 },
    sum: { available: 100 },
  });
  expect(JSON.stringify(lines)).not.toContain('alice');
});
