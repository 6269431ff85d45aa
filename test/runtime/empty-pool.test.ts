import { afterEach, expect, it, vi } from 'vitest';
import { poolIsEmpty } from '../../shared/runtime/empty-pool.ts';

afterEach(() => vi.restoreAllMocks());

it('logs which pool is empty, and counts it for the alarm', () => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  poolIsEmpty('shop', 'spring', 'rwd_x');
  const [line, metric] = lines.map((one) => JSON.parse(one));
  expect(line).toMatchObject({ level: 'warn', programId: 'shop', pool: 'spring', rewardId: 'rwd_x' });
  expect(metric).toMatchObject({
    CouponPoolEmpty: 1,
    _aws: { CloudWatchMetrics: [{ Namespace: 'Plusone', Metrics: [{ Name: 'CouponPoolEmpty' }] }] },
  });
});
