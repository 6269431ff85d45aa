/**
 * Whether a program allows links to lead to a URL: any https host if it names none,
 * else the named hosts; `*.example.com` stands for every host below example.com.
 */
export function isAllowedDestination(destination: string, hosts: readonly string[]): boolean {
  const url = new URL(destination);
  if (url.protocol !== 'https:') return false;
  if (hosts.length === 0) return true;
  return hosts.some((host) =>
    host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host,
  );
}

/**
 * The destination with the click's id and code in its query. What the destination has itself stays, to the letter:
 * a query that was signed, or is not in UTF-8, would not survive being written anew.
 */
export function landingUrl(destination: string, code: string, clickId: string | undefined): string {
  const url = new URL(destination);
  const given = url.search === '' ? [] : url.search.slice(1).split('&');
  const kept = given.filter((pair) => !/^plusone_(code|click)(=|$)/.test(pair));
  const own = [`plusone_code=${code}`, ...(clickId === undefined ? [] : [`plusone_click=${clickId}`])];
  url.search = `?${[...kept, ...own].join('&')}`;
  return url.toString();
}
