import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { additionsOf, dayAdditionsOf } from '../../../shared/domain/clicks/additions.ts';
import { addTotals, conversionRate, noClicks, totalsOfVisit } from '../../../shared/domain/clicks/totals.ts';
import { type Visit, visitKinds } from '../../../shared/domain/clicks/visit.ts';

describe('totalsOfVisit', () => {
  it.each([
    ['a first visit', 'human', true, { clicks: 1, uniqueClicks: 1 }],
    ['a repeat', 'human', false, { clicks: 1 }],
    ['a machine', 'bot', true, { botClicks: 1 }],
    ['a machine again', 'bot', false, { botClicks: 1 }],
    ['a mail gateway', 'scanner', true, { botClicks: 1, scannerClicks: 1 }],
    ['a prefetch', 'prefetch', true, { botClicks: 1, prefetchClicks: 1 }],
    ['a HEAD request', 'head', true, { botClicks: 1, headClicks: 1 }],
  ] as const)('%s', (_, kind, first, totals) => {
    expect(totalsOfVisit(kind, first)).toEqual({ ...noClicks, ...totals });
  });
});

describe('addTotals', () => {
  it('adds each', () => {
    const a = {
      clicks: 1,
      uniqueClicks: 2,
      botClicks: 3,
      scannerClicks: 4,
      prefetchClicks: 5,
      headClicks: 6,
    };
    expect(addTotals(a, a)).toEqual({
      clicks: 2,
      uniqueClicks: 4,
      botClicks: 6,
      scannerClicks: 8,
      prefetchClicks: 10,
      headClicks: 12,
    });
    expect(addTotals(a, noClicks)).toEqual(a);
  });
});

describe('what visits add', () => {
  const arrived = fc.record({
    first: fc.boolean(),
    visit: fc.record({
      code: fc.constantFrom('a', 'b'),
      userId: fc.constantFrom('alice', 'bob'),
      programId: fc.constantFrom('p', 'q'),
      kind: fc.constantFrom(...visitKinds),
      at: fc.integer({ min: Date.parse('2026-11-20T22:00:00Z'), max: Date.parse('2026-11-21T02:00:00Z') }),
    }),
  }) as fc.Arbitrary<{ first: boolean; visit: Visit }>;

  it('to the hours of days sums up to what they add to all time', () => {
    fc.assert(
      fc.property(fc.array(arrived, { maxLength: 40 }), (visits) => {
        const days = dayAdditionsOf(visits);
        for (const { counter, add } of additionsOf(visits)) {
          const own = days.filter((day) => JSON.stringify(day.counter) === JSON.stringify(counter));
          expect(own.flatMap(({ hours }) => [...hours.values()]).reduce(addTotals, noClicks)).toEqual(add);
        }
      }),
    );
  });

  it('goes to the UTC hour of the visit', () => {
    const visit = { code: 'a', userId: 'u', programId: 'p', kind: 'human' } as Visit;
    const at = (time: string) => ({ first: true, visit: { ...visit, at: Date.parse(time) } });
    const days = dayAdditionsOf([at('2026-11-20T23:59:59.999Z'), at('2026-11-21T00:00:00Z')]);
    expect(days.filter(({ counter }) => counter.of === 'link')).toEqual([
      {
        counter: { of: 'link', code: 'a' },
        day: '2026-11-20',
        hours: new Map([[23, totalsOfVisit('human', true)]]),
      },
      {
        counter: { of: 'link', code: 'a' },
        day: '2026-11-21',
        hours: new Map([[0, totalsOfVisit('human', true)]]),
      },
    ]);
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
