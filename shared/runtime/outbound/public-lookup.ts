import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopback, isPublicAddress } from '../../domain/hooks/public-address.ts';

/** A host leads to none of the addresses that may be called. */
export class AddressNotAllowed extends Error {
  readonly code = 'ADDRESS_NOT_ALLOWED';
}

type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A look-up for sockets that gives public addresses only, so that what is connected to is what was checked: a name
 * that answers otherwise the second time gains nothing.
 *
 * @param allowLoopback whether this machine may be called as well: for local stacks
 */
export function publicLookup(allowLoopback: boolean, resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const allowed = addresses.filter(({ address }) => isAllowed(address, allowLoopback));
      const [first] = allowed;
      if (first === undefined) {
        return callback(new AddressNotAllowed(`${hostname} leads to no public address`), []);
      }
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/**
 * Whether a URL may be called, as far as it says by itself: by TLS, unless it is this machine's, and no address but a
 * public one. Names are looked up, and checked, when they are called.
 */
export function mayCall({ protocol, hostname }: URL, allowLoopback: boolean): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  const isOwn = host === 'localhost' || isLoopback(host);
  if (protocol !== 'https:' && !(allowLoopback && isOwn)) return false;
  return isIP(host) === 0 || isAllowed(host, allowLoopback);
}

function isAllowed(address: string, allowLoopback: boolean): boolean {
  return isPublicAddress(address) || (allowLoopback && isLoopback(address));
}
