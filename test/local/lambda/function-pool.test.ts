import { expect, it } from 'vitest';
import { FunctionPool } from '../../../local/lambda/function-pool.ts';
import { functionFixture, removeFixtures } from './function-fixtures.ts';

it('instances that idle end by the clock', async () => {
  let now = 0;
  const spec = functionFixture('idler', 'exports.handler = async () => 1;');
  const pool = new FunctionPool(spec, {
    gateUrl: 'http://127.0.0.1:9',
    accessKeyFor: () => 'k',
    log: () => undefined,
    clock: () => now,
    maxInstances: 2,
    ownInstances: 1,
    hasRoom: () => true,
    maxWaiting: 2,
    initTimeoutMs: 5_000,
  });
  await pool.invoke('{}', {});
  now = 300_000;
  pool.sweep(300_000, 30_000);
  expect(pool.stats().instances).toBe(1);
  now = 300_001;
  pool.sweep(300_000, 30_000);
  expect(pool.stats().instances).toBe(0);
  await Promise.all([pool.invoke('{}', {}), pool.invoke('{}', {})]);
  expect(pool.stats().instances).toBe(2);
  now += 30_001;
  pool.sweep(300_000, 30_000);
  expect(pool.stats().instances).toBe(1);
  expect((await pool.invoke('{}', {})).ok).toBe(true);
  await pool.close();
  removeFixtures();
});
