import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asnOf,
  beginningOf,
  countryOf,
  languageOf,
  referrerHostOf,
  utmOf,
} from '../../../shared/domain/clicks/origin.ts';

describe('referrerHostOf', () => {
  it.each([
    ['https://news.example/a/secret?token=1#x', 'news.example'],
    ['http://News.Example:8080/', 'news.example'],
    ['https://user:password@news.example/', 'news.example'],
  ])('keeps of %s the host alone', (referrer, host) => expect(referrerHostOf(referrer)).toBe(host));

  it.each([
    undefined,
    '',
    'news',
    'android-app://com.example',
    'about:blank',
    'javascript:alert(1)',
    'data:,x',
    'file:///etc',
  ])('keeps nothing of %s', (referrer) => expect(referrerHostOf(referrer)).toBeUndefined());

  it('never throws, and is short', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((s) => `https://${s}`),
        ),
        (referrer) => {
          expect((referrerHostOf(referrer) ?? '').length).toBeLessThan(256);
        },
      ),
    );
  });
});

describe('languageOf', () => {
  it.each([
    ['de-CH,de;q=0.9,en;q=0.8', 'de-ch'],
    ['en', 'en'],
    [' zh-Hant-TW ;q=1', 'zh-hant-tw'],
    ['fil', 'fil'],
  ])('of %s is %s', (header, language) => expect(languageOf(header)).toBe(language));

  it.each([undefined, '', '*', 'x', 'de_DE', '<script>', 'de-'.repeat(20), 'englishlanguage'])(
    'is unknown of %s',
    (header) => expect(languageOf(header)).toBeUndefined(),
  );
});

describe('asnOf', () => {
  it.each([
    ['16509', 16509],
    [' AS3320 ', 3320],
    ['4294967295', 4294967295],
  ])('of %j is %d', (header, asn) => expect(asnOf(header)).toBe(asn));

  it.each([undefined, '', '0', '-1', '1.5', '0x10', '4294967296', '3320, 16509', 'unknown'])(
    'of %j is none',
    (header) => expect(asnOf(header)).toBeUndefined(),
  );
});

describe('countryOf', () => {
  it.each([
    ['CH', 'CH'],
    ['ad', 'AD'],
    ['ZW', 'ZW'],
    [' US ', 'US'],
  ])('of %j is %s', (header, country) => expect(countryOf(header)).toBe(country));

  it.each([undefined, '', 'XX', 'T1', 'UK', 'EU', 'CHE', 'C', 'DADE', '<>'])('is unknown of %s', (header) =>
    expect(countryOf(header)).toBeUndefined(),
  );

  it('is one of 249 (ISO 3166-1)', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const known = letters.flatMap((a) => letters.filter((b) => countryOf(a + b) !== undefined));
    expect(known).toHaveLength(249);
  });
});

describe('utmOf', () => {
  it('takes the five, and nothing else', () => {
    const query = {
      utm_source: 'news',
      utm_medium: 'mail',
      utm_campaign: 'may',
      utm_term: 'a',
      utm_content: 'b',
    };
    expect(utmOf({ ...query, utm_id: '1', gclid: 'x' })).toEqual({
      source: 'news',
      medium: 'mail',
      campaign: 'may',
      term: 'a',
      content: 'b',
    });
  });

  it.each([[{}], [{ utm_source: '' }], [{ utm_source: ' \n\u0000' }]])('takes nothing of %j', (query) =>
    expect(utmOf(query)).toBeUndefined(),
  );

  it('is short, and without what the table does not take', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (value) => {
        const source = utmOf({ utm_source: value })?.source ?? 'x';
        expect(source).toMatch(/^[^\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]{1,100}$/u);
      }),
    );
  });
});

describe('beginningOf', () => {
  it('cuts no character in half', () => expect(beginningOf('a🙂b', 2)).toBe('a'));
});
