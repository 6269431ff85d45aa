import { currencyExponent } from './currencies.ts';

/** Writes minor units in the currency's own units: 1470 USD is `14.70`, 1470 JPY `1470`; points as they are. */
export function decimalOf(amount: number, currency: string): string {
  const places = currencyExponent(currency) ?? 0;
  const digits = String(Math.abs(amount)).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  return `${amount < 0 ? '-' : ''}${whole}${places === 0 ? '' : `.${digits.slice(-places)}`}`;
}
