/** What a request tells of a visit, before anything is stored. */
export interface VisitSignals {
  readonly method: string;
  readonly userAgent: string | undefined;
  /** Values of `Purpose`, `Sec-Purpose` and `X-Moz`, with which browsers announce a prefetch. */
  readonly purpose: readonly string[];
  /** What a kept list of user agents says. */
  readonly isBotAgent: boolean;
}

export type VisitKind = 'human' | 'bot';

/** A person's visit, or a machine's: crawlers, HEAD requests, prefetches and requests that name no user agent. */
export function classifyVisit(signals: VisitSignals): VisitKind {
  if (signals.method === 'HEAD' || signals.isBotAgent) return 'bot';
  if (signals.userAgent === undefined || signals.userAgent.trim() === '') return 'bot';
  if (signals.purpose.some((value) => /prefetch|preview|prerender/i.test(value))) return 'bot';
  return 'human';
}

const hour = 3_600_000;

/** The clock hour, in UTC, in which repeats of a visitor on a link are one click. */
export function visitWindow(at: number): number {
  return Math.floor(at / hour);
}

/** One visit of a link, as it is kept. The address of the visitor is not: only keyed hashes are. */
export interface Visit {
  readonly visitId: string;
  readonly clickId: string;
  readonly code: string;
  readonly programId: string;
  readonly userId: string;
  readonly kind: VisitKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Keyed hash of address and user agent under the day's key; differs from day to day. */
  readonly visitorHash: string;
  readonly userAgent?: string;
  readonly referrerHost?: string;
}

/** The host of a referrer, without the path and query that could tell of the visitor. */
export function referrerHostOf(referrer: string | undefined): string | undefined {
  if (referrer === undefined || !URL.canParse(referrer)) return undefined;
  const { protocol, hostname } = new URL(referrer);
  return /^https?:$/.test(protocol) && hostname !== '' ? hostname.slice(0, 255) : undefined;
}
