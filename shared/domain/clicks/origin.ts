import type { Origin, Utm } from './visit.ts';

/** The host of a referrer, without the path and query that could tell of the visitor. */
export function referrerHostOf(referrer: string | undefined): string | undefined {
  if (referrer === undefined || !URL.canParse(referrer)) return undefined;
  const { protocol, hostname } = new URL(referrer);
  return /^https?:$/.test(protocol) && hostname !== '' ? hostname.slice(0, 255) : undefined;
}

/** The language that a visitor prefers, in lower case: the first of `Accept-Language`, which browsers sort. */
export function languageOf(acceptLanguage: string | undefined): string | undefined {
  const [first = ''] = (acceptLanguage ?? '').split(/[,;]/);
  const tag = first.trim().toLowerCase();
  return /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$/.test(tag) ? tag : undefined;
}

/** ISO 3166-1 alpha-2, one after the other. */
const countries =
  'ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZ' +
  'DEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJP' +
  'KEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZ' +
  'OMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZ' +
  'UAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW';

const known = new Set(countries.match(/../g));

/** The country that an edge names, if ISO 3166-1 knows it: `XX` and `T1` stand for none. */
export function countryOf(header: string | undefined): string | undefined {
  const country = header?.trim().toUpperCase() ?? '';
  return known.has(country) ? country : undefined;
}

/** The number of the network that an edge names: 1 to 2^32 - 1 (RFC 6793), with or without `AS` before it. */
export function asnOf(header: string | undefined): number | undefined {
  const asn = Number(/^(?:AS)?(\d{1,10})$/i.exec(header?.trim() ?? '')?.[1] ?? 0);
  return asn >= 1 && asn < 2 ** 32 ? asn : undefined;
}

/** What headers tell of where a visitor comes from, be it to us or to the server that reports them. */
export interface ToldPlace {
  /** `Accept-Language`, or one language of it. */
  readonly language: string | undefined;
  readonly country: string | undefined;
  readonly asn: string | undefined;
}

/** Where a visitor comes from; what can't be read is left out. */
export function placeOf(told: ToldPlace): Pick<Origin, 'language' | 'country' | 'asn'> {
  const language = languageOf(told.language);
  const country = countryOf(told.country);
  const asn = asnOf(told.asn);
  return {
    ...(language !== undefined && { language }),
    ...(country !== undefined && { country }),
    ...(asn !== undefined && { asn }),
  };
}

const utmNames = ['source', 'medium', 'campaign', 'term', 'content'] as const;
const mostOfUtm = 100;
const neverText = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/** The campaign parameters of a query, each at most 100 characters long; undefined if there are none. */
export function utmOf(query: Readonly<Record<string, string | undefined>>): Utm | undefined {
  const given = utmNames.flatMap((name) => {
    const value = beginningOf((query[`utm_${name}`] ?? '').replace(neverText, '').trim(), mostOfUtm);
    return value === '' ? [] : [[name, value] as const];
  });
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** The first characters of a text, without one cut in half, which the table would not take. */
export function beginningOf(text: string, most: number): string {
  return text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}
