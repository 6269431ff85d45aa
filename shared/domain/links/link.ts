/** Where phones are led in place of the destination: https URLs that the app opens, or its page in the store. */
export interface AppDestinations {
  readonly ios?: string;
  readonly android?: string;
}

/** A code, the participant it belongs to for ever, and where its link leads. */
export interface Link {
  readonly code: string;
  readonly programId: string;
  readonly userId: string;
  readonly destination: string;
  readonly status: 'active' | 'inactive';
  /** ISO 8601; from then on it is out of use. */
  readonly expiresAt?: string;
  /** The most visits of people that it serves. */
  readonly clickCap?: number;
  readonly apps?: AppDestinations;
  /** ISO 8601. */
  readonly createdAt: string;
}

/**
 * How a link stands, its cap aside.
 *
 * @param now milliseconds since 1970
 */
export function statusAt(
  { status, expiresAt }: Pick<Link, 'status' | 'expiresAt'>,
  now: number,
): Link['status'] | 'expired' {
  return status === 'active' && isOver(expiresAt, now) ? 'expired' : status;
}

/** Whether a link is in use, its cap aside. */
export function isInUse(link: Pick<Link, 'status' | 'expiresAt'>, now: number): boolean {
  return statusAt(link, now) === 'active';
}

/** Whether an end, if there is one, has come. */
export function isOver(expiresAt: string | undefined, now: number): boolean {
  return expiresAt !== undefined && now >= Date.parse(expiresAt);
}

/** What a new link is to be, where it is not as its program says. */
export interface LinkWishes {
  readonly destination?: string | undefined;
  readonly expiresAt?: string | undefined;
  readonly clickCap?: number | undefined;
  readonly apps?: AppDestinations | undefined;
}

/** Whether a link is what somebody wishes for, as far as they say. */
export function isAsWished(link: Link, wishes: LinkWishes): boolean {
  const { destination, expiresAt, clickCap, apps } = wishes;
  return (
    (destination === undefined || destination === link.destination) &&
    (expiresAt === undefined || expiresAt === link.expiresAt) &&
    (clickCap === undefined || clickCap === link.clickCap) &&
    (apps === undefined || (apps.ios === link.apps?.ios && apps.android === link.apps?.android))
  );
}

/** What of a link is to be another. What is absent stays as it is; null takes a setting away. */
export interface LinkChange {
  readonly destination?: string | undefined;
  readonly status?: Link['status'] | undefined;
  readonly expiresAt?: string | null | undefined;
  readonly clickCap?: number | null | undefined;
  readonly apps?: AppDestinations | null | undefined;
}

/** A link as it is after a change. */
export function changedLink(link: Link, change: LinkChange): Link {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const next = Object.entries({ ...link, ...Object.fromEntries(given) });
  return Object.fromEntries(next.filter(([, value]) => value !== null)) as unknown as Link;
}
