import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAllowedDestination, landingUrl, passedPairs } from '../../../shared/domain/links/destination.ts';

const hosts = ['example.com', '*.shop.example', 'ports.example:8443'];

describe('isAllowedDestination', () => {
  it.each([
    'https://example.com',
    'https://example.com/a/b?c=d#e',
    'https://EXAMPLE.com/',
    'https://example.com:443/',
    'https://ports.example:8443/',
    'https://a.shop.example/',
    'https://a.b.shop.example/',
  ])('allows %s', (destination) => expect(isAllowedDestination(destination, hosts)).toBe(true));

  it.each([
    ['another host', 'https://evil.example/'],
    ['a port that is not named', 'https://example.com:8443/'],
    ['another port than the named', 'https://ports.example/'],
    ['a user name', 'https://a@example.com/'],
    ['the allowed host in front', 'https://example.com.evil.example/'],
    ['the allowed host as the end of another', 'https://notexample.com/'],
    ['the allowed host as user name', 'https://example.com@evil.example/'],
    ['the allowed host as user and password', 'https://example.com:443@evil.example/'],
    ['a backslash for a slash', 'https://evil.example\\@example.com/'],
    ['a backslash after the host', 'https://evil.example\\.example.com/'],
    ['the allowed host in the path', 'https://evil.example/example.com'],
    ['the allowed host in the fragment', 'https://evil.example#example.com'],
    ['the allowed host in the query', 'https://evil.example?example.com'],
    ['a subdomain where only the host is named', 'https://a.example.com/'],
    ['the parent of the wildcard', 'https://shop.example/'],
    ['the end of the wildcard without its dot', 'https://evilshop.example/'],
    ['the wildcard as written, beyond its host', 'https://shop.example.evil.example/'],
    ['http', 'http://example.com/'],
    ['a script', 'javascript://example.com/%0aalert(1)'],
    ['data', 'data://example.com/,x'],
    ['a letter that looks the same', 'https://exаmple.com/'],
    ['a dot of another script that is none', 'https://example·com/'],
    ['an address in place of a name', 'https://93.184.216.34/'],
    ['a dot at the end', 'https://example.com./'],
  ])('refuses %s', (_, destination) => expect(isAllowedDestination(destination, hosts)).toBe(false));

  it('sees through letters that browsers take for the plain ones', () => {
    expect(isAllowedDestination('https://ｅxample。com/', hosts)).toBe(true);
    expect(new URL('https://ｅxample。com/').hostname).toBe('example.com');
  });

  it('allows any https host where the program names none, and nothing but https', () => {
    expect(isAllowedDestination('https://anywhere.example/', [])).toBe(true);
    expect(isAllowedDestination('http://anywhere.example/', [])).toBe(false);
  });

  it('leads to this machine without TLS where the program names it, and nowhere else', () => {
    expect(isAllowedDestination('http://127.0.0.1:4100/a?b', ['127.0.0.1'])).toBe(true);
    expect(isAllowedDestination('http://127.0.0.1:4100/', [])).toBe(false);
    expect(isAllowedDestination('http://127.0.0.1:4100/', hosts)).toBe(false);
    expect(isAllowedDestination('http://127.0.0.1.evil.example/', ['127.0.0.1'])).toBe(false);
    expect(isAllowedDestination('http://example.com/', ['127.0.0.1', 'example.com'])).toBe(false);
  });

  it('agrees with where a browser would go, whatever the URL', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl({ validSchemes: ['https', 'http'] }), fc.webUrl()), (url) => {
        const { protocol, hostname } = new URL(url);
        const right =
          protocol === 'https:' && (hostname === 'example.com' || hostname.endsWith('.shop.example'));
        expect(isAllowedDestination(url, hosts)).toBe(right);
      }),
    );
  });
});

