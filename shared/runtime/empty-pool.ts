import { log, recordMetrics } from './log.ts';

/** Tells of a reward that found its coupon pool empty: by the log, and by the metric that the alarm watches. */
export function poolIsEmpty(programId: string, pool: string, rewardId: string): void {
  log('warn', 'coupon pool is empty', { programId, pool, rewardId });
  recordMetrics({ CouponPoolEmpty: 1 });
}
