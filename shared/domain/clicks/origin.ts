import type { Utm } from './visit.ts';

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

const utmNames = ['source', 'medium', 'campaign', 'term', 'content'] as const;
const mostOfUtm = 100;

/** The campaign parameters of a query, each at most 100 characters long; undefined if there are none. */
export function utmOf(query: Readonly<Record<string, string | undefined>>): Utm | undefined {
  const given = utmNames.flatMap((name) => {
    const value = beginningOf((query[`utm_${name}`] ?? '').replace(/[\p{Cc}\p{Cs}]/gu, '').trim(), mostOfUtm);
    return value === '' ? [] : [[name, value] as const];
  });
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** The first characters of a text, without one cut in half, which the table would not take. */
export function beginningOf(text: string, most: number): string {
  return text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}