describe('landingUrl', () => {
  it.each([
    ['no query', 'https://example.com/a', 'https://example.com/a?plusone_code=abc&plusone_click=clk_1'],
    ['no path', 'https://example.com', 'https://example.com/?plusone_code=abc&plusone_click=clk_1'],
    ['a query', 'https://example.com/?a=1', 'https://example.com/?a=1&plusone_code=abc&plusone_click=clk_1'],
    [
      'a fragment',
      'https://example.com/#top',
      'https://example.com/?plusone_code=abc&plusone_click=clk_1#top',
    ],
    [
      'spaces and plus signs as they were written',
      'https://example.com/?a=b%20c&d=e+f%2B',
      'https://example.com/?a=b%20c&d=e+f%2B&plusone_code=abc&plusone_click=clk_1',
    ],
    [
      'bytes that are no UTF-8',
      'https://example.com/?city=K%F6ln',
      'https://example.com/?city=K%F6ln&plusone_code=abc&plusone_click=clk_1',
    ],
    [
      'a name without a value, and names that repeat',
      'https://example.com/?flag&a=1&a=2',
      'https://example.com/?flag&a=1&a=2&plusone_code=abc&plusone_click=clk_1',
    ],
    [
      'a click of another visit',
      'https://example.com/?plusone_click=clk_0&a=1&plusone_code=old',
      'https://example.com/?a=1&plusone_code=abc&plusone_click=clk_1',
    ],
    ['an empty query', 'https://example.com/?', 'https://example.com/?plusone_code=abc&plusone_click=clk_1'],
    [
      'empty pairs',
      'https://a.example/?&a=1&',
      'https://a.example/?a=1&plusone_code=abc&plusone_click=clk_1',
    ],
  ])('adds code and click to a destination with %s', (_, destination, landing) => {
    expect(landingUrl(destination, 'abc', 'clk_1')).toBe(landing);
  });

  it('adds the code alone where no click was kept', () => {
    expect(landingUrl('https://example.com/?a=1', 'abc', undefined)).toBe(
      'https://example.com/?a=1&plusone_code=abc',
    );
  });

  it('leaves the host, the path and the query of any destination as they are', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true, withFragments: true, validSchemes: ['https'] }),
        (url) => {
          const [before, after] = [new URL(url), new URL(landingUrl(url, 'abc', 'clk_1'))];
          expect(after.origin + after.pathname + after.hash).toBe(
            before.origin + before.pathname + before.hash,
          );
          // What stands between two `&` may be nothing, and goes.
          const pairs = ({ search }: URL) => search.slice(1).split('&').filter(Boolean);
          expect(pairs(after).slice(0, pairs(before).length)).toEqual(pairs(before));
          expect(after.searchParams.getAll('plusone_click')).toEqual(['clk_1']);
        },
      ),
    );
  });
});

describe('passedPairs', () => {
  it.each([
    ['all', 'utm_source=x&a=1&flag', ['utm_source=x', 'a=1', 'flag']],
    ['utm', 'utm_source=x&a=1&UTM_x=2&utm%5Fmedium=y', ['utm_source=x', 'utm%5Fmedium=y']],
    ['none', 'utm_source=x', []],
    ['all', '', []],
    ['all', '&&a=1&', ['a=1']],
    ['all', 'a=1&a=2', ['a=1', 'a=2']],
    ['all', 'plusone_click=evil&plusone%5Fcode=evil&plusone_token=evil&a=1', ['a=1']],
    ['all', 'a=b#c', ['a=b%23c']],
    ['all', 'a=ä\r\nb', ['a=%C3%A4b']],
    ['all', 'a=%zz&b=%', ['a=%zz', 'b=%']],
  ] as const)('with %s, of %j go on %j', (passthrough, query, pairs) => {
    expect(passedPairs(query, passthrough)).toEqual(pairs);
  });

  it('are no more than fit into the answer of the gateway', () => {
    const passed = passedPairs(`long=${'x'.repeat(5_000)}&a=1&${'b=2&'.repeat(5_000)}`, 'all');
    expect(passed[0]).toBe('a=1');
    expect(passed.join('&').length).toBeLessThanOrEqual(4_096);
    expect(passed.length).toBeGreaterThan(1_000);
  });

  it('do not take the place of what the destination says itself', () => {
    const landing = landingUrl('https://a.example/?utm_source=own&flag', 'abc', undefined, [
      'utm%5Fsource=theirs',
      'flag=1',
      'utm_medium=mail',
    ]);
    expect(landing).toBe('https://a.example/?utm_source=own&flag&utm_medium=mail&plusone_code=abc');
  });
});
