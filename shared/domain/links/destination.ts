import type { AppDestinations } from './link.ts';

const ownMachine = '127.0.0.1';

/**
 * Whether a program allows links to lead to a URL: any https host if it names none, else the named hosts.
 * `*.example.com` stands for every host below example.com; a port is allowed where it is named with its host.
 * Where the program names `127.0.0.1`, links lead to every port of this machine, without TLS.
 */
export function isAllowedDestination(destination: string, hosts: readonly string[]): boolean {
  const url = new URL(destination);
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'http:') return url.hostname === ownMachine && hosts.includes(ownMachine);
  if (url.protocol !== 'https:') return false;
  if (hosts.length === 0) return true;
  return hosts.some((host) => (host.startsWith('*.') ? url.host.endsWith(host.slice(1)) : url.host === host));
}

/** The fields of a link or program that lead where its program does not allow it, and what it would have to say. */
export function foreignDestinations(
  {
    destination,
    apps,
  }: { readonly destination?: string | undefined; readonly apps?: AppDestinations | null | undefined },
  hosts: readonly string[],
): { readonly field: string; readonly message: string }[] {
  const named = Object.entries({ destination, 'apps.ios': apps?.ios, 'apps.android': apps?.android });
  return named.flatMap(([field, url]) =>
    url === undefined || isAllowedDestination(url, hosts) ? [] : [{ field, message: messageFor(url) }],
  );
}

function messageFor(url: string): string {
  return new URL(url).hostname === ownMachine
    ? `leads to this machine: destinationHosts of the program must name ${ownMachine}`
    : 'must lead to one of destinationHosts of the program';
}

/**
 * The destination with the click's id and code in its query. What the destination has itself stays, to the letter:
 * a query that was signed, or is not in UTF-8, would not survive being written anew.
 *
 * @param passed pairs of the visitor's query; those whose name the destination has itself are left out
 */
export function landingUrl(
  destination: string,
  code: string,
  clickId: string | undefined,
  passed: readonly string[] = [],
): string {
  const url = new URL(destination);
  const kept = pairsOf(url.search).filter((pair) => !/^plusone_(code|click)$/.test(nameOf(pair)));
  const names = new Set(kept.map(nameOf));
  const own = [`plusone_code=${code}`, ...(clickId === undefined ? [] : [`plusone_click=${clickId}`])];
  url.search = `?${[...kept, ...passed.filter((pair) => !names.has(nameOf(pair))), ...own].join('&')}`;
  return url.toString();
}

/** Which parts of a visitor's query go on to the destination. */
export type Passthrough = 'all' | 'utm' | 'none';

/** With a destination of 2,048 and a path, what is sent on stays below the 10,240 bytes that the gateway answers. */
const mostPassed = 4096;

/**
 * The pairs of a visitor's query that go on: as they were written, without names that are ours, as many as fit.
 *
 * @param query as it stood in the address, without its question mark
 */
export function passedPairs(query: string, passthrough: Passthrough): readonly string[] {
  if (passthrough === 'none' || query === '') return [];
  const url = new URL('https://plusone.invalid/');
  url.search = query;
  let length = 0;
  return pairsOf(url.search).filter((pair) => {
    const name = nameOf(pair);
    if (name.startsWith('plusone_') || (passthrough === 'utm' && !name.startsWith('utm_'))) return false;
    if (length + pair.length + 1 > mostPassed) return false;
    length += pair.length + 1;
    return true;
  });
}

function pairsOf(search: string): string[] {
  return search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '');
}

function nameOf(pair: string): string {
  return [...new URLSearchParams(pair).keys()][0] ?? '';
}
