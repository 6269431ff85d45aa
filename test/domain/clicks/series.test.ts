import { describe, expect, it } from 'vitest';
import { lengthOf, rangeOf, seriesOf } from '../../../shared/domain/clicks/series.ts';
import { noClicks } from '../../../shared/domain/clicks/totals.ts';

const now = Date.parse('2026-11-21T23:30:00Z');

describe('rangeOf', () => {
  it.each([
    [{}, 'day', '2026-10-23', '2026-11-21', 30],
    [{}, 'hour', '2026-11-21', '2026-11-21', 1],
    [{ to: '2026-03-01' }, 'day', '2026-01-31', '2026-03-01', 30],
    [{ from: '2026-11-01' }, 'hour', '2026-11-01', '2026-11-21', 21],
    [{ from: '2026-11-22' }, 'day', '2026-11-22', '2026-11-21', 0],
  ] as const)('of %j by %s is from %s to %s', (given, interval, from, to, days) => {
    expect(rangeOf(given, interval, now)).toEqual({ from, to });
    expect(lengthOf({ from, to })).toBe(days);
  });
});

describe('seriesOf', () => {
  const clicks = (count: number) => ({ ...noClicks, clicks: count });
  const days = [
    { day: '2026-11-20', hours: new Map([[23, clicks(1)]]) },
    {
      day: '2026-11-22',
      hours: new Map([
        [0, clicks(2)],
        [5, clicks(4)],
      ]),
    },
  ];
  const range = { from: '2026-11-20', to: '2026-11-22' };

  it('has a point for each day, with zeros where there was nothing', () => {
    expect(seriesOf(days, range, 'day')).toEqual({
      total: clicks(7),
      points: [
        { start: '2026-11-20T00:00:00.000Z', ...clicks(1) },
        { start: '2026-11-21T00:00:00.000Z', ...noClicks },
        { start: '2026-11-22T00:00:00.000Z', ...clicks(6) },
      ],
    });
  });

  it('has a point for each hour', () => {
    const { total, points } = seriesOf(days, range, 'hour');
    expect(total).toEqual(clicks(7));
    expect(points).toHaveLength(72);
    expect(points.filter((point) => point.clicks > 0)).toEqual([
      { start: '2026-11-20T23:00:00.000Z', ...clicks(1) },
      { start: '2026-11-22T00:00:00.000Z', ...clicks(2) },
      { start: '2026-11-22T05:00:00.000Z', ...clicks(4) },
    ]);
  });
});
