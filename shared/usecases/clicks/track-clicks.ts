import { isRefusal, type Refusal, refuse, refuseField } from '../../contract/problems.ts';
import { reportedTime } from '../../domain/clicks/reported-time.ts';
import { type Visit, visitExpiry } from '../../domain/clicks/visit.ts';
import { canonicalCode, codeOfLink } from '../../domain/links/code.ts';
import { isInUse, type Link } from '../../domain/links/link.ts';
import { signClickToken } from '../../domain/referrals/click-token.ts';
import type { ClickReport, VisitorClick } from '../../domain/referrals/reported-click.ts';
import { whileContended } from '../retry.ts';
import { clickTokenKey, visitorKeyOf } from './click-keys.ts';
import type { FollowLinkPorts } from './follow-link.ts';
import { describeVisit, type RecordVisitPorts, type Visitor } from './record-visit.ts';

export interface TrackClicksPorts extends RecordVisitPorts, Pick<FollowLinkPorts, 'useClicks'> {
  /** Keeps a visit with its place below the cap of its link, both or neither; says whether there was a place. */
  storeCappedVisit(visit: Visit, cap: number): Promise<boolean | 'again'>;
  findLink(code: string): Promise<Link | undefined>;
  /**
   * Keeps a report unless there is one of this name; answers with the one that stands.
   * @param expiresAt seconds since 1970
   * @param now milliseconds since 1970
   */
  keepClickReport(key: string, report: ClickReport, expiresAt: number, now: number): Promise<ClickReport>;
  /** The report of this name that has not expired. @param at milliseconds since 1970 */
  findClickReport(key: string, at: number): Promise<ClickReport | undefined>;
  joinVisitor(visitorKey: string, click: VisitorClick): Promise<void>;
  /** Works for a visitor of an address, unless it has named too many codes that nobody has. */
  withinGuesses(
    ip: string | undefined,
    work: () => Promise<TrackedClick | Refusal>,
  ): Promise<TrackedClick | Refusal>;
}

/** A click that the customer's server saw. */
export interface SeenClick {
  /** The customer's own id of the click, unique in the program: reported again under it, it is the same click. */
  readonly id?: string | undefined;
  readonly referralCode?: string | undefined;
  readonly referralLink?: string | undefined;
  /** The customer's own id of who clicked, from before they are a user. */
  readonly visitorId?: string | undefined;
  /** ISO 8601: when it was, where it is reported later. */
  readonly occurredAt?: string | undefined;
  readonly visitor: Visitor;
}

export interface TrackedClick {
  readonly clickId: string;
  readonly code: string;
  /** Carries the click without a cookie: see `readClickToken`. */
  readonly token: string;
}

/**
 * Records clicks that the customer's server saw, each with an outcome of its own and at its own time, which is within the
 * last seven days. A click with an id that is reported
 * again is the same click, with the same answer, for as long as the click is kept, also where its link is out of use by
 * then; with other content it is refused.
 * Each costs 1 WRU, 1 more with an id, and 1 more with a visitor; a person's 3 more where the link has a cap.
 */
export async function trackClicks(
  ports: TrackClicksPorts,
  seen: readonly SeenClick[],
): Promise<readonly (TrackedClick | Refusal)[]> {
  const links = new Map<string, Promise<Link | undefined>>();
  const findLink = (code: string): Promise<Link | undefined> => {
    const link = links.get(code) ?? ports.findLink(code);
    links.set(code, link);
    return link;
  };
  const inTurn = oneByOne();
  const storeCappedVisit: TrackClicksPorts['storeCappedVisit'] = (...visit) =>
    inTurn(() => ports.storeCappedVisit(...visit));
  const now = ports.now();
  // Ids are given in the order of the clicks, whichever is looked up first.
  const numbered = seen.map((click) => {
    const at = reportedTime(click.occurredAt, now);
    return { ...click, now, at, visitId: ports.ulid(at ?? now) };
  });
  const track = (click: NumberedClick) => trackClick({ ...ports, findLink, storeCappedVisit }, click);
  return Promise.all(numbered.map((click) => ports.withinGuesses(click.visitor.ip, () => track(click))));
}

