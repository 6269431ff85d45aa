import { describe, expect, it } from 'vitest';
import { currencyExponent } from '../../../shared/domain/money/currencies.ts';

describe('currencyExponent', () => {
  it.each([
    ['JPY', 0],
    ['KRW', 0],
    ['USD', 2],
    ['EUR', 2],
    ['KWD', 3],
    ['BHD', 3],
    ['CLF', 4],
  ])('%s has %d places', (code, places) => expect(currencyExponent(code)).toBe(places));

  it.each(['XXX', 'XAU', 'XTS', 'DEM', 'usd', 'USDT', '', ' USD', '__proto__', 'constructor'])(
    '%j is none that anybody can be paid in',
    (code) => expect(currencyExponent(code)).toBeUndefined(),
  );
});
