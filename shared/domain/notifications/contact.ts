/** Where a participant can be written to, as it is kept: the address is encrypted. */
export interface SealedContact {
  readonly sealed: Uint8Array;
  /** BCP 47. @default English */
  readonly language?: string;
  /** Whether they want to be told of anything. */
  readonly notifications: boolean;
  /** ISO 8601. */
  readonly updatedAt: string;
}

/** What may be shown of an address: enough to tell two apart, not enough to write to. `alice@example.com`: `a…@e….com`. */
export function maskEmail(email: string): string {
  const [, mailbox = '', domain = ''] = /^(.*)@(.*)$/.exec(email) ?? [];
  const ending = domain.lastIndexOf('.');
  const first = (text: string): string => [...text][0] ?? '';
  return `${first(mailbox)}…@${first(domain)}…${ending < 0 ? '' : domain.slice(ending)}`;
}