/** Works one after the other: a batch's clicks of a link with a cap would only lose races to each other. */
function oneByOne(): <Value>(work: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

interface NumberedClick extends SeenClick, Pick<ClickReport, 'visitId'> {
  readonly now: number;
  /** Undefined where its own time can't be taken. */
  readonly at: number | undefined;
}

async function trackClick(ports: TrackClicksPorts, seen: NumberedClick): Promise<TrackedClick | Refusal> {
  const { referralCode, referralLink, visitor, visitorId } = seen;
  const code = referralCode ? canonicalCode(referralCode) : codeOfLink(referralLink ?? '');
  const link = code === undefined ? undefined : await ports.findLink(code);
  if (link === undefined) return refuse('code_not_found');
  const report = await reportOf(ports, seen, link);
  if (isRefusal(report)) return report;
  const { at, visitId } = report;
  const visit = describeVisit({ ...ports, now: () => at, ulid: () => visitId }, link, visitor);
  const kept = await keepVisit(ports, link, visit);
  if (!kept) return refuse(kept === undefined ? 'contended' : 'code_inactive');
  const { clickId } = visit;
  const click = { clickId, code: link.code, at };
  if (visitorId !== undefined) {
    await ports.joinVisitor(visitorKeyOf(ports, link.programId, visitorId), click);
  }
  const token = signClickToken(clickTokenKey(ports), { ...click, programId: link.programId });
  return { clickId, code: link.code, token };
}

/**
 * Keeps a visit unless its link has served all its clicks, as at the redirect: people use them up, and machines are
 * turned away with everybody else. Says whether it is kept; undefined if too many came at once.
 */
async function keepVisit(
  ports: TrackClicksPorts,
  { code, clickCap }: Link,
  visit: Visit,
): Promise<boolean | undefined> {
  if (clickCap !== undefined && visit.kind === 'human') {
    return whileContended(() => ports.storeCappedVisit(visit, clickCap));
  }
  const isOpen = clickCap === undefined || (await whileContended(() => ports.useClicks(code, 0, clickCap)));
  if (isOpen) await ports.storeVisit(visit, false);
  return isOpen;
}

/**
 * The time and id of a click: those of the first report, where it has an id by which that is known. A link that was out
 * of use takes no click that is new, nor is one taken too late.
 */
async function reportOf(
  ports: TrackClicksPorts,
  seen: NumberedClick,
  link: Link,
): Promise<ClickReport | Refusal> {
  const { id, visitorId, visitor, occurredAt, now, at = now, visitId } = seen;
  const { ip, userAgent, referrer, language, country, asn, utm, adNetwork } = visitor;
  const place = language === undefined && country === undefined ? undefined : { language, country };
  const time = occurredAt === undefined ? undefined : { occurredAt: Date.parse(occurredAt) };
  const further = [asn, utm, adNetwork, place, time].filter((one) => one !== undefined);
  const content = [link.code, visitorId, ip, userAgent, referrer, ...further];
  const contentHash = ports.lasting('click-report-content', JSON.stringify(content));
  const own = { visitId, at, contentHash };
  const refusal = whyNotNew(seen, link);
  if (id === undefined) return refusal ?? own;
  const key = ports.lasting('click-report', `${link.programId}\n${id}`);
  const report =
    refusal === undefined
      ? await ports.keepClickReport(key, own, visitExpiry({ at, kind: visitor.kind }), now)
      : ((await ports.findClickReport(key, now)) ?? refusal);
  if (isRefusal(report)) return report;
  return report.contentHash === contentHash ? report : refuse('click_conflict');
}

function whyNotNew({ at }: NumberedClick, link: Link): Refusal | undefined {
  if (at !== undefined) return isInUse(link, at) ? undefined : refuse('code_inactive');
  return refuseField('occurredAt', 'must be within the last 7 days, and not in the future');
}
