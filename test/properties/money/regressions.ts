import type { MoneyHistory } from './market.ts';

const steady = { referees: 1, changed: false, latest: false, arrived: 0, steps: [] } as const;

/** Histories that once failed, as they were shrunk. */
export const regressions: readonly MoneyHistory[] = [
  // An order that found its month's cap used up, and then an earlier payment of it, in the month before.
  {
    ...steady,
    document: 'cap of a month',
    events: [
      { what: 'refund', of: 0, order: 0, copy: 0, hour: 0 },
      { what: 'part', of: 0, order: 0, copy: 0, hour: -48 },
      { what: 'paid', of: 0, order: 0, copy: 0, hour: 0 },
      { what: 'paid', of: 0, order: 1, copy: 0, hour: 0 },
    ],
    order: [0, 2, 3],
  },
];
