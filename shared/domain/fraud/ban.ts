import type { Participant } from '../participant.ts';

/** Whether somebody takes part, and how many cases ban them. */
export type BanState = Pick<Participant, 'status' | 'ban'>;

/** How a ban by one more case leaves somebody: deactivated. */
export function banned({ status, ban }: BanState): BanState {
  const statusBefore = status === 'active' ? status : (ban?.statusBefore ?? status);
  return { status: 'inactive', ban: { cases: (ban?.cases ?? 0) + 1, statusBefore } };
}

/**
 * How somebody is left when one of the cases that ban them does so no more: as they stood before the first, unless
 * another still bans them. Who was reactivated by hand meanwhile stays active.
 */
export function unbanned({ status, ban }: BanState): BanState {
  if (ban === undefined) return { status };
  const cases = ban.cases - 1;
  if (cases > 0) return { status, ban: { ...ban, cases } };
  return { status: status === 'active' ? status : ban.statusBefore };
}
