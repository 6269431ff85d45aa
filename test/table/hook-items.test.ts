import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Hook } from '../../shared/domain/programs/program.ts';
import { readHookAnswer } from '../../shared/runtime/hooks/read-hook-answer.ts';
import type { Table } from '../../shared/table/client.ts';
import { hookItems } from '../../shared/table/hook-items.ts';
import { askHook } from '../../shared/usecases/hooks/ask-hook.ts';
import { type Engine, startEngine } from '../support/table.ts';

let engine: Engine;
let table: Table;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  table = await engine.makeTable();
});

const hook: Hook = { url: 'https://hooks.example.com/', timeoutMs: 1_000, fallback: 'default' };
const decisions = ['accept', 'reject', 'hold'];

it('gives all who ask at the same moment, and all who come later, the same answer', async () => {
  let called = 0;
  const ports = {
    ...hookItems(table),
    now: Date.now,
    readHookAnswer,
    callHook: async () => ({ body: JSON.stringify({ decision: decisions[called++ % 3] }) }),
  };
  const ask = () => askHook(ports, hook, 'validation', {}, 'hook_1');
  const outcomes = await Promise.all(Array.from({ length: 12 }, ask));
  expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
  const before = called;
  expect(await ask()).toEqual(outcomes[0]);
  expect(called).toBe(before);
});

it('keeps the first outcome as it was, also a fallback', async () => {
  const { findHookOutcome, keepHookOutcome } = hookItems(table);
  const first = {
    id: 'hook_1',
    outcome: { fallback: 'hold' as const, because: 'timeout' as const },
    askedAt: '2026-11-21T10:00:00.000Z',
  };
  expect(await findHookOutcome('hook_1')).toBeUndefined();
  expect(await keepHookOutcome(first)).toEqual(first);
  const second = {
    ...first,
    outcome: { answer: { decision: 'accept' } },
    askedAt: '2026-11-22T10:00:00.000Z',
  };
  expect(await keepHookOutcome(second)).toEqual(first);
  expect(await findHookOutcome('hook_1')).toEqual(first);
  expect(await findHookOutcome('hook_2')).toBeUndefined();
});

it('costs a read and a write at the first time, and a read after', async () => {
  const used: number[] = [];
  table.documents.middlewareStack.add(
    (next) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const result = await next(args);
      used.push(
        (result.output as { ConsumedCapacity?: { CapacityUnits?: number } }).ConsumedCapacity
          ?.CapacityUnits ?? 0,
      );
      return result;
    },
    { step: 'initialize' },
  );
  const ports = {
    ...hookItems(table),
    now: Date.now,
    readHookAnswer,
    callHook: async () => ({ body: '{"decision":"accept"}' }),
  };
  await askHook(ports, hook, 'validation', {}, 'hook_1');
  await askHook(ports, hook, 'validation', {}, 'hook_1');
  expect(used).toEqual([1, 1, 1]);
});
