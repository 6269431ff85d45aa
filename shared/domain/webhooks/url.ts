import { isLoopback, isPublicAddress } from '../hooks/public-address.ts';

/** Names that lead nowhere outside of somebody's own network. Source: RFC 6761, RFC 6762, RFC 8375, and habit. */
const privateName =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|invalid|test|onion|home\.arpa)$/;

/**
 * Whether an endpoint may have a URL, as far as it says by itself: it names no address or host of a private network.
 * Where its name leads is looked at when it is called.
 *
 * @param url absolute; `https`, or `http` for this machine
 * @param allowLoopback whether this machine may be called: for local stacks
 */
export function isAllowedUrl(url: string, allowLoopback: boolean): boolean {
  const { protocol, hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
  if (host === 'localhost' || isLoopback(host)) return allowLoopback;
  if (protocol !== 'https:') return false;
  if (/^[\d.]+$/.test(host) || host.includes(':')) return isPublicAddress(host);
  return host.includes('.') && !privateName.test(host);
}
