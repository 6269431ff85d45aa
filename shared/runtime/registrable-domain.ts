/**
 * The domain that somebody has registered to which a host belongs, by the Public Suffix List: `acme.co.uk` of
 * `mail.acme.co.uk`, and what a service gives its customers, `jane.github.io`. undefined for what is none.
 *
 * The list takes some milliseconds to load, so it is loaded for the first who is told of an address.
 *
 * @param host in ASCII
 */
export async function registrableDomain(host: string): Promise<string | undefined> {
  const { getDomain } = await import('tldts');
  return getDomain(host, { allowPrivateDomains: true }) ?? undefined;
}
