import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedPath } from '../../../shared/domain/links/deep-path.ts';

const patterns = ['/pricing', '/products/*', '/docs/'];

describe('allowedPath', () => {
  it.each([
    ['pricing', '/pricing'],
    ['products/42', '/products/42'],
    ['products/shoes/red', '/products/shoes/red'],
    ['products/shoes/', '/products/shoes/'],
    ['docs/', '/docs/'],
    ['products/käse und brot', '/products/k%C3%A4se%20und%20brot'],
    ['products/a@b:c,d', '/products/a%40b%3Ac%2Cd'],
    ['products/v1.2..3', '/products/v1.2..3'],
  ])('allows %j', (wish, path) => expect(allowedPath(wish, patterns)).toBe(path));

  it.each([
    ['a path that no pattern names', 'admin'],
    ['what only begins like a pattern', 'pricing/more'],
    ['the folder of a pattern without its slash', 'products'],
    ['another folder that begins alike', 'products-secret/1'],
    ['nothing', ''],
    ['a way up', 'products/../admin'],
    ['a way up at the end', 'products/..'],
    ['this folder', 'products/./x'],
    ['an empty segment', 'products//evil.example'],
    ['an empty first segment', '/products/1'],
    ['an escape that is left', 'products/%2e%2e'],
    ['a backslash', 'products\\..\\admin'],
    ['a parameter of a path', 'products/..;/admin'],
    ['full-width dots', 'products/．．/admin'],
    ['a full-width slash', 'products／..／admin'],
    ['a tab', 'products/a\tb'],
    ['a line break', 'products/a\r\nb'],
    ['an invisible letter', 'products/a\u200bb'],
    ['half a character', 'products/\ud800'],
    ['more than a thousand characters', `products/${'x'.repeat(1_100)}`],
  ])('refuses %s', (_, wish) => expect(allowedPath(wish, patterns)).toBeUndefined());

  it('allows nothing where the program names nothing', () => {
    expect(allowedPath('pricing', [])).toBeUndefined();
  });

  it('never throws, and never leaves the pattern, whatever is asked for', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '/', '\\', '%2e', 'products', '％', '｡'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const path = allowedPath(`products/${parts.join('/')}`, patterns);
        if (path !== undefined) {
          expect(new URL(path, 'https://a.example').href).toBe(`https://a.example${path}`);
          expect(path.startsWith('/products/')).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
