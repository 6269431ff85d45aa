import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { destinationUrl, httpsUrl } from '../../../shared/contract/fields.ts';
import { allowedPath } from '../../../shared/domain/links/deep-path.ts';
import { isAllowedDestination, landingUrl, passedPairs } from '../../../shared/domain/links/destination.ts';

const tricks = JSON.parse(
  readFileSync(new URL('./open-redirects.json', import.meta.url), 'utf8'),
) as readonly string[];
const hosts = ['shop.example', '*.shop.example'];
const own = 'https://shop.example/landing?utm_source=own';

/** A path as the gateway hands it on: unescaped once, where that can be done. */
function unescapedOnce(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What a browser makes of a redirect that came from the domain of the links. */
const browserGoesTo = (location: string) => new URL(location, 'https://go.example/r/abc');

describe('the known tricks of open redirects', () => {
  it('are many', () => expect(tricks.length).toBeGreaterThan(140));

  it.each(tricks)('as a destination, %j leads to an allowed host or nowhere', (trick) => {
    for (const schema of [destinationUrl, httpsUrl]) {
      if (!schema.safeParse(trick).success || !isAllowedDestination(trick, hosts)) continue;
      expect(browserGoesTo(landingUrl(trick, 'abc', undefined)).hostname).toMatch(
        /^([a-z]+\.)?shop\.example$/,
      );
      expect(trick).not.toMatch(/evil(?!\.example\.shop)/);
    }
  });

  it.each(tricks)('as a path, %j stays on the host', (trick) => {
    for (const wish of [trick, unescapedOnce(trick), unescapedOnce(unescapedOnce(trick)), `a/${trick}`]) {
      const path = allowedPath(wish, ['/*']);
      if (path === undefined) continue;
      expect(path).toMatch(/^\/[A-Za-z0-9%._~!'()*-][\x21-\x7e]*$/);
      const url = browserGoesTo(`https://shop.example${path}`);
      expect(url.origin).toBe('https://shop.example');
      expect(url.pathname).toBe(path);
      expect(decodeURIComponent(path)).not.toMatch(/(^|\/)\.{1,2}(\/|$)|\\|%|\/\/|[\p{Cc};?#]/u);
    }
  });

  it.each(tricks)('as a query, %j stays in the query', (trick) => {
    const url = browserGoesTo(landingUrl(own, 'abc', 'clk_1', passedPairs(trick, 'all')));
    expect(url.origin + url.pathname).toBe('https://shop.example/landing');
    expect(url.searchParams.getAll('plusone_code')).toEqual(['abc']);
    expect(url.searchParams.getAll('plusone_click')).toEqual(['clk_1']);
    expect(url.searchParams.getAll('utm_source')).toEqual(['own']);
    expect(url.href).toMatch(/^[\x21-\x7e]+$/);
    expect(url.hash).toBe('');
  });
});
