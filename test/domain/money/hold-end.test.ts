import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyAccount } from '../../../shared/domain/money/balance.ts';
import {
  daysNewlyHeld,
  hourAfter,
  hourOf,
  hourToTell,
  releasedBy,
} from '../../../shared/domain/money/hold-end.ts';

const account = (held: Readonly<Record<string, number>>, endsToldUntil?: string) => ({
  ...emptyAccount('cash', 'USD'),
  held,
  ...(endsToldUntil !== undefined && { endsToldUntil }),
});

describe('the hour in which an end is told', () => {
  it.each([
    ['2026-12-05', '2026-12-01T12:00:00.000Z', '2026-12-05T00'],
    ['2026-12-05', '2026-12-04T23:49:59.000Z', '2026-12-05T00'],
    ['2026-12-05', '2026-12-04T23:51:00.000Z', '2026-12-05T01'],
    ['2026-12-05', '2026-12-05T00:05:00.000Z', '2026-12-05T01'],
    ['2026-12-05', '2026-12-31T23:55:00.000Z', '2027-01-01T01'],
  ])('of %s, noted at %s, is %s', (day, at, hour) => {
    expect(hourToTell(day, Date.parse(at))).toBe(hour);
  });

  it('is never before the day, and begins ten minutes after it is noted or later', () => {
    const times = fc.integer({ min: 0, max: 4e12 });
    fc.assert(
      fc.property(times, times, (due, at) => {
        const day = new Date(due).toISOString().slice(0, 10);
        const start = Date.parse(`${hourToTell(day, at)}:00:00.000Z`);
        expect(start).toBeGreaterThanOrEqual(Date.parse(day));
        expect(start - at).toBeGreaterThanOrEqual(600_000);
      }),
    );
  });

  it('follows the one before, over days', () => {
    expect(hourAfter('2026-12-31T23')).toBe('2027-01-01T00');
    expect(hourOf(Date.parse('2026-12-05T10:59:59.999Z'))).toBe('2026-12-05T10');
  });
});

describe('what is newly held', () => {
  const at = '2026-12-05T10:00:00.000Z';
  it('are days to come that nothing was held until', () => {
    const after = account({ '2026-12-04': 1, '2026-12-05': 1, '2026-12-06': 2, '2026-12-07': 1 });
    expect(daysNewlyHeld(account({ '2026-12-06': 1 }), after, at)).toEqual(['2026-12-07']);
    expect(daysNewlyHeld(undefined, after, at)).toEqual(['2026-12-06', '2026-12-07']);
  });
});

describe('what is released', () => {
  const before = account({ '2026-12-05': 300, '2026-12-06': -40, '2026-12-08': 9 }, '2026-12-04');
  it.each([
    ['2026-12-04', undefined],
    ['2026-12-05', { amount: 300, heldUntil: '2026-12-05' }],
    ['2026-12-07', { amount: 260, heldUntil: '2026-12-06' }],
  ])('until %s is %j, also where the same change folds it', (until, released) => {
    expect(releasedBy(before, account(before.held, until))).toEqual(released);
    expect(releasedBy(before, account({}, until))).toEqual(released);
  });

  it('is nothing before the first is told, nor where it comes to nothing', () => {
    expect(releasedBy(account({ '2026-12-05': 300 }), account({ '2026-12-05': 100 }))).toBeUndefined();
    const even = account({ '2026-12-05': 300, '2026-12-06': -300 });
    expect(releasedBy(even, account({}, '2026-12-06'))).toBeUndefined();
  });
});
