/** What an operator did: who, what, when and why, and what it changed. Entries are only ever added. */
export interface AuditEntry {
  readonly auditId: string;
  readonly programId: string;
  readonly actor: { readonly type: 'api_key'; readonly id: string };
  readonly action: 'referral.assigned' | `review.${'approved' | 'rejected' | 'banned' | 'undone'}`;
  /** What it was done to. */
  readonly target: { readonly type: 'referral' | 'review'; readonly id: string; readonly userId: string };
  /** What stood before; null: nothing. */
  readonly before: object | null;
  readonly after: object;
  readonly reason?: string;
  readonly requestId: string;
  /** ISO 8601. */
  readonly at: string;
}

const prefix = 'aud_';

/** The id of an entry: a ULID in lower case, so that ids sort by time. */
export function auditIdOf(ulid: string): string {
  return `${prefix}${ulid}`;
}

/** The ULID within an entry's id. */
export function auditUlidOf(auditId: string): string {
  return auditId.slice(prefix.length);
}
