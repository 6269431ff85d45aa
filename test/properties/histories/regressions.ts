import type { Command, History, Report, Wish } from './commands.ts';

const ask = (wish: Wish): Command => ({ run: 'ask', wish, tries: [null] });
const report = (type: Report['type']): Command =>
  ask({
    wish: 'report',
    reports: [{ type, user: 2, order: 2, copy: type === 'refund' ? 2 : 0, twist: false }],
  });

/** A whole order is refunded; then its user signs up, late; then the order itself comes, later still. */
const earlyRefund: History = {
  opening: 1,
  commands: [
    report('refund'),
    { run: 'settle' },
    ask({ wish: 'signUp', user: 2, link: 0, byClick: false, email: null }),
    report('paid'),
  ],
  encore: false,
};

/** One order reported under two ids; the later report is worked on first, the earlier one counts. */
const repeatedFirst: History = {
  opening: 2,
  commands: [
    ask({
      wish: 'report',
      reports: [1, 0].map((copy) => ({ type: 'paid', user: 2, order: 1, copy, twist: false }) as const),
    }),
  ],
  encore: false,
};

/** Histories that once failed, as they were shrunk. */
export const regressions: readonly History[] = [earlyRefund, repeatedFirst];
