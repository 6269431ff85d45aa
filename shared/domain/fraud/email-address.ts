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
  /** What was registered of the domain, unless everybody can have an address there. */
  readonly companyDomain: string | undefined;
}

/** An address with its domain in ASCII, as mail is sent to it; its mailbox stays to the letter. */
export function withAsciiDomain(email: string): string {
  return `${email.slice(0, email.lastIndexOf('@'))}@${emailDomain(email)}`;
}

/** The domain of an address: lower case, in ASCII however it is written. */
export function emailDomain(email: string): string {
  return partsOf(email).domain;
}

/**
 * Reads an address: lower case, without tags, without what its provider overlooks, under the first of its provider's
 * domains.
 *
 * @param registered what was registered of its domain; the domain itself unless that is known
 */
export function readEmail(email: string, registered = emailDomain(email)): EmailAddress {
  const { local, domain } = partsOf(email);
  const provider = providerOf.get(domain);
  return {
    mailbox: `${mailboxOf(local, provider)}@${provider?.domains[0] ?? domain}`,
    companyDomain: providerOf.has(registered) || publicDomains.has(registered) ? undefined : registered,
  };
}

function partsOf(email: string): { readonly local: string; readonly domain: string } {
  const normal = email.normalize('NFKC');
  const at = normal.lastIndexOf('@');
  return {
    local: normal.slice(0, at).toLowerCase(),
    domain: asciiDomain(normal.slice(at + 1).toLowerCase()),
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
