import { describe, expect, it } from 'vitest';
import { addTotals, conversionRate, noClicks, totalsOfVisit } from '../../../shared/domain/clicks/totals.ts';

describe('totalsOfVisit', () => {
  it.each([
    ['a first visit', 'human', true, { clicks: 1, uniqueClicks: 1, botClicks: 0 }],
    ['a repeat', 'human', false, { clicks: 1, uniqueClicks: 0, botClicks: 0 }],
    ['a machine', 'bot', true, { clicks: 0, uniqueClicks: 0, botClicks: 1 }],
    ['a machine again', 'bot', false, { clicks: 0, uniqueClicks: 0, botClicks: 1 }],
  ] as const)('%s', (_, kind, first, totals) => expect(totalsOfVisit(kind, first)).toEqual(totals));
});

describe('addTotals', () => {
  it('adds each', () => {
    const a = { clicks: 1, uniqueClicks: 2, botClicks: 3 };
    expect(addTotals(a, { clicks: 10, uniqueClicks: 20, botClicks: 30 })).toEqual({
      clicks: 11,
      uniqueClicks: 22,
      botClicks: 33,
    });
    expect(addTotals(a, noClicks)).toEqual(a);
  });
});

describe('conversionRate', () => {
  it.each([
    [0, 0, 0],
    [3, 0, 0],
    [0, 10, 0],
    [1, 3, 0.3333],
    [2, 3, 0.6667],
    [10, 10, 1],
    [12, 10, 1],
  ])('%d of %d is %d', (completed, clicks, rate) => expect(conversionRate(completed, clicks)).toBe(rate));
});
