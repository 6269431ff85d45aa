import type { Participant } from '../participant.ts';

/** Whether somebody takes part, and how many cases ban them. */
export type BanState = Pick<Participant, 'status' | 'ban'>;

/** Whether a ban keeps somebody from being paid. Who was reactivated by hand is banned no more. */
export function isBanned({ status, ban }: BanState): boolean {
  return status === 'inactive' && ban !== undefined;
}

/** How a ban by one more case leaves somebody: deactivated. */
export function banned({ status, ban }: BanState): BanState {
  const statusBefore = status === 'active' ? status : (ban?.statusBefore ?? status);
  return { status: 'inactive', ban: { cases: (ban?.cases ?? 0) + 1, statusBefore } };
}

/** What of a ban changes when somebody is deactivated by hand meanwhile: they stay so when it is lifted. */
export function deactivatedByHand({ ban }: BanState): Pick<BanState, 'ban'> {
  return ban === undefined ? {} : { ban: { ...ban, statusBefore: 'inactive' } };
}

/**
 * How somebody is left when one of the cases that ban them does so no more: as they stood before the first, unless
 * another still bans them. Who was reactivated or deactivated by hand meanwhile stays so.
 */
export function unbanned({ status, ban }: BanState): BanState {
  if (ban === undefined) return { status };
  const cases = ban.cases - 1;
  if (cases > 0) return { status, ban: { ...ban, cases } };
  return { status: status === 'active' ? status : ban.statusBefore };
}
