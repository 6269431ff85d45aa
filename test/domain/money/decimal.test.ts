import { describe, expect, it } from 'vitest';
import { decimalOf } from '../../../shared/domain/money/decimal.ts';

describe('an amount in its own units', () => {
  it.each([
    [1_470, 'USD', '14.70'],
    [5, 'USD', '0.05'],
    [0, 'USD', '0.00'],
    [-5, 'USD', '-0.05'],
    [-1_234_567, 'EUR', '-12345.67'],
    [1_470, 'JPY', '1470'],
    [1_470, 'KWD', '1.470'],
    [12, 'points', '12'],
    [999_999_999_999, 'USD', '9999999999.99'],
  ])('%i %s is %s', (amount, currency, text) => {
    expect(decimalOf(amount, currency)).toBe(text);
  });
});
