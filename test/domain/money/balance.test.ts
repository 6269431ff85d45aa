import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addColumns, noChange } from '../../../shared/domain/money/balance.ts';

const amount = fc.integer({ min: -1e12, max: 1e12 });
const columns = fc.record({ pending: amount, available: amount, inPayout: amount, paid: amount });

it('adds column by column, in any order, and nothing adds nothing', () => {
  fc.assert(
    fc.property(columns, columns, (a, b) => {
      expect(addColumns(a, b)).toEqual(addColumns(b, a));
      expect(addColumns(a, noChange)).toEqual(a);
      expect(addColumns(a, b)).toEqual({
        pending: a.pending + b.pending,
        available: a.available + b.available,
        inPayout: a.inPayout + b.inPayout,
        paid: a.paid + b.paid,
      });
    }),
  );
});
