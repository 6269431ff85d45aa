import type { AdNetwork } from './ad-network.ts';
import { isScannerAgent } from './scanners.ts';

/**
 * Who came. `human`: a person, as far as the request tells. `bot`: a crawler, a tool, or nobody who says who. `scanner`:
 * a mail gateway, or a chat that shows a preview. `prefetch`: a browser on its own, before or without a click. `head`:
 * a look at where the link leads.
 */
export const visitKinds = ['human', 'bot', 'scanner', 'prefetch', 'head'] as const;

export type VisitKind = (typeof visitKinds)[number];

/** What a request tells of a visit, before anything is stored. */
export interface VisitSignals {
  readonly method: string;
  readonly userAgent: string | undefined;
  /** Values of `Purpose`, `Sec-Purpose` and `X-Moz`, with which browsers announce a prefetch. */
  readonly purpose: readonly string[];
  /** What a kept list of user agents says. */
  readonly isBotAgent: boolean;
  /** `Sec-Fetch-Dest`: what the answer is for. Not known of visits that a server reports. */
  readonly fetchDest?: string | undefined;
  /** `Sec-Fetch-User`: `?1` where a person set off the request. */
  readonly fetchUser?: string | undefined;
}

/** Tells a person's visit from the kinds of a machine's. Who names themselves is taken at their word first. */
export function classifyVisit(signals: VisitSignals): VisitKind {
  const { method, userAgent = '' } = signals;
  if (isScannerAgent(userAgent)) return 'scanner';
  if (signals.isBotAgent || userAgent.trim() === '') return 'bot';
  if (method === 'HEAD') return 'head';
  if (signals.purpose.some((value) => /prefetch|preview|prerender/i.test(value))) return 'prefetch';
  return isPartOfPage(signals) ? 'prefetch' : 'human';
}

/** A page that loads a link as its image, script or hidden frame makes a request that nobody clicked. */
function isPartOfPage({ fetchDest = '', fetchUser }: VisitSignals): boolean {
  return fetchUser !== '?1' && !/^(document|empty|)$/i.test(fetchDest.trim());
}

/** The headers that browsers send when somebody follows a link. */
export interface NavigationHeaders {
  readonly accept: string | undefined;
  readonly acceptLanguage: string | undefined;
  /** `Sec-Fetch-Mode`: `navigate` for a link that was followed; older browsers send none. */
  readonly fetchMode: string | undefined;
}

/**
 * What is odd about a visit that passes for a person's. A browser sends all of these headers, but so do good bots, and
 * apps and proxies leave them out: a doubt is kept for fraud rules to weigh, and does not make a visit a machine's.
 */
export type Doubt = 'no_accept' | 'no_language' | 'not_navigated';

/** The doubts about a visit, by what its request leaves out. */
export function doubtsAbout({ accept, acceptLanguage, fetchMode }: NavigationHeaders): readonly Doubt[] {
  const doubts: Doubt[] = [];
  if (!accept) doubts.push('no_accept');
  if (!acceptLanguage) doubts.push('no_language');
  if (fetchMode && fetchMode !== 'navigate') doubts.push('not_navigated');
  return doubts;
}

const hour = 3_600_000;

/** The clock hour, in UTC, of a visit. */
export function visitWindow(at: number): number {
  return Math.floor(at / hour);
}

/** Whether a click that began at a time still takes repeats of its visitor: for an hour. Both in milliseconds since 1970. */
export function takesRepeats(since: number, at: number): boolean {
  return at - since < hour;
}

const day = 86_400;
/** People's visits are kept for longer than any attribution window; machines' for as long as somebody asks about them. */
const keptSeconds = { human: 400 * day, machine: 90 * day } as const;

/** When a visit is forgotten, and with it the id that it was reported under: seconds since 1970. */
export function visitExpiry({ at, kind }: { readonly at: number; readonly kind: VisitKind }): number {
  return Math.floor(at / 1000) + keptSeconds[kind === 'human' ? 'human' : 'machine'];
}

/** Campaign parameters, as the link was followed with them. */
export interface Utm {
  readonly source?: string;
  readonly medium?: string;
  readonly campaign?: string;
  readonly term?: string;
  readonly content?: string;
}

/** Where a visitor comes from, as far as the request tells. */
export interface Origin {
  readonly referrerHost?: string;
  /** The language that they prefer: BCP 47, such as `de-ch`. */
  readonly language?: string;
  /** ISO 3166-1, two letters. */
  readonly country?: string;
  /** The number of the network (autonomous system) that they came from. Kept of people only. */
  readonly asn?: number;
  readonly utm?: Utm;
  /** Whose advertisement they followed. */
  readonly adNetwork?: AdNetwork;
}

/** One visit of a link, as it is kept. The address of the visitor is not: only keyed hashes are (docs/clicks.md). */
export interface Visit extends Origin {
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
  /** Keyed hash of the network address under a lasting key, for fraud rules alone. */
  readonly ipHash?: string;
  /** Its beginning. Device, browser and operating system are read out of it where they are shown. */
  readonly userAgent?: string;
  readonly doubts?: readonly Doubt[];
}

/** How a visit was kept. */
export interface KeptVisit {
  /** Whether it is the first of its click. */
  readonly first: boolean;
  /** The first, where that is another one and was met. */
  readonly standing?: Visit | undefined;
}
