const gmail = new Set(['gmail.com', 'googlemail.com']);

/**
 * The form in which two addresses of one mailbox are the same: lower case, without plus-tag,
 * for Gmail without dots and under one domain.
 */
export function normaliseEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1).toLowerCase();
  const local = email.slice(0, at).toLowerCase().split('+')[0] ?? '';
  return gmail.has(domain) ? `${local.replaceAll('.', '')}@gmail.com` : `${local}@${domain}`;
}
