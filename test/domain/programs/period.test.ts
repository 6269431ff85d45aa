import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { periodStart } from '../../../shared/domain/programs/period.ts';

describe('the start of a period', () => {
  it.each([
    ['day', '2026-12-02T23:59:59.999Z', '2026-12-02'],
    ['week', '2026-11-30T00:00:00.000Z', '2026-11-30'],
    ['week', '2026-12-06T23:59:59.999Z', '2026-11-30'],
    ['week', '2026-12-07T00:00:00.000Z', '2026-12-07'],
    ['week', '2027-01-01T00:00:00.000Z', '2026-12-28'],
    ['week', '2024-03-03T12:00:00.000Z', '2024-02-26'],
    ['month', '2028-02-29T12:00:00.000Z', '2028-02-01'],
  ] as const)('of a %s at %s is %s', (period, at, start) => {
    expect(periodStart(period, at)).toBe(start);
  });

  it('of a week is a Monday at most six days before', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        (at) => {
          const start = new Date(periodStart('week', at.toISOString()));
          expect(start.getUTCDay()).toBe(1);
          const days = (at.getTime() - start.getTime()) / 86_400_000;
          expect(days).toBeGreaterThanOrEqual(0);
          expect(days).toBeLessThan(7);
        },
      ),
    );
  });
});
