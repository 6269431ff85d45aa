import type { Referral } from '../referrals/referral.ts';
import { changesOrder, type Explanation, type ReportedEvent } from './event.ts';
import { timeOf } from './fact.ts';

/** An event of a user without a referral, which waits for their sign-up. */
export interface EarlyEvent {
  readonly eventId: string;
  /** ISO 8601. */
  readonly acceptedAt: string;
}

/** Milliseconds: a sign-up counts what came, and happened, so long before it. */
export const earlyWindow = 24 * 3_600_000;

/** So many events of a user wait at the most: the last ones. */
export const mostEarlyEvents = 20;

/** What an event does that waits, has waited in vain, or could not wait. */
export const notReferred: Explanation = { outcome: 'skipped', reason: 'user_not_referred' };

/** ISO 8601: what came before then waits no longer for a sign-up at a time (ISO 8601). */
export function earliestFor(signUpAt: string): string {
  return new Date(Date.parse(signUpAt) - earlyWindow).toISOString();
}

/** Whether an event came, or happened, too long before a time (ISO 8601) for a sign-up then to count it. */
function isTooOld(event: ReportedEvent, signUpAt: string): boolean {
  const earliest = earliestFor(signUpAt);
  return event.acceptedAt < earliest || timeOf(event) < earliest;
}

/**
 * The referral that an event can count for: none where it came before the sign-up, and too long before. What changes an
 * order waits for that order, however long.
 */
export function referralFor(event: ReportedEvent, referral: Referral | undefined): Referral | undefined {
  if (referral === undefined || changesOrder(event.type)) return referral;
  const signUpAt = referral.recordedAt ?? referral.createdAt;
  return event.acceptedAt < signUpAt && isTooOld(event, signUpAt) ? undefined : referral;
}

/** Which events of a user wait, and which don't any more that could have. */
export interface Waiting {
  readonly early: readonly EarlyEvent[];
  readonly dropped: readonly string[];
}

/**
 * The events of a user that wait once another one has come; undefined where that one can't.
 *
 * @param known those that have waited so far
 * @param now ISO 8601
 */
export function waitWith(
  known: readonly EarlyEvent[],
  event: ReportedEvent,
  now: string,
): Waiting | undefined {
  if (isTooOld(event, now)) return undefined;
  const { eventId, acceptedAt } = event;
  const all = [...known.filter((one) => one.acceptedAt >= earliestFor(now)), { eventId, acceptedAt }].sort(
    (a, b) => (a.acceptedAt < b.acceptedAt ? -1 : 1),
  );
  const early = all.slice(-mostEarlyEvents);
  if (!early.some((one) => one.eventId === eventId)) return undefined;
  return { early, dropped: all.slice(0, -mostEarlyEvents).map((one) => one.eventId) };
}

/**
 * Whether an event of which nothing has been written down is known to do nothing: it waits, or has waited in vain.
 *
 * @param now ISO 8601
 */
export function isUncounted(
  event: ReportedEvent,
  { referral, early }: { readonly referral: Referral | undefined; readonly early: readonly EarlyEvent[] },
  now: string,
): boolean {
  if (referral !== undefined) return referralFor(event, referral) === undefined;
  if (changesOrder(event.type)) return false;
  return event.acceptedAt < earliestFor(now) || early.some((one) => one.eventId === event.eventId);
}
