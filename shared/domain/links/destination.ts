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

/** The destination with the click's id and code in its query; what the destination has itself stays. */
export function landingUrl(destination: string, code: string, clickId: string | undefined): string {
  const url = new URL(destination);
  url.searchParams.set('plusone_code', code);
  if (clickId !== undefined) url.searchParams.set('plusone_click', clickId);
  return url.toString();
}
