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

/** Histories that once failed, as they were shrunk. */
export const regressions: readonly History[] = [earlyRefund];
