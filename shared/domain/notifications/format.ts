import { pointsCurrency } from '../money/balance.ts';
import { currencyExponent } from '../money/currencies.ts';
import { wordForPoints } from './default-templates.ts';

/** Languages that the runtime does not know are written as English is. */
function known(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/** A sum as people of a language write it: `$4.90`, `4,90 $`, `120 points`, `120 Punkte`. @param amount minor units, or points */
export function formatSum(amount: number, currency: string, language: string): string {
  const exponent = currencyExponent(currency);
  if (exponent === undefined) {
    const unit = currency === pointsCurrency ? wordForPoints(language) : currency;
    return `${new Intl.NumberFormat(known(language)).format(amount)} ${unit}`;
  }
  const format = new Intl.NumberFormat(known(language), {
    style: 'currency',
    currency,
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  });
  return format.format(decimalOf(amount, exponent));
}

/** A day (UTC) as people of a language write it: `December 3, 2026`, `3. Dezember 2026`. @param at ISO 8601 */
export function formatDay(at: string, language: string): string {
  return new Intl.DateTimeFormat(known(language), { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(at),
  );
}

/** Exact: no sum is ever a fraction in binary. */
function decimalOf(amount: number, exponent: number): `${number}` {
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const text = exponent === 0 ? whole : `${whole}.${digits.slice(-exponent)}`;
  return `${amount < 0 ? '-' : ''}${text}` as `${number}`;
}
