import { disposableEmailBlocklistSet } from 'disposable-email-domains-js';

let domains: ReadonlySet<string> | undefined;

/** Whether addresses of a domain, or of one that it lies below, are made to be thrown away. */
export function isDisposableDomain(domain: string): boolean {
  domains ??= disposableEmailBlocklistSet();
  const labels = domain.split('.');
  return labels.some((_, index) => domains?.has(labels.slice(index).join('.')));
}
