import type { PayoutStatus } from './money/payout.ts';
import type { PayoutBatchStatus } from './payouts/batch.ts';

/** What an operator can do: what it is done to, and what became of it. */
export type AuditAction =
  | `program.${'created' | 'changed' | 'deleted'}`
  | `participant.${'changed' | 'deactivated' | 'reactivated' | 'policy_set' | 'payout_account_set'}`
  | `link.${'changed' | 'deactivated' | 'reactivated'}`
  | `referral.${'assigned' | 'reassigned'}`
  | `review.${'approved' | 'rejected' | 'banned' | 'undone'}`
  | 'coupon_pool.loaded'
  | `api_key.${'created' | 'rotated' | 'revoked'}`
  | 'signing_key.rotated'
  | 'dead_letter.redriven'
  | `participant.contact_${'set' | 'removed'}`
  | `notification_template.${'set' | 'removed'}`
  | `webhook_endpoint.${'created' | 'changed' | 'enabled' | 'disabled' | 'secret_rotated' | 'deleted'}`
  | `webhook_endpoint.${'tested' | 'replayed'}`
  | 'reward.claimed'
  | `payout.${PayoutStatus}`
  | `payout_batch.${PayoutBatchStatus}`;

/** In the place of a program's id: what is done to the deployment, which only those may see who reach all of it. */
export const wholeDeployment = '*';

/** What an operator did: who, what, when and why, and what it changed. Entries are only ever added. */
export interface AuditEntry {
  readonly auditId: string;
  /** `wholeDeployment` for what is of no program. */
  readonly programId: string;
  readonly actor: { readonly type: 'api_key'; readonly id: string };
  readonly action: AuditAction;
  /** What it was done to. */
  readonly target: {
    readonly type:
      | 'program'
      | 'participant'
      | 'link'
      | 'referral'
      | 'review'
      | 'coupon_pool'
      | 'signing_key'
      | 'reward'
      | 'payout'
      | 'webhook_endpoint'
      | 'payout_batch'
      | 'api_key'
      | 'dead_letter'
      | 'notification_template';
    readonly id: string;
    /** The participant whom it concerns. */
    readonly userId?: string;
    /** Of a case: who brought them, whom it concerns as well. */
    readonly referrerId?: string;
  };
  /** What stood before, as far as it changed; null: nothing. */
  readonly before: object | null;
  /** What stands now, as far as it changed; null: nothing. */
  readonly after: object | null;
  readonly reason?: string;
  readonly requestId: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Who changes something by hand: an API key, by its id, and the request by which it does. */
export interface Operator {
  readonly keyId: string;
  readonly requestId: string;
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

type Fields = Readonly<Record<string, unknown>>;

/** Stands in an entry for a value that is not kept there: it is personal, or too long. */
export const unkept = '…';

/** Bytes of JSON for the values of one side, so that an entry stays at a kilobyte as a rule and below four always. */
const mostBytes = 250;

/**
 * The fields in which two states differ, with their values before and after; null stands for none. A value that is
 * personal or too long for an entry is not kept: only that it changed.
 *
 * @param personal names of fields whose values are a person's own
 */
export function differences(
  before: object,
  after: object,
  personal: readonly string[] = [],
): { readonly before: Fields; readonly after: Fields } {
  const [was, is] = [before as Fields, after as Fields];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changed = names.filter((name) => !isSame(fieldOf(was, name), fieldOf(is, name)));
  return { before: shorten(was, changed, personal), after: shorten(is, changed, personal) };
}

function shorten(fields: Fields, names: readonly string[], personal: readonly string[]): Fields {
  let left = mostBytes;
  const kept = names.map((name): [string, unknown] => {
    const value = fieldOf(fields, name) ?? null;
    if (value === null) return [name, null];
    const size = Buffer.byteLength(JSON.stringify(value));
    if (personal.includes(name) || size > left) return [name, unkept];
    left -= size;
    return [name, value];
  });
  return Object.fromEntries(kept);
}

/** A field may be called `toString`. */
function fieldOf(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Whether two values are the same as JSON: what is undefined counts as absent, and the order of names does not. */
function isSame(one: unknown, two: unknown): boolean {
  if (typeof one !== 'object' || typeof two !== 'object' || one === null || two === null) return one === two;
  if (Array.isArray(one) !== Array.isArray(two)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(two)]);
  return [...names].every((name) => isSame(fieldOf(one as Fields, name), fieldOf(two as Fields, name)));
}
