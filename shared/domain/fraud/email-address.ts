import { publicDomains } from './email-domains.ts';

/** A provider at which several addresses reach one mailbox. */
interface Provider {
  readonly domains: readonly string[];
  /** The name of the mailbox within the part before the `@`, tags gone. */
  readonly mailbox?: (local: string) => string;
  /** What else than `+` begins a tag. */
  readonly tag?: string;
}

/** As the providers' help pages tell of their addresses. */
const providers: readonly Provider[] = [
  { domains: ['gmail.com', 'googlemail.com'], mailbox: (local) => local.replaceAll('.', '') },
  {
    domains: ['proton.me', 'protonmail.com', 'protonmail.ch', 'pm.me'],
    mailbox: (local) => local.replace(/[._-]/g, ''),
  },
  { domains: ['icloud.com', 'me.com', 'mac.com'] },
  {
    domains: ['yandex.com', 'yandex.ru', 'ya.ru', 'yandex.by', 'yandex.kz'],
    mailbox: (local) => local.replaceAll('.', '-'),
  },
  ...['yahoo.com', 'ymail.com', 'rocketmail.com'].map((domain) => ({ domains: [domain], tag: '-' })),
];

const providerOf = new Map(providers.flatMap((one) => one.domains.map((domain) => [domain, one] as const)));

/** What an e-mail address tells of whose it is. */
export interface EmailAddress {
  /** The form in which two addresses of one mailbox are the same. */
  readonly mailbox: string;
  /** In ASCII. */
  readonly domain: string;
  /** The domain, unless everybody can have an address there. */
  readonly companyDomain: string | undefined;
}

/**
 * Reads an address: lower case, without tags, without what its provider overlooks, under the first of its provider's
 * domains, and the domain in ASCII however it is written.
 */
export function readEmail(email: string): EmailAddress {
  const normal = email.normalize('NFKC');
  const at = normal.lastIndexOf('@');
  const domain = asciiDomain(normal.slice(at + 1).toLowerCase());
  const provider = providerOf.get(domain);
  const local = mailboxOf(normal.slice(0, at).toLowerCase(), provider);
  return {
    mailbox: `${local}@${provider?.domains[0] ?? domain}`,
    domain,
    companyDomain: provider || publicDomains.has(domain) ? undefined : domain,
  };
}

function mailboxOf(local: string, provider: Provider | undefined): string {
  const tags = ['+', ...(provider?.tag === undefined ? [] : [provider.tag])];
  const untagged = tags.reduce((rest, tag) => rest.split(tag)[0] || rest, local);
  return provider?.mailbox?.(untagged) || untagged;
}

/** IDNA by the rules of URLs (WHATWG); a domain that is none stays as it is. */
function asciiDomain(domain: string): string {
  const url = `http://${domain}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') || domain : domain;
}
