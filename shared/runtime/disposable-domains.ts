let domains: ReadonlySet<string> | undefined;

/**
 * Whether addresses of a domain, or of one that it lies below, are made to be thrown away. The list takes some
 * milliseconds to load, so it is loaded for the first who is told of an address.
 */
export async function isDisposableDomain(domain: string): Promise<boolean> {
  domains ??= (await import('disposable-email-domains-js')).disposableEmailBlocklistSet();
  const labels = domain.split('.');
  return labels.some((_, index) => domains?.has(labels.slice(index).join('.')));
}
