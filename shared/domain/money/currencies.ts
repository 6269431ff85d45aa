/**
 * The currencies that ISO 4217 lists as active, by the number of decimal places of their minor unit.
 * Codes without a minor unit (precious metals, test codes) are left out: nobody can be paid in them.
 * Source: ISO 4217 list one, as kept by SIX.
 */
const noPlaces = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const twoPlaces =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD ' +
  'CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP ' +
  'GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK ' +
  'LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO ' +
  'NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS ' +
  'SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST ' +
  'XAD XCD XCG YER ZAR ZMW ZWG';
const threePlaces = 'BHD IQD JOD KWD LYD OMR TND';
const fourPlaces = 'CLF UYW';

const exponents: ReadonlyMap<string, number> = new Map(
  (
    [
      [0, noPlaces],
      [2, twoPlaces],
      [3, threePlaces],
      [4, fourPlaces],
    ] as const
  ).flatMap(([places, codes]) => codes.split(' ').map((code) => [code, places] as const)),
);

/** Decimal places of a currency's minor unit (USD 2, JPY 0, KWD 3); undefined if ISO 4217 does not list it. */
export function currencyExponent(code: string): number | undefined {
  return exponents.get(code);
}
