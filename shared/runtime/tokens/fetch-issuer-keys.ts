import type { JSONWebKeySet } from 'jose';
import { fetchJson } from './fetch-json.ts';

/** For both documents: the gateway waits for the authorizer, and a caller for the gateway. */
const timeoutMs = 3_000;

/**
 * Fetches the keys of an issuer by its discovery document (OpenID Connect Discovery 1.0, sections 3 and 4), within 3 s.
 *
 * @param allowLoopback whether this machine may be asked without TLS
 * @throws Error where they cannot be had
 */
export async function fetchIssuerKeys(issuer: string, allowLoopback: boolean): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(timeoutMs);
  const get = (address: string) => fetchJson(safeUrl(address, allowLoopback), signal);
  const found = await get(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { issuer: named, jwks_uri: address } = found as Record<string, unknown>;
  if (named !== issuer) throw new Error(`The discovery document is of another issuer than ${issuer}`);
  return (await get(String(address))) as JSONWebKeySet;
}

function safeUrl(address: string, allowLoopback: boolean): URL {
  const url = new URL(address);
  const isOwnMachine = url.protocol === 'http:' && url.hostname === '127.0.0.1';
  if (url.protocol === 'https:' || (allowLoopback && isOwnMachine)) return url;
  throw new Error(`${url.origin} is not asked: it has no TLS`);
}
