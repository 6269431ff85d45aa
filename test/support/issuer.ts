import { createServer, type ServerResponse } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** An identity provider on this machine, which does as a test says. */
export interface Issuer {
  readonly url: string;
  /** How often it was asked, by path. */
  readonly asked: Map<string, number>;
  /** Answers in place of the documents; undefined: as it should. */
  answer: ((path: string, response: ServerResponse) => void) | undefined;
  /** Adds a key, by which it signs from now on. */
  addKey(kid: string, alg?: string): Promise<void>;
  /** A token of an hour for its audience `my-app`, but for what is given. */
  sign(claims: object, header?: object): Promise<string>;
  stop(): void;
}

/** Starts an issuer with one RSA key on a free port of the loopback. */
export async function startIssuer(): Promise<Issuer> {
  const published: JWK[] = [];
  let current: { readonly kid: string; readonly alg: string; readonly key: CryptoKey } | undefined;
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    if (issuer.answer) issuer.answer(path, response);
    else response.end(JSON.stringify(documentAt(path)));
  });
  const documentAt = (path: string): object =>
    path.endsWith('/openid-configuration')
      ? { issuer: issuer.url, jwks_uri: `${issuer.url}keys` }
      : { keys: published };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const issuer: Issuer = {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`,
    asked,
    answer: undefined,
    async addKey(kid, alg = 'RS256') {
      const { publicKey, privateKey } = await generateKeyPair(alg);
      published.push({ ...(await exportJWK(publicKey)), kid, use: 'sig' });
      current = { kid, alg, key: privateKey };
    },
    sign(claims, header) {
      if (current === undefined) throw new Error('The issuer has no key');
      const { kid, alg, key } = current;
      const now = Math.floor(Date.now() / 1_000);
      return new SignJWT({ iss: issuer.url, aud: 'my-app', iat: now, exp: now + 3_600, ...claims })
        .setProtectedHeader({ alg, kid, typ: 'JWT', ...header })
        .sign(key);
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
  await issuer.addKey('first');
  return issuer;
}
