import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fetchIssuerKeys } from '../../../shared/runtime/tokens/fetch-issuer-keys.ts';
import { type Issuer, startIssuer } from '../../support/issuer.ts';

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());
afterEach(() => {
  issuer.answer = undefined;
});
const discovery = '/.well-known/openid-configuration';
const fetchKeys = () => fetchIssuerKeys(issuer.url, true);
const answers = (documents: Record<string, unknown>) => {
  issuer.answer = (path, response) => response.end(JSON.stringify(documents[path]));
};

describe('the keys of an issuer', () => {
  it('are found by its discovery document', async () => {
    expect(await fetchKeys()).toMatchObject({ keys: [{ kid: 'first', kty: 'RSA' }] });
    expect([...issuer.asked.keys()]).toEqual([discovery, '/keys']);
  });

  it('are not those of another, who stands behind the address', async () => {
    answers({ [discovery]: { issuer: 'https://other.example.com/', jwks_uri: `${issuer.url}keys` } });
    await expect(fetchKeys()).rejects.toThrow('of another issuer');
  });

  it.each(['http://keys.example.com/', 'file:///etc/passwd', 'http://127.0.0.2:1/', 'http://localhost:1/'])(
    'are not fetched from %s',
    async (address) => {
      answers({ [discovery]: { issuer: issuer.url, jwks_uri: address } });
      await expect(fetchKeys()).rejects.toThrow('no TLS');
    },
  );

  it('are not asked for without TLS, unless a flag lets this machine be', async () => {
    const before = new Map(issuer.asked);
    await expect(fetchIssuerKeys(issuer.url, false)).rejects.toThrow('no TLS');
    expect(issuer.asked).toEqual(before);
  });

  it.each([301, 302, 303, 307, 308])('are not looked for where %i leads', async (status) => {
    issuer.answer = (path, response) => {
      if (path === discovery) response.writeHead(status, { location: `${issuer.url}elsewhere` });
      response.end();
    };
    await expect(fetchKeys()).rejects.toThrow();
    expect(issuer.asked.has('/elsewhere')).toBe(false);
  });

  it.each<[string, (path: string) => [number, string]]>([
    ['an error', () => [500, '{}']],
    ['no JSON', () => [200, '<html>']],
    ['nothing', () => [200, '']],
    ['a list', () => [200, '[]']],
    ['null', () => [200, 'null']],
  ])('are not read from %s', async (_, answer) => {
    issuer.answer = (path, response) => {
      const [status, text] = answer(path);
      response.writeHead(status).end(text);
    };
    await expect(fetchKeys()).rejects.toThrow();
  });

  it('are not read to the end of what never ends', async () => {
    issuer.answer = (_, response) => {
      const more = (): void => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    };
    await expect(fetchKeys()).rejects.toThrow('too large');
  });

  it('are not waited for', async () => {
    issuer.answer = () => undefined;
    const started = Date.now();
    await expect(fetchKeys()).rejects.toThrow();
    expect(Date.now() - started).toBeLessThan(4_000);
  });
});
