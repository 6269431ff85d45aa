import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalCode, codeOfLink, drawCode } from '../../../shared/domain/links/code.ts';

describe('drawCode', () => {
  it('is 8 characters without vowels and look-alikes', () => {
    for (let i = 0; i < 2_000; i++)
      expect(drawCode(randomBytes)).toMatch(/^[23456789bcdfghjkmnpqrstvwxyz]{8}$/);
  });

  it('gives every character as many of the bytes', () => {
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 252; byte++) {
      const [character = ''] = drawCode((length) => new Uint8Array(length).fill(byte));
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual(Array(28).fill(9));
  });

  it('throws the bytes away that would favour some characters', () => {
    const bytes = [252, 253, 254, 255, 251, 0, 28, 27, 1, 2, 3, 4, 5, 6, 7, 8];
    expect(drawCode(() => Uint8Array.from(bytes))).toBe('z22z3456');
  });

  it('draws more bytes when too many were thrown away', () => {
    let calls = 0;
    const random = (length: number) => new Uint8Array(length).fill(calls++ === 0 ? 255 : 0);
    expect(drawCode(random)).toBe('22222222');
  });
});

describe('canonicalCode', () => {
  it('is the same for every case, and for itself', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{2,49}$/), (code) => {
        expect(canonicalCode(code.toUpperCase())).toBe(canonicalCode(code));
        expect(canonicalCode(canonicalCode(code))).toBe(canonicalCode(code));
      }),
    );
  });
});

describe('codeOfLink', () => {
  it.each([
    ['a link', 'https://go.example.com/r/abc234de', 'abc234de'],
    ['capital letters', 'https://go.example.com/r/ALICE-10', 'alice-10'],
    ['a query and a fragment', 'https://go.example.com/r/abc234de?utm_source=x#y', 'abc234de'],
    ['a slash at the end', 'https://go.example.com/r/abc234de/', 'abc234de'],
    ['a stage in the path', 'https://x.execute-api.eu-west-1.amazonaws.com/prod/r/abc234de', 'abc234de'],
    ['no scheme', 'go.example.com/r/abc234de', 'abc234de'],
    ['no scheme and a port', 'localhost:3000/r/abc234de', 'abc234de'],
    ['a path alone', '/r/abc234de', 'abc234de'],
    ['a path without its slash', 'r/abc234de', 'abc234de'],
    ['a query without scheme', 'go.example.com/r/abc234de?a=/r/other', 'abc234de'],
    ['a path behind the code', 'https://go.example.com/r/abc234de/products/42?size=m', 'abc234de'],
    ['a path without scheme', 'go.example.com/r/abc234de/products', 'abc234de'],
    ['the first of several, as the redirect has it', 'https://a.example/r/first/r/second', 'first'],
  ])('takes the code out of a link with %s', (_, link, code) => expect(codeOfLink(link)).toBe(code));

  it.each([
    ['nothing', ''],
    ['a code alone', 'abc234de'],
    ['another path', 'https://go.example.com/x/abc234de'],
    ['a word that ends in r', 'https://go.example.com/xr/abc234de'],
    ['a code in the query only', 'https://go.example.com/?next=/r/abc234de'],
    ['a code in the fragment only', 'https://go.example.com/#/r/abc234de'],
    ['a code too short', 'https://go.example.com/r/ab'],
    ['a code too long', `https://go.example.com/r/${'a'.repeat(51)}`],
    ['an escaped code', 'https://go.example.com/r/%61bc234de'],
    ['an escaped slash', 'https://go.example.com/r%2fabc234de'],
    ['a way up', 'https://go.example.com/r/../abc234de'],
    ['a key of the table', 'https://go.example.com/r/CODE%23abc'],
    ['markup', 'https://go.example.com/r/<script>'],
    ['a null character', 'https://go.example.com/r/ab\u0000c'],
    ['letters that only look right', 'https://go.example.com/r/аbс234de'],
    ['a code that begins with a hyphen', 'https://go.example.com/r/-abc234'],
  ])('finds none in %s', (_, link) => expect(codeOfLink(link)).toBeUndefined());

  it('never throws, and finds only what can be a code', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((s) => `https://a.example/r/${s}`),
        ),
        (link) => {
          expect(codeOfLink(link) ?? 'abc').toMatch(/^[a-z0-9][a-z0-9_-]{2,49}$/);
        },
      ),
    );
  });

  it('is quick on a path made to be slow', () => {
    const started = performance.now();
    codeOfLink(`https://a.example/${'r/'.repeat(100_000)}!`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
